"""Ways to look at a training picture: as it is, mirrored, cropped, or worse than it was.

A view is a name such as ``plain``, ``mirror``, ``crop-1``, ``worn-2``, ``tall-1``, ``framed-1``,
``altered-1`` or ``captioned-1``. The number only chooses other random values; name and file
together fix them, so a view can be made again.
"""

import hashlib
import io
from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont, ImageOps

from trainer.errors import RecipeError

Pixels = NDArray[np.uint8]

_SMALLEST_CROP: Final = 0.75
"""Least part of each side that a crop keeps: people and scenes must stay in the picture."""
_SHRUNK_SIDE: Final = (90, 256)
"""Shorter side in pixels of a shrunk picture. Sources differ in size from 120 to 300 pixels;
shrinking at random keeps a head from telling sources, and so labels, by their sharpness."""
_JPEG_QUALITY: Final = (25, 90)
_TALL: Final = (0.6, 0.8)
"""Width / height of a tall view, as posters have it: without these, a network that sees stretched
pictures takes every upright photo for a poster."""
_BORDER: Final = (0.02, 0.1)
"""Width of a border as a share of the shorter side."""
_PRESSED: Final = (18, 45)
"""JPEG quality of an altered picture that is compressed much too hard."""
_CAPTIONS: Final = (
    "when you the one does not simply my i and is it what if me every time they said be like "
    "nobody monday morning code works why not all still waiting for this is fine just another "
    "day at work you get how about no yes please cat dog friends again first last"
)
"""Words of drawn captions; only their look matters."""


def look(view: str, pixels: Pixels, *, name: str) -> Pixels:
    """Return ``pixels`` uint8 [H,W,3] as ``view`` shows them (size may differ).

    Args:
        view: ``plain``, ``mirror``, or ``crop-N``, ``worn-N``, ``tall-N``, ``framed-N``,
            ``altered-N``, ``captioned-N`` with a number N.
        pixels: The decoded picture, RGB.
        name: The picture's name; random values depend on it and on the view.

    Raises:
        RecipeError: There is no such view.
    """
    kind, _, number = view.partition("-")
    if kind not in _KINDS or number.isdigit() != (kind in _RANDOM):
        raise RecipeError(
            f"There is no view {view!r}; known are plain, mirror, crop-1, worn-1, tall-1, "
            "framed-1, altered-1, captioned-1 (and further numbers)."
        )
    digest = hashlib.blake2b(f"{view}\0{name}".encode(), digest_size=8).digest()
    random = np.random.default_rng(int.from_bytes(digest, "little"))
    return np.ascontiguousarray(_KINDS[kind](pixels, random))


def _plain(pixels: Pixels, random: np.random.Generator) -> Pixels:
    return pixels


def _mirror(pixels: Pixels, random: np.random.Generator) -> Pixels:
    return pixels[:, ::-1]


def _crop(pixels: Pixels, random: np.random.Generator) -> Pixels:
    height, width = pixels.shape[:2]
    part_height, part_width = random.uniform(_SMALLEST_CROP, 1.0, size=2)
    kept_height = max(1, round(height * part_height))
    kept_width = max(1, round(width * part_width))
    top = int(random.integers(0, height - kept_height + 1))
    left = int(random.integers(0, width - kept_width + 1))
    part = pixels[top : top + kept_height, left : left + kept_width]
    return part[:, ::-1] if random.random() < 0.5 else part


def _tall(pixels: Pixels, random: np.random.Generator) -> Pixels:
    """Cut an upright part out, as a photo taken upright would be, then wear it."""
    height, width = pixels.shape[:2]
    ratio = random.uniform(*_TALL)
    kept_width = min(width, max(1, round(height * ratio)))
    kept_height = min(height, max(1, round(kept_width / ratio)))
    left = int(random.integers(0, width - kept_width + 1))
    top = int(random.integers(0, height - kept_height + 1))
    return _worn(pixels[top : top + kept_height, left : left + kept_width], random)


def _framed(pixels: Pixels, random: np.random.Generator) -> Pixels:
    """Put a border round the picture, drain its colour, compress it hard: each more often than not.

    What people do to pictures; the labels should stay.
    """
    picture = Image.fromarray(np.ascontiguousarray(pixels))
    if random.random() < 0.4:
        picture = picture.convert("L").convert("RGB")
    if random.random() < 0.7:
        picture = _edged(picture, random)
    if random.random() < 0.6:
        picture = _compressed(picture, int(random.integers(_JPEG_QUALITY[0], 50)))
    return np.asarray(picture.convert("RGB"))


def _altered(pixels: Pixels, random: np.random.Generator) -> Pixels:
    """Do one thing to the picture: drain its colour, put a border round it, or compress it hard."""
    picture = Image.fromarray(np.ascontiguousarray(pixels))
    done = random.integers(0, 3)
    if done == 0:
        picture = picture.convert("L")
    elif done == 1:
        picture = _edged(picture, random)
    else:
        picture = _compressed(picture, int(random.integers(*_PRESSED)))
    return np.asarray(picture.convert("RGB"))


def _edged(picture: Image.Image, random: np.random.Generator) -> Image.Image:
    """Put a border round the picture: black, white, or any grey."""
    width = max(1, round(random.uniform(*_BORDER) * min(picture.size)))
    greys = [0, 255, int(random.integers(0, 256))]
    grey = greys[random.integers(0, len(greys))]
    return ImageOps.expand(picture, width, (grey, grey, grey))


def _captioned(pixels: Pixels, random: np.random.Generator) -> Pixels:
    """Write a line or two over the picture's top and bottom in bold outlined capitals: a meme."""
    if random.random() < 0.5:
        pixels = _worn(pixels, random)
    picture = Image.fromarray(np.ascontiguousarray(pixels))
    draw = ImageDraw.Draw(picture)
    size = max(8, round(picture.height * random.uniform(0.07, 0.13)))
    font = ImageFont.load_default(size)
    places = [("top",), ("bottom",), ("top", "bottom"), ("top", "bottom")][random.integers(0, 4)]
    for place in places:
        lines = [_words(random, picture.width / size) for _ in range(random.integers(1, 3))]
        height = round(size * 1.2 * len(lines))
        top = round(size * 0.3) if place == "top" else picture.height - height - round(size * 0.3)
        for number, line in enumerate(lines):
            draw.text(
                (picture.width / 2, top + number * size * 1.2),
                line,
                font=font,
                anchor="mt",
                fill="white",
                stroke_width=max(1, size // 10),
                stroke_fill="black",
            )
    if random.random() < 0.5:
        picture = _compressed(picture, int(random.integers(*_JPEG_QUALITY)))
    return np.asarray(picture.convert("RGB"))


def _words(random: np.random.Generator, room: float) -> str:
    """Return a line of words that is about ``room`` font sizes wide (a capital is .6 of one)."""
    line = str(random.choice(_CAPTIONS.split()))
    while len(line) < room * random.uniform(0.8, 1.4):
        line = f"{line} {random.choice(_CAPTIONS.split())}"
    return line.upper()


def _compressed(picture: Image.Image, quality: int) -> Image.Image:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=quality)
    return Image.open(buffer)


def _worn(pixels: Pixels, random: np.random.Generator) -> Pixels:
    """Crop, shrink, compress, and sometimes drain the colour or change the light."""
    if random.random() < 0.7:
        pixels = _crop(pixels, random)
    picture = Image.fromarray(np.ascontiguousarray(pixels))
    if random.random() < 0.7:
        side = int(random.integers(_SHRUNK_SIDE[0], _SHRUNK_SIDE[1] + 1))
        scale = side / min(picture.size)
        if scale < 1:
            size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
            picture = picture.resize(size, Image.Resampling.BICUBIC)
    if random.random() < 0.08:
        picture = picture.convert("L").convert("RGB")
    if random.random() < 0.4:
        values = np.asarray(picture, dtype=np.float32)
        values = values * random.uniform(0.7, 1.25) + random.uniform(-15, 15)
        picture = Image.fromarray(np.clip(values, 0, 255).astype(np.uint8))
    if random.random() < 0.6:
        quality = int(random.integers(_JPEG_QUALITY[0], _JPEG_QUALITY[1] + 1))
        picture = _compressed(picture, quality)
    return np.asarray(picture.convert("RGB"))


_KINDS: Final[dict[str, Callable[[Pixels, np.random.Generator], Pixels]]] = {
    "plain": _plain,
    "mirror": _mirror,
    "crop": _crop,
    "worn": _worn,
    "tall": _tall,
    "framed": _framed,
    "altered": _altered,
    "captioned": _captioned,
}
_RANDOM: Final = frozenset({"crop", "worn", "tall", "framed", "altered", "captioned"})
