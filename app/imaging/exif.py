"""The few EXIF fields that Lumitag uses, read straight from the bytes.

Pillow's reader builds every tag of a file, warns through Python's process-wide warnings about each
crooked one, and costs more than a small picture's decode. Here five tags are looked up, and what is
crooked is simply not there. The layout is TIFF 6.0's (section 2) and the tags are EXIF 2.32's.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

_MAKE, _MODEL, _ORIENTATION, _DATE_TIME = 0x010F, 0x0110, 0x0112, 0x0132
_EXIF_FOLDER, _DATE_TIME_ORIGINAL, _DATE_TIME_DIGITIZED = 0x8769, 0x9003, 0x9004
_WANTED = frozenset(
    {
        _MAKE,
        _MODEL,
        _ORIENTATION,
        _DATE_TIME,
        _EXIF_FOLDER,
        _DATE_TIME_ORIGINAL,
        _DATE_TIME_DIGITIZED,
    }
)
_ASCII, _SHORT, _LONG = 2, 3, 4
_LONGEST_TEXT = 256
_MOST_ENTRIES = 1000
_PREAMBLE = b"Exif\0\0"


@dataclass(frozen=True, slots=True)
class Exif:
    """What the camera wrote, uninterpreted.

    Attributes:
        orientation: 1 to 8 as EXIF defines them; 1 (upright) where missing or nonsense.
        dates: The texts of DateTimeOriginal, DateTimeDigitized and DateTime, in this order of
            trust, those that are there.
        make: The camera's maker, "" where unknown.
        model: The camera's model, "" where unknown.
    """

    orientation: int = 1
    dates: tuple[str, ...] = ()
    make: str = ""
    model: str = ""


NO_EXIF = Exif()


def read_exif(block: bytes | None) -> Exif:
    """Reads an EXIF block, or the beginning of any file that is laid out like TIFF (most raws).

    Args:
        block: From the byte order mark on, optionally preceded by "Exif" and two zeros.

    Returns:
        What could be read; never raises.
    """
    if not block:
        return NO_EXIF
    if block.startswith(_PREAMBLE):
        block = block[len(_PREAMBLE) :]
    order = {b"II": "<", b"MM": ">"}.get(block[:2])
    if order is None or len(block) < 8:
        return NO_EXIF
    values: dict[int, int | bytes] = {}
    # The magic number is not looked at: Olympus and Panasonic raws are TIFF with one of their own.
    values.update(_entries(block, order, struct.unpack_from(order + "I", block, 4)[0]))
    below = values.get(_EXIF_FOLDER)
    if isinstance(below, int):
        values.update(_entries(block, order, below))
    orientation = values.get(_ORIENTATION)
    dates = (_DATE_TIME_ORIGINAL, _DATE_TIME_DIGITIZED, _DATE_TIME)
    return Exif(
        orientation if isinstance(orientation, int) and 1 <= orientation <= 8 else 1,
        tuple(text for tag in dates if (text := _text(values.get(tag)))),
        _text(values.get(_MAKE)),
        _text(values.get(_MODEL)),
    )


def _entries(block: bytes, order: str, offset: int) -> Iterator[tuple[int, int | bytes]]:
    if offset + 2 > len(block):
        return
    (count,) = struct.unpack_from(order + "H", block, offset)
    entry = struct.Struct(order + "HHI4s")
    for at in range(offset + 2, offset + 2 + min(count, _MOST_ENTRIES) * entry.size, entry.size):
        if at + entry.size > len(block):
            return
        tag, kind, length, value = entry.unpack_from(block, at)
        if tag not in _WANTED:
            continue
        if kind == _SHORT:
            yield tag, struct.unpack(order + "H", value[:2])[0]
        elif kind == _LONG:
            yield tag, struct.unpack(order + "I", value)[0]
        elif kind == _ASCII and length <= 4:
            yield tag, value[:length]
        elif kind == _ASCII:
            (start,) = struct.unpack(order + "I", value)
            yield tag, block[start : start + min(length, _LONGEST_TEXT)]


def _text(value: int | bytes | None) -> str:
    if not isinstance(value, bytes):
        return ""
    # EXIF says ASCII; cameras and programs also write UTF-8 and their country's code page.
    text = value.partition(b"\0")[0].decode("utf-8", errors="replace")
    return "".join(character for character in text if character.isprintable()).strip()
