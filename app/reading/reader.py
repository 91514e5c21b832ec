"""Reads the words in pictures, within bounds of size, lines and time."""

import math
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from app.errors import LumitagError
from app.reading.errors import ReadingError, UnavailableError
from app.reading.line import Box, Line, Page, Quad, clean
from app.reading.recogniser import Crop, Networks, Recogniser, batches
from app.reading.tiles import SMALLEST_SIDE, Plan, Tile, plan
from app.reading.version import engine_version

Pixels = NDArray[np.uint8]

DECODE_SIZE: Final = 1280
"""Pixels of the shorter side that are enough to read a picture; fewer lose the small print of
screenshots and scans."""

MAX_LINES: Final = 1_000
MAX_SECONDS: Final = 8.0
"""After which no further part or batch of lines is begun: with the last one, under ten."""

LEAST_CONFIDENCE: Final = 0.5
"""As rapidocr has it; scripts that the models do not know mostly end below."""

_WEAK: Final = 0.85
"""Confidence below which a line may stand on its head: most of those end at .58 to .83, upright
type above .95 (benchmarks/reading.py). One poster in nine has mostly weaker lines."""

_BLOCK: Final = 60
"""Lines recognised in one go, in reading order, so that a page cut short has its beginning."""

_LEVEL: Final = 0.02
"""Slope (radians, about one degree) below which a line counts as level."""

_SAME: Final = 0.5
"""Shared part of the smaller of two boxes from which they are one line seen in two parts."""


class Reader:
    """Finds the words in pictures. Safe to use from many threads: one picture at a time is read.

    Nothing is imported or loaded before the first picture.
    """

    def __init__(self, networks: Networks, *, max_seconds: float = MAX_SECONDS) -> None:
        """Prepare.

        Args:
            networks: Opens the engine's networks on a device.
            max_seconds: For one picture; no further step is begun after it.
        """
        self._networks = networks
        self._max_seconds = max_seconds
        self._lock = threading.Lock()
        self._recogniser: Recogniser | None = None
        self._unavailable: LumitagError | None = None

    @property
    def engine(self) -> str:
        """The engine's version: see ``engine_version``."""
        return engine_version()

    @property
    def device(self) -> Any:
        """The report on the device in use, from who opens the networks; may be slow at first."""
        return self._networks.device

    def read(self, pixels: Pixels, *, stop: Callable[[], bool] | None = None) -> tuple[Line, ...]:
        """Return the lines of a picture; see ``read_page``."""
        return self.read_page(pixels, stop=stop).lines

    def read_page(self, pixels: Pixels, *, stop: Callable[[], bool] | None = None) -> Page:
        """Read a picture.

        Args:
            pixels: uint8 [H,W,3] RGB, upright, of any size; ``DECODE_SIZE`` is enough.
            stop: Asked between parts and batches of lines; True ends the reading with what there
                is, cut short, which is then not worth storing.

        Raises:
            ValueError: Another shape or type.
            UnavailableError: The engine is missing or broken; so it will be for every picture.
            ReadingError: The engine failed on this picture.
        """
        if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] != 3:
            raise ValueError(f"pixels are {pixels.dtype} {pixels.shape}, not uint8 [H,W,3]")
        height, width = pixels.shape[:2]
        if min(height, width) < SMALLEST_SIDE:
            return Page(())
        with self._lock:
            return self._guarded(pixels, stop or _never)

    def close(self) -> None:
        """Let go of the networks; the next picture would open them again."""
        with self._lock:
            self._recogniser = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _guarded(self, pixels: Pixels, stop: Callable[[], bool]) -> Page:
        recogniser = self._open()
        try:
            return _Reading(recogniser, pixels, self._max_seconds, stop).page()
        except Exception as error:
            # The engine raises whatever OpenCV, ONNX Runtime and a strange picture lead it to; its
            # message may hold anything, so only the kind is told.
            if not self._networks.leave_cuda(error):
                raise ReadingError(
                    f"The words of this picture could not be read ({type(error).__name__}); it "
                    "stays without words."
                ) from error
        self._recogniser = None
        return self._guarded(pixels, stop)

    def _open(self) -> Recogniser:
        if self._unavailable is not None:
            raise self._unavailable
        if self._recogniser is None:
            try:
                self._recogniser = Recogniser(self._networks)
            except LumitagError as error:
                kept = (
                    error if isinstance(error, UnavailableError) else UnavailableError(str(error))
                )
                self._unavailable = kept
                raise kept from error
        return self._recogniser


class _Reading:
    """One picture being read."""

    def __init__(
        self, recogniser: Recogniser, pixels: Pixels, seconds: float, stop: Callable[[], bool]
    ) -> None:
        self._recogniser = recogniser
        self._pixels = pixels
        self._height, self._width = pixels.shape[:2]
        self._plan: Plan = plan(self._width, self._height)
        self._stop = stop
        self._seconds = seconds
        self._began = time.monotonic()
        self._longest_find = 0.0
        self._longest_step = 0.0
        self._step_began = self._began
        self._recognised_any = False
        self._cut_short = False
        self._lines: list[Line] = []
        self._taken: list[Box] = []

    def page(self) -> Page:
        """Read it."""
        for number, tile in enumerate(self._plan.tiles):
            if number and self._is_over(self._longest_find):
                break
            self._read_tile(tile)
            if self._cut_short:
                break
        return Page(tuple(self._lines), self._cut_short)

    def _read_tile(self, tile: Tile) -> None:
        part = self._pixels[tile.top : tile.bottom, tile.left : tile.right]
        began = time.monotonic()
        crops = self._recogniser.find(np.ascontiguousarray(part[:, :, ::-1]), self._plan.scale)
        self._step_began = time.monotonic()
        self._longest_find = max(self._longest_find, self._step_began - began)
        own = [crop for crop in crops if self._is_new(crop, tile)]
        for start in range(0, len(own), _BLOCK):
            block = own[start : start + _BLOCK]
            self._keep(block, self._recognised(block), tile)
            if self._cut_short:
                return

    def _recognised(self, block: list[Crop]) -> dict[int, tuple[str, float]]:
        """Return text and confidence by index; those that time did not suffice for are missing."""
        found: dict[int, tuple[str, float]] = {}
        for batch in batches(block):
            if self._is_over():
                return found
            texts = self._recogniser.recognise([block[at].pixels for at in batch])
            self._recognised_any = True
            found.update(zip(batch, texts, strict=True))
        weak = [at for at, (_, confidence) in found.items() if confidence < _WEAK]
        if len(weak) * 2 > len(found) > 1 and not self._is_over():
            self._turn(block, weak, found)
        return found

    def _turn(
        self, block: list[Crop], weak: list[int], found: dict[int, tuple[str, float]]
    ) -> None:
        """Read lines again upside down where most lines made little sense; the better one holds."""
        turned = [Crop(_on_its_head(block[at].pixels), block[at].corners) for at in weak]
        for batch in batches(turned):
            if self._is_over():
                return
            for at, text in zip(
                batch,
                self._recogniser.recognise([turned[at].pixels for at in batch]),
                strict=True,
            ):
                if text[1] > max(found[weak[at]][1], _WEAK):
                    found[weak[at]] = text

    def _keep(self, block: list[Crop], found: dict[int, tuple[str, float]], tile: Tile) -> None:
        for at, crop in enumerate(block):
            text, confidence = found.get(at, ("", 0.0))
            text = clean(text)
            if confidence < LEAST_CONFIDENCE or not any(one.isalnum() for one in text):
                continue
            if len(self._lines) >= MAX_LINES:
                self._cut_short = True
                return
            box = self._box(crop, tile)
            line = Line(text, min(1.0, confidence), box, self._quad(crop, tile))
            self._lines.append(line)

    def _is_new(self, crop: Crop, tile: Tile) -> bool:
        """Whether a line belongs to this part and was not seen in the part before."""
        axis = 1 if self._plan.upright else 0
        offset = tile.top if self._plan.upright else tile.left
        middle = float(crop.corners[:, axis].mean()) + offset
        slack = float(np.ptp(crop.corners[:, axis])) / 2
        if not tile.own_from - slack <= middle <= tile.own_to + slack:
            return False
        box = self._box(crop, tile)
        if len(self._plan.tiles) > 1:
            if any(_overlap(box, other) > _SAME for other in self._taken):
                return False
            self._taken.append(box)
        return True

    def _box(self, crop: Crop, tile: Tile) -> Box:
        xs = (crop.corners[:, 0] + tile.left) / self._width
        ys = (crop.corners[:, 1] + tile.top) / self._height
        x0, y0 = _share(xs.min()), _share(ys.min())
        x1, y1 = _share(xs.max()), _share(ys.max())
        # A line at the very edge still has an extent.
        x0, y0 = min(x0, 1 - 1 / self._width), min(y0, 1 - 1 / self._height)
        return x0, y0, max(x1, x0 + 1 / self._width), max(y1, y0 + 1 / self._height)

    def _quad(self, crop: Crop, tile: Tile) -> Quad | None:
        along = crop.corners[1] - crop.corners[0]
        if abs(math.atan2(float(along[1]), float(along[0]))) < _LEVEL:
            return None
        (ax, ay), (bx, by), (cx, cy), (dx, dy) = (
            (_share((x + tile.left) / self._width), _share((y + tile.top) / self._height))
            for x, y in crop.corners
        )
        return ax, ay, bx, by, cx, cy, dx, dy

    def _is_over(self, step: float = 0.0) -> bool:
        """Tell whether no further step may begin: one as long as the longest would not fit.

        Lines that were found are never left unread altogether, however slow the machine: of them
        the first batch is always recognised, unless the reading is stopped.

        Args:
            step: Seconds that the next one takes at least.
        """
        now = time.monotonic()
        if self._recognised_any:
            self._longest_step = max(self._longest_step, now - self._step_began)
        self._step_began = now
        late = now - self._began + max(self._longest_step, step) > self._seconds
        late = late and (self._recognised_any or step > 0)
        self._cut_short = self._cut_short or late or self._stop()
        return self._cut_short


def _on_its_head(pixels: Pixels) -> Pixels:
    return np.ascontiguousarray(pixels[::-1, ::-1])


def _overlap(one: Box, other: Box) -> float:
    """Return the shared area of two boxes as a part of the smaller."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    if width <= 0 or height <= 0:
        return 0.0
    areas = ((box[2] - box[0]) * (box[3] - box[1]) for box in (one, other))
    return width * height / min(areas)


def _share(value: float) -> float:
    return min(1.0, max(0.0, float(value)))


def _never() -> bool:
    return False
