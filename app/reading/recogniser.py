"""rapidocr's detector and recogniser, given their models from inside its own package.

Nothing is ever downloaded: rapidocr fetches models only where it is given neither session nor path.
"""

import importlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from app.reading.errors import UnavailableError
from app.reading.version import PACKAGE

Pixels = NDArray[np.uint8]
Corners = NDArray[np.float32]

DETECTOR: Final = "PP-OCRv6_det_small.onnx"
RECOGNISER: Final = "PP-OCRv6_rec_small.onnx"
_MODELS: Final = "rapidocr/models"

BATCH: Final = 6
"""Lines at a time, as rapidocr has it; more cost memory and win nothing on a CPU."""

BATCH_WIDTH: Final = 60.0
"""Lines of one batch times the longest one's width over height: 18,710 numbers for each eighth of
a height and line would otherwise take 500 MB for a batch of long lines."""

LONGEST: Final = 100.0
"""Width over height of the longest line that is read; longer ones are rules and borders."""

_THREADS_OF_OPENCV: Final = 1


class Networks(Protocol):
    """Opens ONNX networks; ``app.labeling.opening.Opener`` does."""

    @property
    def device(self) -> Any:
        """Where they run; its ``device`` is ``cuda`` or ``cpu``."""

    def open(self, model: Path) -> Any:
        """Return an ONNX Runtime session."""

    def leave_cuda(self, error: BaseException) -> bool:
        """Whether another device is to be tried after this failure."""


@dataclass(frozen=True, slots=True)
class Crop:
    """A line's pixels, ready to be recognised.

    Attributes:
        pixels: uint8 [h,w,3] BGR, level.
        corners: float32 [4,2], x and y in the tile's pixels, clockwise from the upper left.
    """

    pixels: Pixels
    corners: Corners

    @property
    def ratio(self) -> float:
        """Width over height."""
        height, width = self.pixels.shape[:2]
        return float(width / height)


class Recogniser:
    """The engine with its two networks. Not for several threads at once."""

    def __init__(self, networks: Networks) -> None:
        """Load the engine.

        Raises:
            UnavailableError: It or its models are missing or broken.
        """
        models = _models()
        sessions = {name: networks.open(models[name]) for name in (DETECTOR, RECOGNISER)}
        logging.getLogger("RapidOCR").addFilter(_nothing)
        try:
            self._load(sessions)
        except Exception as error:
            # Whatever a foreign or half-installed package raises here, it is the engine's failure.
            raise UnavailableError(
                f"The reading engine cannot be loaded ({type(error).__name__}); install Lumitag "
                "again."
            ) from error

    def _load(self, sessions: dict[str, Any]) -> None:
        omegaconf = importlib.import_module("omegaconf")
        rapidocr = importlib.import_module("rapidocr.main")
        self._images = importlib.import_module("rapidocr.utils.process_img")
        self._line_input = importlib.import_module("rapidocr.ch_ppocr_rec").TextRecInput
        importlib.import_module("cv2").setNumThreads(_THREADS_OF_OPENCV)
        config = rapidocr.RapidOCR(
            params={
                "Global.use_cls": False,
                "Global.log_level": "critical",
                "Rec.rec_batch_num": BATCH,
            }
        ).cfg
        with omegaconf.flag_override(config, "allow_objects", True):
            config.Det.session = sessions[DETECTOR]
            config.Rec.session = sessions[RECOGNISER]
            config.Rec.font_path = None
            self._detector = rapidocr.TextDetector(config.Det)
            self._recogniser = rapidocr.TextRecognizer(config.Rec)
        self._ratio = float(config.Global.width_height_ratio)
        self._least_height = float(config.Global.min_height)

    def find(self, tile: Pixels, scale: float) -> list[Crop]:
        """Find the lines of text in a part of a picture.

        Args:
            tile: uint8 [h,w,3] BGR.
            scale: The detector's pixels for one of the tile's.
        """
        record: dict[str, Any] = {}
        padded, record = self._images.apply_vertical_padding(
            tile, record, self._ratio, self._least_height
        )
        above = record["padding_1"]["top"]
        height, width = padded.shape[:2]
        detector = self._detector
        if scale > 1:
            detector.limit_type, detector.limit_side_len = "min", round(min(tile.shape[:2]) * scale)
        elif scale < 1:
            detector.limit_type, detector.limit_side_len = "max", round(max(height, width) * scale)
        else:
            detector.limit_type, detector.limit_side_len = "min", 0
        found = detector(padded)
        if found.boxes is None:
            return []
        crops = []
        for corners in found.boxes:
            pixels = self._images.get_rotate_crop_image(padded, corners.copy())
            crop = Crop(pixels, np.asarray(corners, np.float32) - np.array([0, above], np.float32))
            if min(pixels.shape[:2]) > 0 and crop.ratio <= LONGEST:
                crops.append(crop)
        return crops

    def recognise(self, crops: Sequence[Pixels]) -> list[tuple[str, float]]:
        """Return (text, confidence 0..1) of lines: uint8 [h,w,3] BGR each."""
        if not crops:
            return []
        found = self._recogniser(self._line_input(img=list(crops), return_word_box=False))
        return [
            (str(text), float(score)) for text, score in zip(found.txts, found.scores, strict=True)
        ]


def batches(crops: Sequence[Crop]) -> list[list[int]]:
    """Return the indices of lines to recognise together: of like width, as rapidocr sorts them."""
    by_width = sorted(range(len(crops)), key=lambda at: crops[at].ratio)
    made: list[list[int]] = []
    for at in by_width:
        last = made[-1] if made else None
        if last and len(last) < BATCH and crops[at].ratio * (len(last) + 1) <= BATCH_WIDTH:
            last.append(at)
        else:
            made.append([at])
    return made


def _models() -> dict[str, Path]:
    """Return the model files inside the installed package.

    Raises:
        UnavailableError: The package or one of them is not there.
    """
    try:
        package = distribution(PACKAGE)
    except PackageNotFoundError as error:
        raise UnavailableError(
            "The reading engine (rapidocr) is not installed, so no words are read; install Lumitag "
            "again."
        ) from error
    files = {
        name: Path(str(package.locate_file(f"{_MODELS}/{name}"))) for name in (DETECTOR, RECOGNISER)
    }
    for file in files.values():
        if not file.is_file():
            raise UnavailableError(
                f"The reading engine's network {file} is missing, so no words are read; install "
                "Lumitag again."
            )
    return files


def _nothing(_record: logging.LogRecord) -> bool:
    """A filter that lets nothing pass: no word of a picture may reach a log."""
    return False
