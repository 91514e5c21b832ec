"""From a file's bytes to upright RGB pixels, reduced as early as the format allows."""

import io
import re
import warnings
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.ImageFile import ImageFile

from app.imaging.errors import Reason, UnreadablePictureError
from app.imaging.exif import Exif, read_exif
from app.imaging.formats import RAW_SUFFIXES, Container, container, foreign, suffix
from app.imaging.metadata import Metadata, interpret
from app.imaging.pixels import upright_rgb

WORKING_SIZE = 320
"""Pixels of the shorter side that everything after the decode needs.

The shipped networks see 260 pixels; a thumbnail has at most 320 on its longer side.
"""
LARGEST_PICTURE = 178_956_970
"""Pixels above which a picture is refused as a decompression bomb.

It is Pillow's own limit for an error (twice its ``MAX_IMAGE_PIXELS``): 716 MB as RGBA.
"""
LARGEST_SCALED_PICTURE = 1_000_000_000
"""The same for JPEG, which is reduced eightfold while it is decoded."""
LARGE_PICTURE = 40_000_000
"""Pixels above which a picture counts as large: see ``decode``."""

_UNSUPPORTED_HINTS = ("unsupported", "not supported", "unknown pixel mode", "cannot handle")
"""What Pillow and its decoders say of sound files that are too special for them."""

_PILLOW_WARNING = ("ignore", None, Warning, re.compile(r"PIL\."), 0)


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A decoded picture.

    Attributes:
        image: Of mode RGB, upright, on a neutral ground where it was transparent; the shorter side
            has at least min(working size, the original's) pixels (a strip more than 16 times as
            long as broad is squeezed to that).
        width: Of the upright original, in pixels.
        height: Of the upright original, in pixels.
        format: For people: "JPEG", "HEIC", "NEF".
        metadata: When and with what it was taken.
    """

    image: Image.Image
    width: int
    height: int
    format: str
    metadata: Metadata

    @property
    def pixels(self) -> NDArray[np.uint8]:
        """The image as a new uint8 [H, W, 3], contiguous and writable.

        The copy costs a tenth of a small picture's decode: whoever only resizes takes ``image``.
        """
        return np.array(self.image)


def decode(
    data: bytes,
    *,
    name: str,
    working_size: int = WORKING_SIZE,
    large: AbstractContextManager[object] | None = None,
) -> Picture:
    """Decodes the first picture of a file. May be called from any thread.

    Args:
        data: The whole file.
        name: The file's name; raw files are told by its ending, all others by their bytes.
        working_size: Pixels of the shorter side that are enough; the result may have more.
        large: Held while a picture of more than ``LARGE_PICTURE`` pixels is decoded whole; a lock
            given to all threads bounds their memory.

    Raises:
        UnreadablePictureError: With the reason, whatever the bytes are.
    """
    _quieten_pillow()
    try:
        return _decode(data, name, working_size, large or nullcontext())
    except UnreadablePictureError:
        raise
    except MemoryError as error:
        raise UnreadablePictureError(
            Reason.TOO_LARGE, "There is not enough memory for a picture of this size."
        ) from error
    except Exception as error:
        # Decoders raise whatever a broken file leads them to, from struct.error to KeyError.
        raise _explained(error) from error


def _decode(
    data: bytes, name: str, working_size: int, large: AbstractContextManager[object]
) -> Picture:
    if not data:
        raise UnreadablePictureError(Reason.EMPTY, "The file is empty.")
    ending = suffix(name)
    if ending in RAW_SUFFIXES and (picture := _decode_raw(data, ending, working_size, large)):
        return picture
    kind = container(data)
    if kind is None:
        raise _no_picture(data)
    if kind in (Container.HEIC, Container.AVIF):
        _check_boxes(data)
    image = _open(kind, data)
    _check_size(image.size, LARGEST_SCALED_PICTURE if kind is Container.JPEG else LARGEST_PICTURE)
    width, height = image.size
    if kind is Container.JPEG:
        image.draft(None, (working_size, working_size))
    with large if _pixels(image.size) > LARGE_PICTURE else nullcontext():
        image.load()
        # PNG may hold its EXIF behind its pixels.
        exif = _exif(image, kind, data)
        if kind is Container.TIFF:
            width, height = image.size  # Pillow itself has turned it
            orientation = 1
        else:
            orientation = exif.orientation
        if orientation > 4:
            width, height = height, width
        upright = upright_rgb(image, orientation=orientation, working_size=working_size)
    return Picture(upright, width, height, kind.name, interpret(exif))


def _decode_raw(
    data: bytes, ending: str, working_size: int, large: AbstractContextManager[object]
) -> Picture | None:
    from app.imaging.raw import open_raw

    raw = open_raw(data, working_size=working_size)
    if raw is None:
        return None
    _check_size(raw.image.size, LARGEST_SCALED_PICTURE)
    if isinstance(raw.image, ImageFile):
        raw.image.draft(None, (working_size, working_size))
    with large if _pixels(raw.image.size) > LARGE_PICTURE else nullcontext():
        raw.image.load()
        upright = upright_rgb(raw.image, orientation=raw.orientation, working_size=working_size)
    return Picture(upright, raw.width, raw.height, ending[1:].upper(), interpret(raw.exif))


def _open(kind: Container, data: bytes) -> ImageFile:
    """Reads the file's header with exactly the decoder that its first bytes name.

    ``Image.open`` would try all of Pillow's plugins, run its check for bombs with a process-wide
    limit and warning, and know HEIC only after a process-wide registration.
    """
    file = io.BytesIO(data)
    match kind:
        case Container.JPEG:
            from PIL.JpegImagePlugin import JpegImageFile

            return JpegImageFile(file)
        case Container.PNG:
            from PIL.PngImagePlugin import PngImageFile

            return PngImageFile(file)
        case Container.GIF:
            from PIL.GifImagePlugin import GifImageFile

            return GifImageFile(file)
        case Container.BMP:
            from PIL.BmpImagePlugin import BmpImageFile

            return BmpImageFile(file)
        case Container.TIFF:
            from PIL.TiffImagePlugin import TiffImageFile

            return TiffImageFile(file)
        case Container.WEBP:
            from PIL.WebPImagePlugin import WebPImageFile

            return WebPImageFile(file)
        case Container.AVIF:
            from PIL.AvifImagePlugin import AvifImageFile

            return AvifImageFile(file)
        case Container.HEIC:
            from pi_heif import HeifImageFile

            return cast("ImageFile", HeifImageFile(file))


def _exif(image: ImageFile, kind: Container, data: bytes) -> Exif:
    block = data if kind is Container.TIFF else image.info.get("exif")
    return read_exif(block if isinstance(block, bytes) else None)


def _pixels(size: tuple[int, int]) -> int:
    return size[0] * size[1]


def _check_size(size: tuple[int, int], most: int) -> None:
    if _pixels(size) > most:
        raise UnreadablePictureError(
            Reason.TOO_LARGE,
            f"The picture claims to have {_pixels(size) // 1_000_000} megapixels;"
            f" more than {most // 1_000_000} are not decoded.",
        )


def _check_boxes(data: bytes) -> None:
    """Refuses an HEIC or AVIF file that ends before its last box (ISO/IEC 14496-12, 4.2).

    Their decoders fill what is missing with grey and call it done.
    """
    at = 0
    while at + 8 <= len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        if size == 1:
            size = int.from_bytes(data[at + 8 : at + 16], "big")
        if size == 0:  # to the end of the file
            return
        if size < 8 or at + size > len(data):
            raise _cut_off()
        at += size


def _no_picture(data: bytes) -> UnreadablePictureError:
    if known := foreign(data):
        return UnreadablePictureError(Reason.UNSUPPORTED, f"{known} files cannot be read yet.")
    return UnreadablePictureError(
        Reason.NOT_A_PICTURE, "The file is not a picture, whatever its name says."
    )


def _cut_off() -> UnreadablePictureError:
    return UnreadablePictureError(
        Reason.TRUNCATED, "The file is incomplete: it ends in the middle of the picture."
    )


def _explained(error: Exception) -> UnreadablePictureError:
    if isinstance(error, Image.DecompressionBombError):
        return UnreadablePictureError(
            Reason.TOO_LARGE, "The picture claims to be too large to be decoded safely."
        )
    said = str(error).lower()
    if isinstance(error, EOFError) or "truncated" in said or "end of file" in said:
        return _cut_off()
    if any(hint in said for hint in _UNSUPPORTED_HINTS):
        return UnreadablePictureError(
            Reason.UNSUPPORTED, "This variant of the picture format cannot be read yet."
        )
    return UnreadablePictureError(Reason.UNREADABLE, "The file is damaged and cannot be decoded.")


def _quieten_pillow() -> None:
    """Keeps Pillow's remarks about crooked files off the terminal: the file's failure says it.

    Warning filters belong to the process, and ``warnings.catch_warnings`` is not safe in threads;
    so one filter that concerns only Pillow's own modules is added, if it is not there already.
    """
    if _PILLOW_WARNING not in warnings.filters:
        warnings.filterwarnings("ignore", module=r"PIL\.")
