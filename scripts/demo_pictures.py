"""Free pictures to show Lumitag with: photographs that others gave away, posters drawn here.

The photographs come from Debian's wallpaper packages (mate-backgrounds,
plasma-workspace-wallpapers, lomiri-wallpapers-16.04 and -20.04; CC BY, CC BY-SA, CC0 and GPL-2+;
see docs/images/CREDITS.md) and from scikit-image's data (free photographs). Studios' posters are
never shown; the posters here are drawn by this file.
"""

import math
import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import skimage
from PIL import Image, ImageDraw, ImageFilter, ImageFont

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
    _draw_posters(folder / "Posters")
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


_POSTERS = (
    ("THE LAST\nLIGHTHOUSE", "Some lights should stay dark", (12, 16, 28), (70, 20, 24), "moon"),
    ("PAPER\nHEARTS", "Two letters. One summer.", (250, 214, 200), (232, 110, 124), "heart"),
    ("ORBIT NINE", "They were told not to answer", (4, 10, 30), (24, 80, 140), "planet"),
    ("DUST &\nHONOUR", "The town had one rule", (240, 180, 90), (120, 52, 20), "sun"),
    ("MIDNIGHT\nACCOUNTANT", "Every number has a price", (16, 16, 18), (90, 90, 96), "stripes"),
    ("GRANDPA'S\nBAND", "They are getting back together", (255, 226, 90), (90, 180, 200), "dots"),
)
"""Title, tagline, upper and lower colour of the ground (RGB), and what is drawn on it."""


def _draw_posters(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number, (title, tagline, top, bottom, motif) in enumerate(_POSTERS):
        poster = _ground((600, 888), top, bottom)
        _draw_motif(poster, motif, random.Random(number))
        _write(poster, title, tagline)
        poster.save(folder / f"{title.replace(chr(10), ' ').capitalize()}.jpg", quality=90)


def _ground(
    size: tuple[int, int], top: tuple[int, int, int], bottom: tuple[int, int, int]
) -> Image.Image:
    column = Image.new("RGB", (1, size[1]))
    for y in range(size[1]):
        part = y / size[1]
        mixed = [round(a + (b - a) * part) for a, b in zip(top, bottom, strict=True)]
        column.putpixel((0, y), (mixed[0], mixed[1], mixed[2]))
    return column.resize(size)


def _draw_motif(poster: Image.Image, motif: str, chance: random.Random) -> None:
    draw = ImageDraw.Draw(poster, "RGBA")
    width, height = poster.size
    if motif in {"moon", "sun", "planet"}:
        colour = {"moon": (236, 232, 210, 255), "sun": (250, 236, 170, 255),
                  "planet": (214, 130, 80, 255)}[motif]  # fmt: skip
        draw.ellipse((150, 120, 450, 420), fill=colour)
        if motif == "planet":
            draw.arc((60, 220, 540, 320), 0, 360, fill=(240, 220, 180, 220), width=10)
            for _ in range(160):
                x, y = chance.randrange(width), chance.randrange(height)
                draw.point((x, y), fill=(255, 255, 255, chance.randrange(80, 255)))
        hills = [
            (x, 620 + 40 * math.sin(x / 70) + chance.randrange(18))
            for x in range(0, width + 20, 20)
        ]
        draw.polygon([(0, height), *hills, (width, height)], fill=(6, 8, 12, 255))
        draw.polygon([(285, 640), (295, 380), (315, 380), (325, 640)], fill=(6, 8, 12, 255))
    elif motif == "heart":
        for size in range(260, 40, -40):
            box = (300 - size, 320 - size, 300, 320)
            colour = (255, 255, 255, 40 + (260 - size) // 3)
            draw.ellipse(box, fill=colour)
            draw.ellipse((300, 320 - size, 300 + size, 320), fill=colour)
    elif motif == "stripes":
        for x in range(-height, width, 56):
            draw.line((x, 0, x + height, height), fill=(220, 40, 40, 90), width=14)
        draw.ellipse((240, 200, 360, 320), fill=(8, 8, 10, 255))
        draw.rectangle((220, 320, 380, 640), fill=(8, 8, 10, 255))
    else:
        for _ in range(60):
            x, y, size = chance.randrange(width), chance.randrange(560), chance.randrange(12, 60)
            colour = (chance.randrange(256), chance.randrange(256), chance.randrange(256), 170)
            draw.ellipse((x - size, y - size, x + size, y + size), fill=colour)
    poster.paste(poster.filter(ImageFilter.GaussianBlur(0.6)))


def _write(poster: Image.Image, title: str, tagline: str) -> None:
    draw = ImageDraw.Draw(poster)
    width, height = poster.size
    for text, size, y in ((title, 76, height - 250), (tagline, 24, 48),
                          ("A FILM THAT DOES NOT EXIST", 16, height - 40)):  # fmt: skip
        font = ImageFont.load_default(size)
        draw.multiline_text((width / 2, y), text, (255, 255, 255), font=font, anchor="ma",
                            align="center", stroke_width=2, stroke_fill=(0, 0, 0))  # fmt: skip
