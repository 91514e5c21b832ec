"""Draws posters of films that do not exist: what they say tells their genres."""

import math
import os
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

Color = tuple[int, int, int]

_LAST_SAVED = datetime(2021, 9, 18, 20, 15)
"""The first poster's time; each further one is a day older, so that their order is steady."""

_SIZE = (800, 1184)
_FINE = 2
"""Everything is drawn so much larger and made small again: smooth edges."""
_INK = (6, 8, 12)
_TITLE = 104
_LINE = 33
_FOOT = 19
_LETTERS_APART = 0.07
_WORDS_APART = 0.42
"""Of the letters' height; wide, so that a reader finds the spaces."""


class Canvas:
    """A poster being drawn, measured in pixels of the finished one."""

    def __init__(self, top: Color, bottom: Color) -> None:
        width, height = (side * _FINE for side in _SIZE)
        column = Image.new("RGB", (1, height))
        for y in range(height):
            part = y / height
            mixed = [round(a + (b - a) * part) for a, b in zip(top, bottom, strict=True)]
            column.putpixel((0, y), (mixed[0], mixed[1], mixed[2]))
        self._image = column.resize((width, height))
        self._draw = ImageDraw.Draw(self._image, "RGBA")

    def disc(self, x: float, y: float, radius: float, color: tuple[int, ...]) -> None:
        """Fill a circle around (x, y)."""
        box = [value * _FINE for value in (x - radius, y - radius, x + radius, y + radius)]
        self._draw.ellipse((box[0], box[1], box[2], box[3]), fill=color)

    def shape(self, points: Sequence[tuple[float, float]], color: tuple[int, ...]) -> None:
        """Fill a polygon."""
        self._draw.polygon([(x * _FINE, y * _FINE) for x, y in points], fill=color)

    def line(self, points: Sequence[tuple[float, float]], width: int, color: Color) -> None:
        """Draw a line through points."""
        fine = [(x * _FINE, y * _FINE) for x, y in points]
        self._draw.line(fine, fill=color, width=width * _FINE, joint="curve")

    def write(self, text: str, size: int, y: int, color: Color) -> None:
        """Write a centred line whose letters and words stand apart; ``y`` is its top."""
        font = ImageFont.load_default(size * _FINE)
        apart, gap = size * _LETTERS_APART * _FINE, size * _WORDS_APART * _FINE
        steps = [gap if sign == " " else font.getlength(sign) + apart for sign in text]
        x = (_SIZE[0] * _FINE - sum(steps) + apart) / 2
        bold = max(round(size * _FINE / 45), 1)
        for sign, step in zip(text, steps, strict=True):
            self._draw.text((x, y * _FINE), sign, color, font=font, stroke_width=bold)
            x += step

    def finished(self) -> Image.Image:
        """Return the poster in its own size."""
        return self._image.resize(_SIZE, Image.Resampling.LANCZOS)


def _lighthouse(canvas: Canvas) -> None:
    canvas.disc(400, 350, 190, (236, 230, 204))
    canvas.shape([(404, 292), (900, 120), (900, 400)], (255, 240, 170, 70))
    canvas.shape([(396, 292), (-100, 180), (-100, 460)], (255, 240, 170, 45))
    chance = random.Random(5)
    rocks = [(x, 590 + abs(x - 400) / 5 + chance.randrange(26)) for x in range(-20, 860, 40)]
    canvas.shape([(-20, 1184), *rocks, (840, 1184)], _INK)
    canvas.shape([(358, 660), (378, 330), (422, 330), (442, 660)], _INK)
    canvas.shape([(366, 332), (366, 320), (434, 320), (434, 332)], _INK)
    canvas.shape([(382, 320), (382, 268), (418, 268), (418, 320)], (255, 232, 140))
    canvas.shape([(374, 270), (400, 236), (426, 270)], _INK)


def _heart_at(turn: float) -> tuple[float, float]:
    """Return a point of a heart's outline, to the right and up of its middle; -17..17."""
    right = 16 * math.sin(turn) ** 3
    waves = (13, -5, -2, -1)
    return right, sum(high * math.cos(at * turn) for at, high in enumerate(waves, 1))


_HEART = tuple(_heart_at(math.pi * step / 90) for step in range(181))


def _hearts(canvas: Canvas) -> None:
    for x, y, size, color in ((290, 330, 13, (214, 66, 92)), (520, 400, 11, (250, 244, 238))):
        outline = [(x + size * right, y - size * up) for right, up in _HEART]
        canvas.shape(outline, color)
        canvas.shape([point for point in outline if point[0] >= x], (0, 0, 0, 26))


def _ring(begin: float) -> list[tuple[float, float]]:
    """Return half of a leaning ellipse around the planet."""
    turns = [begin + math.pi * step / 60 for step in range(61)]
    return [(400 + 340 * math.cos(t), 390 - 60 * math.cos(t) + 74 * math.sin(t)) for t in turns]


def _planet(canvas: Canvas) -> None:
    chance = random.Random(9)
    for _ in range(220):
        canvas.disc(
            chance.randrange(800), chance.randrange(140, 650), chance.choice((1, 1, 1, 2)),
            (255, 255, 255, chance.randrange(90, 255)),
        )  # fmt: skip
    canvas.line(_ring(math.pi), 12, (196, 170, 130))
    canvas.disc(400, 390, 200, (206, 116, 66))
    canvas.disc(366, 356, 152, (222, 138, 84))
    canvas.disc(346, 336, 96, (236, 164, 108))
    canvas.line(_ring(0), 12, (240, 220, 180))
    canvas.shape([(610, 190), (664, 160), (634, 214)], (250, 250, 250))


def _desert(canvas: Canvas) -> None:
    canvas.disc(400, 400, 210, (255, 238, 170))
    far, near = (150, 66, 34), (58, 24, 16)
    canvas.shape(
        [(-20, 640), (60, 420), (190, 420), (240, 560), (820, 600), (820, 700), (-20, 700)], far
    )
    canvas.shape([(560, 640), (610, 470), (740, 470), (790, 640)], far)
    canvas.shape([(-20, 620), (820, 600), (820, 1184), (-20, 1184)], near)
    canvas.line([(300, 620), (300, 400)], 30, near)
    canvas.line([(238, 440), (238, 520), (300, 520)], 22, near)
    canvas.line([(360, 410), (360, 480), (300, 480)], 22, near)
    for x, y, radius in (
        (300, 400, 15),
        (238, 440, 11),
        (360, 410, 11),
        (238, 520, 11),
        (360, 480, 11),
    ):
        canvas.disc(x, y, radius, near)


def _detective(canvas: Canvas) -> None:
    for y in range(138, 660, 52):
        canvas.shape([(0, y + 40), (800, y), (800, y + 24), (0, y + 64)], (226, 190, 120, 150))
    canvas.shape([(130, 660), (180, 500), (330, 440), (470, 440), (620, 500), (670, 660)], _INK)
    canvas.disc(400, 340, 96, _INK)
    canvas.shape([(350, 400), (450, 400), (470, 460), (330, 460)], _INK)
    canvas.shape([(220, 318), (290, 288), (510, 288), (580, 318), (510, 330), (290, 330)], _INK)
    canvas.shape(
        [(300, 300), (322, 206), (364, 190), (400, 206), (436, 190), (478, 206), (500, 300)], _INK
    )
    canvas.shape([(0, 0), (800, 0), (800, 150), (0, 150)], (16, 16, 20))
    canvas.shape([(0, 640), (800, 640), (800, 1184), (0, 1184)], (14, 14, 18))


def _guitar(canvas: Canvas) -> None:
    colors = ((230, 74, 60), (255, 255, 255), (40, 120, 190), (250, 170, 40))
    for at in range(12):
        x = at * 70 - 10
        sag = 60 - (x - 400) ** 2 / 4000
        canvas.shape([(x, 130 + sag), (x + 56, 130 + sag), (x + 28, 190 + sag)], colors[at % 4])
    wood, dark = (176, 84, 40), (70, 36, 24)
    canvas.line([(400, 500), (400, 245)], 30, dark)
    canvas.shape([(374, 262), (368, 216), (432, 216), (426, 262)], dark)
    canvas.disc(400, 560, 108, wood)
    canvas.disc(400, 444, 78, wood)
    canvas.disc(400, 470, 34, dark)
    canvas.shape([(350, 576), (450, 576), (450, 594), (350, 594)], dark)
    for string in range(4):
        x = 388 + string * 8
        canvas.line([(x, 226), (x, 584)], 1, (250, 236, 200))


@dataclass(frozen=True, slots=True)
class Poster:
    """A film that does not exist.

    Attributes:
        title: One word or several, a line each.
        above: The line at the top.
        below: Lines under the title.
        ground: The colours of its upper and its lower edge.
        ink: The colour of what is written.
        draw: Draws the picture, above the title.
        foot: The small line at the bottom.
    """

    title: tuple[str, ...]
    above: str
    below: tuple[str, ...]
    ground: tuple[Color, Color]
    ink: Color
    draw: Callable[[Canvas], None]
    foot: str = "COMING SOON"


POSTERS = (
    Poster(
        ("THE LAST", "LIGHTHOUSE"), "FEAR COMES WITH THE TIDE",
        ("A NIGHT OF PURE TERROR", "SOME LIGHTS SHOULD STAY DARK"),
        ((10, 14, 30), (96, 26, 28)), (244, 236, 214), _lighthouse, "A FILM THAT DOES NOT EXIST",
    ),
    Poster(
        ("PAPER", "HEARTS"), "TWO LETTERS. ONE SUMMER.",
        ("A ROMANTIC COMEDY", "ABOUT FALLING IN LOVE BY MAIL"),
        ((255, 226, 208), (246, 160, 156)), (112, 24, 48), _hearts,
    ),
    Poster(
        ("ORBIT", "NINE"), "THE ALIEN SIGNAL CAME FROM SPACE",
        ("THE FUTURE OF THE GALAXY", "HANGS ON ONE STARSHIP"),
        ((4, 8, 26), (20, 62, 112)), (240, 244, 250), _planet,
    ),
    Poster(
        ("DUST AND", "HONOUR"), "THE TOWN HAD ONE RULE",
        ("THE LAST GUNSLINGER", "RIDES WEST FOR REVENGE"),
        ((176, 74, 44), (250, 176, 84)), (255, 236, 196), _desert,
    ),
    Poster(
        ("MIDNIGHT", "LEDGER"), "EVERY MURDER HAS A PRICE",
        ("THE MOB WANTS ITS MONEY", "A DETECTIVE WANTS THE KILLER"),
        ((40, 34, 30), (16, 16, 20)), (240, 214, 150), _detective,
    ),
    Poster(
        ("GRANDPA'S", "BAND"), "THE BOYS ARE BACK TOGETHER",
        ("A HILARIOUS FAMILY COMEDY", "THE OLDEST ROCK BAND IN TOWN"),
        ((255, 224, 110), (120, 200, 190)), (56, 40, 36), _guitar,
    ),
)  # fmt: skip


def draw_posters(folder: Path) -> None:
    """Draw every poster into ``folder``, which is made if missing."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, poster in enumerate(POSTERS):
        canvas = Canvas(*poster.ground)
        poster.draw(canvas)
        canvas.write(poster.above, _LINE, 90, poster.ink)
        for row, line in enumerate(poster.title):
            canvas.write(line, _TITLE, 668 + row * 132, poster.ink)
        for row, line in enumerate(poster.below):
            canvas.write(line, _LINE, 956 + row * 54, poster.ink)
        canvas.write(poster.foot, _FOOT, 1096, poster.ink)
        path = folder / f"{' '.join(poster.title).capitalize()}.jpg"
        canvas.finished().save(path, quality=90)
        saved = (_LAST_SAVED - timedelta(days=number)).timestamp()
        os.utime(path, (saved, saved))
