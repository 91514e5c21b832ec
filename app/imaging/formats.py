"""Which files are pictures, by name and by their first bytes.

The name decides whether a file is looked at at all; the bytes decide how it is decoded, so that a
PNG that somebody renamed to ``.jpg`` is still read.
"""

from enum import Enum, auto

# fmt: off
RAW_SUFFIXES = frozenset(
    {
        ".3fr", ".arw", ".cr2", ".cr3", ".crw", ".dcr", ".dng", ".erf", ".fff", ".iiq", ".kdc",
        ".mef", ".mos", ".mrw", ".nef", ".nrw", ".orf", ".pef", ".raf", ".raw", ".rw2", ".rwl",
        ".sr2", ".srf", ".srw", ".x3f",
    }
)
"""Raw camera files, which LibRaw reads (lower case, with the dot)."""

PICTURE_SUFFIXES = RAW_SUFFIXES | frozenset(
    {
        ".apng", ".avif", ".bmp", ".dib", ".gif", ".heic", ".heics", ".heif", ".heifs", ".hif",
        ".jfif", ".jpe", ".jpeg", ".jpg", ".mpo", ".png", ".tif", ".tiff", ".webp",
    }
)
"""All files that are looked at (lower case, with the dot)."""
# fmt: on


class Container(Enum):
    """How a file's bytes are to be decoded."""

    JPEG = auto()
    PNG = auto()
    GIF = auto()
    BMP = auto()
    TIFF = auto()
    WEBP = auto()
    AVIF = auto()
    HEIC = auto()


_AVIF_BRANDS = frozenset({b"avif", b"avis"})
_HEIC_BRANDS = frozenset(
    {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1"}
)
_STARTS: tuple[tuple[bytes, Container], ...] = (
    (b"\xff\xd8\xff", Container.JPEG),
    (b"\x89PNG\r\n\x1a\n", Container.PNG),
    (b"GIF87a", Container.GIF),
    (b"GIF89a", Container.GIF),
    (b"BM", Container.BMP),
    (b"II*\0", Container.TIFF),
    (b"MM\0*", Container.TIFF),
    (b"II+\0", Container.TIFF),
    (b"MM\0+", Container.TIFF),
)
_FOREIGN: tuple[tuple[bytes, str], ...] = (
    (b"8BPS", "Photoshop"),
    (b"\xff\x0a", "JPEG XL"),
    (b"\0\0\0\x0cJXL ", "JPEG XL"),
    (b"\0\0\0\x0cjP  ", "JPEG 2000"),
    (b"\xff\x4f\xff\x51", "JPEG 2000"),
    (b"\x76\x2f\x31\x01", "OpenEXR"),
    (b"\0\0\x01\0", "icon"),
    (b"%PDF", "PDF"),
    (b"<svg", "SVG"),
)


def suffix(name: str) -> str:
    """The file name's ending in lower case with its dot, or "" where it has none."""
    _, dot, ending = name.rpartition(".")
    return f".{ending.lower()}" if dot else ""


def is_picture(name: str) -> bool:
    """Whether a file of this name is looked at; costs no disk access.

    Args:
        name: A file name, with or without folders before it.
    """
    return suffix(name) in PICTURE_SUFFIXES


def container(data: bytes) -> Container | None:
    """How to decode these bytes, judged by how they begin; None where nothing here can."""
    for start, kind in _STARTS:
        if data.startswith(start):
            return kind
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return Container.WEBP
    if data[4:8] == b"ftyp":
        return _by_brands(data)
    return None


def foreign(data: bytes) -> str | None:
    """The name of a picture format that is known but not supported, judged by the first bytes."""
    return next((name for start, name in _FOREIGN if data.startswith(start)), None)


def _by_brands(data: bytes) -> Container | None:
    # ISO/IEC 14496-12: a box "ftyp" of the major brand, a version, and the compatible brands.
    # The generic major brand "mif1" says nothing of the codec: the compatible brands do.
    size = min(int.from_bytes(data[:4], "big"), 256)
    brands = [data[8:12], *(data[at : at + 4] for at in range(16, size, 4))]
    if not _AVIF_BRANDS.isdisjoint(brands):
        return Container.AVIF
    if not _HEIC_BRANDS.isdisjoint(brands):
        return Container.HEIC
    return None
