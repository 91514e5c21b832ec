"""Raw camera files, through the preview that the camera itself developed."""

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile

from app.imaging.exif import Exif, read_exif

if TYPE_CHECKING:
    import rawpy

_FLIPS = {0: 1, 3: 3, 5: 8, 6: 6}
"""LibRaw's ``flip`` (0 none, 3 half turn, 5 and 6 quarter turns) as EXIF orientations."""
_QUARTER_TURNS = frozenset({5, 6})


@dataclass(frozen=True, slots=True)
class RawFile:
    """A raw file, opened up.

    Attributes:
        image: What the camera developed (a JPEG is not loaded yet), or what was developed here.
        orientation: How ``image`` is to be turned, as EXIF says it (1 to 8).
        width: Of the upright sensor picture, in pixels.
        height: Of the upright sensor picture, in pixels.
        exif: From the file itself, where it is laid out like TIFF, else from its preview.
    """

    image: Image.Image
    orientation: int
    width: int
    height: int
    exif: Exif


def open_raw(data: bytes, *, working_size: int) -> RawFile | None:
    """Takes the preview out of a raw file, or develops it at half size where that is too small.

    Args:
        data: The whole file.
        working_size: Pixels that the shorter side should have.

    Returns:
        None where LibRaw does not know the format.

    Raises:
        rawpy.LibRawError: The file is damaged.
    """
    import rawpy

    try:
        raw = rawpy.imread(io.BytesIO(data))
    except rawpy.LibRawFileUnsupportedError:
        return None
    with raw:
        size = (raw.sizes.width, raw.sizes.height)
        flip = raw.sizes.flip
        preview = _preview(raw)
        if preview is not None and min(preview.size) >= min(working_size, *size):
            image, orientation = preview, _orientation_of(preview, size, flip)
        elif (developed := _developed(raw, half=min(size) >= 2 * working_size)) is not None:
            image, orientation = developed, 1  # LibRaw turns what it develops
        elif preview is not None:
            image, orientation = preview, _orientation_of(preview, size, flip)
        else:
            raise rawpy.LibRawNoThumbnailError("neither a preview nor sensor data could be read")
    exif = read_exif(data)
    if not exif.dates and preview is not None:
        exif = read_exif(preview.info.get("exif"))
    width, height = size if flip not in _QUARTER_TURNS else size[::-1]
    return RawFile(image, orientation, width, height, exif)


def _preview(raw: "rawpy.RawPy") -> Image.Image | None:
    import rawpy

    try:
        embedded = raw.extract_thumb()
        if embedded.format is rawpy.ThumbFormat.JPEG:
            return JpegImageFile(io.BytesIO(bytes(embedded.data)))
    # SyntaxError is how Pillow says that this is no JPEG.
    except (rawpy.LibRawError, NotImplementedError, OSError, SyntaxError):
        return None
    return _image(np.asarray(embedded.data))


def _developed(raw: "rawpy.RawPy", *, half: bool) -> Image.Image | None:
    import rawpy

    try:
        return _image(raw.postprocess(half_size=half, use_camera_wb=True, output_bps=8))
    except (rawpy.LibRawError, OSError):
        return None


def _image(pixels: NDArray[np.uint8] | NDArray[np.uint16]) -> Image.Image:
    """Copies [H, W, 1 or 3] of 8 or 16 bits out of LibRaw's memory."""
    eight_bit = pixels >> 8 if pixels.dtype == np.uint16 else pixels
    if eight_bit.shape[2] == 1:
        eight_bit = eight_bit[:, :, 0]
    return Image.fromarray(eight_bit.astype(np.uint8))


def _orientation_of(preview: Image.Image, sensor: tuple[int, int], flip: int) -> int:
    """How to turn a preview: as its own EXIF says, else like the sensor's picture.

    LibRaw puts the camera's orientation into previews that have no EXIF of their own. A preview
    that stands while the sensor lies has been turned by the camera already.
    """
    own = read_exif(preview.info.get("exif")).orientation
    orientation = own if own != 1 else _FLIPS.get(flip, 1)
    stands, sensor_stands = preview.height > preview.width, sensor[1] > sensor[0]
    if orientation > 4 and stands != sensor_stands:
        return 1
    return orientation
