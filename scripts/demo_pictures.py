"""Free pictures to show Lumitag with: photographs that others gave away, posters drawn here.

The photographs come from Debian's wallpaper packages (mate-backgrounds,
plasma-workspace-wallpapers, lomiri-wallpapers-16.04 and -20.04; CC BY, CC BY-SA, CC0 and GPL-2+;
see docs/images/CREDITS.md) and from scikit-image's data (free photographs). Studios' posters are
never shown; the posters here are drawn by scripts/demo_posters.py.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import skimage
from PIL import Image

from scripts.demo_posters import draw_posters

ALBUMS = {
    "2021 Pyrenees": (
        "picosdeeuropa", "aitzgorri", "sunset_by", "life_by", "Bridge_by", "Storm", "Kite",
        "Path", "ColdRipple", "EveningGlow", "SafeLanding", "BytheWater", "Autumn", "FallenLeaf",
    ),
    "Garden": (
        "Garden.jpg", "FreshFlower", "YellowFlower", "LadyBird", "RainDrops", "TwoWings",
        "seeding_by", "Dragonfly", "Kleiber_by", "Dune", "Elarun", "Grey", "DarkestHour",
        "GreenMeadow", "OneStandsOut",
    ),
    "At home": ("friends_by", "Wine_by", "free_by", "Picture_0B", "greentock",
                "ColorfulCups"),
}  # fmt: skip
"""Which photograph goes into which folder, by a part of its path."""

FREE_PHOTOGRAPHS = ("astronaut.png", "chelsea.png", "coffee.png", "rocket.jpg")

_LONGEST = 1600
_FIRST_DAY = datetime(2021, 6, 3, 9, 30)
_EXIF_DATE_TAKEN = 0x9003
_EXIF_BLOCK = 0x8769


def build(folder: Path, wallpapers: Sequence[Path]) -> Path:
    """Fill ``folder`` with albums of photographs and a folder of drawn posters.

    Args:
        folder: Where to write; made if missing.
        wallpapers: Folders to look for the photographs in, at any depth. What is not there is left
            out, so that fewer packages give fewer pictures.

    Returns:
        ``folder``.
    """
    found = sorted(path for root in wallpapers for path in root.rglob("*.jpg") if path.is_file())
    taken = _FIRST_DAY
    for album, parts in ALBUMS.items():
        target = folder / album
        target.mkdir(parents=True, exist_ok=True)
        for part in parts:
            for path in [path for path in found if part in str(path)][:1]:
                taken += timedelta(days=2, hours=1, minutes=17)
                _save_photograph(path, target / f"IMG_{4100 + hash_of(part):04d}.jpg", taken)
    home = folder / "At home"
    home.mkdir(parents=True, exist_ok=True)
    for name in FREE_PHOTOGRAPHS:
        taken += timedelta(hours=5)
        source = Path(skimage.__file__).parent / "data" / name
        _save_photograph(source, home / f"{source.stem}.jpg", taken)
    draw_posters(folder / "Posters")
    return folder


def hash_of(text: str) -> int:
    """Return a steady number below 900 for a word, for file names as a camera gives them."""
    return sum(ord(letter) * (place + 3) for place, letter in enumerate(text)) % 900


def _save_photograph(source: Path, target: Path, taken: datetime) -> None:
    with Image.open(source) as opened:
        picture = opened.convert("RGB")
    picture.thumbnail((_LONGEST, _LONGEST))
    exif = Image.Exif()
    exif.get_ifd(_EXIF_BLOCK)[_EXIF_DATE_TAKEN] = taken.strftime("%Y:%m:%d %H:%M:%S")
    picture.save(target, quality=88, exif=exif)
