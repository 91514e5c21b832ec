"""Pages of known text, drawn here: what reading is measured on where no truth was written down."""

import io
import random
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

SENTENCES: Final = (
    "The quick brown fox jumps over the lazy dog near the river bank.",
    "Pack my box with five dozen liquor jugs, said the old sailor.",
    "Invoice 2024-0817: total 1,349.50 EUR, paid on 12 March 2025.",
    "Sphinx of black quartz, judge my vow before the clock strikes 9!",
    "Meeting moved to Thursday, 14:30, room B-207 (second floor).",
    "Five wizards quickly boxed up the jars of blue and green glass.",
    "Please restart the computer and open the settings window again.",
    "Crème brûlée, jalapeño and smörgåsbord are on today's menu.",
    "Order number 77-4102-X; questions: help@example.org or call 555-0134.",
    "How vexingly quick daft zebras jump when thunder rolls at night.",
    "She sells sea shells by the shore; the shells she sells are shells.",
    "Temperature: 21.5 degrees, humidity 48 %, wind from the south-west.",
)
"""Plain prose, numbers, punctuation and accents, as screenshots and receipts have them."""

FONT_FOLDERS: Final = (
    Path("/usr/share/fonts"),
    Path("/Library/Fonts"),
    Path("/System/Library/Fonts"),
    Path("C:/Windows/Fonts"),
)
FONTS: Final = (
    ("sans", ("DejaVuSans.ttf", "Arial.ttf", "arial.ttf")),
    ("serif", ("DejaVuSerif.ttf", "NimbusRoman-Regular.otf", "Times New Roman.ttf", "times.ttf")),
    ("mono", ("DejaVuSansMono.ttf", "NimbusMonoPS-Regular.otf", "Courier New.ttf", "cour.ttf")),
    ("bold", ("DejaVuSans-Bold.ttf", "NimbusSans-Bold.otf", "Arial Bold.ttf", "arialbd.ttf")),
    ("narrow", ("NimbusSansNarrow-Regular.otf", "Arial Narrow.ttf", "ARIALN.TTF")),
)
"""Kinds of type and files that have them on Linux, macOS and Windows; the first found counts."""

_MARGIN: Final = 1.5
"""White around the text, in font sizes."""
_LEADING: Final = 1.5


@dataclass(frozen=True, slots=True)
class Look:
    """How a page looks.

    Attributes:
        font: One of those of ``fonts()``.
        size: Of the type, in pixels.
        angle: By which the page is turned counterclockwise, in degrees.
        quality: Of the JPEG that it went through; None: none.
        ground: "plain" or "photo": soft blobs of colour and noise behind white or black type.
    """

    font: str = "sans"
    size: int = 20
    angle: float = 0.0
    quality: int | None = None
    ground: str = "plain"


def fonts() -> dict[str, Path | None]:
    """Return the kinds of type found here and their files; always "pillow", its own (None)."""
    found: dict[str, Path | None] = {"pillow": None}
    for kind, names in FONTS:
        for folder in FONT_FOLDERS:
            files = {path.name: path for path in folder.rglob("*") if path.name in names}
            if files:
                found[kind] = files[next(name for name in names if name in files)]
                break
    return found


def draw_page(
    look: Look, *, lines: int = 8, seed: int = 0
) -> tuple[NDArray[np.uint8], tuple[str, ...]]:
    """Draw a page.

    Args:
        look: How.
        lines: How many lines of text.
        seed: Chooses sentences and ground.

    Returns:
        uint8 [H,W,3] RGB, and the lines that stand on it from top to bottom (before it was turned).
    """
    dice = random.Random(seed)
    text = tuple(
        dice.sample(SENTENCES, lines)
        if lines <= len(SENTENCES)
        else dice.choices(SENTENCES, k=lines)
    )
    file = fonts()[look.font]
    font = (
        ImageFont.load_default(look.size)
        if file is None
        else ImageFont.truetype(str(file), look.size)
    )
    margin, step = round(_MARGIN * look.size), round(_LEADING * look.size)
    width = round(max(font.getlength(line) for line in text)) + 2 * margin
    page = Image.new("RGB", (width, step * lines + 2 * margin), "white")
    ink = "black"
    if look.ground == "photo":
        page, ink = _photo_like(page.size, seed), "white"
    drawing = ImageDraw.Draw(page)
    for number, line in enumerate(text):
        drawing.text((margin, margin + number * step), line, ink, font)
    if look.angle:
        page = page.rotate(
            look.angle, Image.Resampling.BICUBIC, expand=True, fillcolor=page.getpixel((0, 0))
        )
    if look.quality is not None:
        file_of = io.BytesIO()
        page.save(file_of, "JPEG", quality=look.quality)
        page = Image.open(file_of).convert("RGB")
    return np.asarray(page), text


def _photo_like(size: tuple[int, int], seed: int) -> Image.Image:
    """Return dark soft blobs of colour with grain, such as a photograph out of focus."""
    numbers = np.random.default_rng(seed)
    coarse = numbers.integers(0, 150, (max(2, size[1] // 60), max(2, size[0] // 60), 3), np.uint8)
    blobs = Image.fromarray(coarse).resize(size, Image.Resampling.BICUBIC)
    soft = np.asarray(blobs.filter(ImageFilter.GaussianBlur(8)), np.float32)
    grained = soft + numbers.normal(0, 6, soft.shape)
    return Image.fromarray(np.clip(grained, 0, 255).astype(np.uint8))
