"""Draws test pictures: nothing is downloaded, all are free, and the same in each run."""

import io
import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

Pixels = NDArray[np.uint8]

EXIF_ORIENTATION, EXIF_DATE_TIME, EXIF_MAKE, EXIF_MODEL = 0x0112, 0x0132, 0x010F, 0x0110
EXIF_FOLDER, EXIF_DATE_TIME_ORIGINAL, EXIF_DATE_TIME_DIGITIZED = 0x8769, 0x9003, 0x9004


def gradient(width: int = 400, height: int = 300, *, hue: int = 0) -> Image.Image:
    """Red grows to the right, green downwards; ``hue`` is the blue."""
    across = np.linspace(0, 255, width, dtype=np.uint8)[None, :].repeat(height, 0)
    down = np.linspace(0, 255, height, dtype=np.uint8)[:, None].repeat(width, 1)
    return Image.fromarray(np.dstack([across, down, np.full_like(across, hue)]))


def noise(width: int = 400, height: int = 300, *, seed: int = 0) -> Image.Image:
    """Different for every seed."""
    random = np.random.default_rng(seed)
    coarse = random.integers(0, 256, (max(1, height // 8), max(1, width // 8), 3), dtype=np.uint8)
    return Image.fromarray(coarse).resize((width, height), Image.Resampling.NEAREST)


def quarters(width: int = 400, height: int = 300) -> Image.Image:
    """Red, green, blue and white quarters (left to right, top to bottom): shows any turn."""
    image = Image.new("RGB", (width, height), (255, 0, 0))
    draw = ImageDraw.Draw(image)
    draw.rectangle((width // 2, 0, width, height // 2 - 1), (0, 255, 0))
    draw.rectangle((0, height // 2, width // 2 - 1, height), (0, 0, 255))
    draw.rectangle((width // 2, height // 2, width, height), (255, 255, 255))
    return image


def shapes(width: int = 400, height: int = 300, *, seed: int = 0) -> Image.Image:
    """A handful of coloured discs and boxes on a plain ground."""
    random = np.random.default_rng(seed)
    image = Image.new("RGB", (width, height), _colour(random))
    draw = ImageDraw.Draw(image)
    for index in range(8):
        x, y = int(random.integers(0, width)), int(random.integers(0, height))
        radius = int(random.integers(10, max(11, width // 4)))
        box = (x - radius, y - radius, x + radius, y + radius)
        (draw.ellipse if index % 2 else draw.rectangle)(box, fill=_colour(random))
    return image


def poster(title: str = "THE LAST LIGHT", *, seed: int = 0) -> Image.Image:
    """A film poster of 268 × 400: a scene, a big title, a tagline and small credits."""
    image = shapes(268, 400, seed=seed).point(lambda value: value // 2)
    draw = ImageDraw.Draw(image)
    y = 30
    for word in title.split():
        draw.text((134, y), word, fill=(255, 230, 120), font=_font(44), anchor="ma")
        y += 50
    draw.text((134, 300), "this winter, nobody is safe", fill="white", font=_font(14), anchor="ma")
    for line in range(4):
        text = "STARRING A. N. OTHER  DIRECTED BY S. O. BODY"
        draw.text((134, 340 + 12 * line), text, fill=(200, 200, 200), font=_font(9), anchor="ma")
    return image


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def _colour(random: np.random.Generator) -> tuple[int, int, int]:
    red, green, blue = (int(part) for part in random.integers(0, 256, 3))
    return red, green, blue


# ---------------------------------------------------------------------------- files


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    """The bytes of a file of Pillow's format ``kind`` ("JPEG", "PNG", …)."""
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def jpeg(image: Image.Image | None = None, *, quality: int = 90, **options: object) -> bytes:
    return encoded(image or gradient(), "JPEG", quality=quality, **options)


def png(image: Image.Image | None = None, **options: object) -> bytes:
    return encoded(image or gradient(), "PNG", **options)


def write(path: Path, image: Image.Image | None = None, **options: object) -> Path:
    """Writes a picture in the format that the path's ending names, making folders as needed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    (image or gradient()).save(path, **options)
    return path


def exif(
    *,
    orientation: int | None = None,
    original: str | None = None,
    digitized: str | None = None,
    changed: str | None = None,
    make: str | None = None,
    model: str | None = None,
) -> bytes:
    """An EXIF block of the fields given, as ``exif=`` option of Pillow's writers."""
    block = Image.Exif()
    for tag, value in (
        (EXIF_ORIENTATION, orientation),
        (EXIF_DATE_TIME, changed),
        (EXIF_MAKE, make),
        (EXIF_MODEL, model),
    ):
        if value is not None:
            block[tag] = value
    below = {EXIF_DATE_TIME_ORIGINAL: original, EXIF_DATE_TIME_DIGITIZED: digitized}
    if any(below.values()):
        block[EXIF_FOLDER] = {tag: value for tag, value in below.items() if value is not None}
    return block.tobytes()


def rotated_jpeg(image: Image.Image, orientation: int, **dates: str) -> bytes:
    """A JPEG that shows ``image`` upright if, and only if, its EXIF orientation is obeyed."""
    undo = {
        1: None,
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[orientation]
    stored = image if undo is None else image.transpose(undo)
    return jpeg(stored, exif=exif(orientation=orientation, **dates))


def animated(kind: str, *, frames: int = 3) -> bytes:
    """An animation whose first frame is ``quarters`` and whose others are noise."""
    rest = [noise(seed=index) for index in range(1, frames)]
    return encoded(quarters(), kind, save_all=True, append_images=rest, duration=100, loop=0)


def grey16(width: int = 400, height: int = 300) -> NDArray[np.uint16]:
    """0 at the left to 65535 at the right, [height, width]."""
    across = np.linspace(0, 65535, width).astype(np.uint16)
    return np.repeat(across[None, :], height, axis=0)


def png_rgb16(pixels: NDArray[np.uint16]) -> bytes:
    """A PNG of 16 bits a channel, which Pillow cannot write. [H, W, 3]."""
    import zlib

    height, width = pixels.shape[:2]
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in pixels)

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    header = struct.pack(">IIBBBBB", width, height, 16, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def png_claiming(width: int, height: int) -> bytes:
    """A few bytes of PNG that claim any size: a decompression bomb before it goes off."""
    import zlib

    data = bytearray(png(Image.new("L", (8, 8))))
    data[16:24] = struct.pack(">II", width, height)
    data[29:33] = struct.pack(">I", zlib.crc32(bytes(data[12:29])))
    return bytes(data)


def dng(
    preview: Image.Image | None = None,
    *,
    width: int = 64,
    height: int = 48,
    orientation: int = 1,
    date: str | None = "2019:07:20 21:17:40",
) -> bytes:
    """A minimal DNG (1.4): a Bayer sensor of one colour, and a JPEG preview if one is given.

    The sensor shows a warm orange; the preview whatever you like.
    """
    sensor = np.empty((height, width), np.uint16)
    sensor[0::2, 0::2], sensor[0::2, 1::2] = 3600, 2000
    sensor[1::2, 0::2], sensor[1::2, 1::2] = 2000, 300
    tags: list[tuple[int, int, list[int] | bytes]] = [
        (254, 4, [0]),
        (256, 4, [width]),
        (257, 4, [height]),
        (258, 3, [16]),
        (259, 3, [1]),
        (262, 3, [32803]),  # colour filter array
        (EXIF_MAKE, 2, b"Lumi\0"),
        (EXIF_MODEL, 2, b"Testcam\0"),
        (274, 3, [orientation]),
        (277, 3, [1]),
        (278, 4, [height]),
        (33421, 3, [2, 2]),
        (33422, 1, bytes([0, 1, 1, 2])),  # red, green, green, blue
        (50706, 1, bytes([1, 4, 0, 0])),
        (50708, 2, b"Lumi Testcam\0"),
        (50717, 4, [4095]),
        (50721, 10, [1, 1, 0, 1, 0, 1, 0, 1, 1, 1, 0, 1, 0, 1, 0, 1, 1, 1]),
        (50728, 5, [1, 1, 1, 1, 1, 1]),
        (50778, 3, [21]),
    ]
    if date is not None:
        tags.append((EXIF_DATE_TIME, 2, date.encode() + b"\0"))
    blobs: dict[int, bytes] = {273: sensor.astype("<u2").tobytes()}
    second: list[tuple[int, int, list[int] | bytes]] = []
    if preview is not None:
        picture = jpeg(preview)
        second = [
            (254, 4, [1]),
            (256, 4, [preview.width]),
            (257, 4, [preview.height]),
            (258, 3, [8, 8, 8]),
            (259, 3, [7]),
            (262, 3, [6]),
            (277, 3, [3]),
            (278, 4, [preview.height]),
        ]
        return _tiff([(tags, blobs[273]), (second, picture)])
    return _tiff([(tags, blobs[273])])


def _tiff(pages: list[tuple[list[tuple[int, int, list[int] | bytes]], bytes]]) -> bytes:
    """A little-endian TIFF: the first page is the main one, further ones its SubIFDs (330)."""
    strips = b""
    starts = []
    for _, strip in pages:
        starts.append(8 + len(strips))
        strips += strip + b"\0" * (len(strip) % 2)
    body = strips
    subs: list[int] = []
    for (tags, strip), start in reversed(list(zip(pages, starts, strict=True))):
        own = [*tags, (273, 4, [start]), (279, 4, [len(strip)])]
        if tags is pages[0][0]:
            if subs:
                own.append((330, 4, subs))
            main = 8 + len(body)
            body += _directory(own, main)
        else:
            subs.insert(0, 8 + len(body))
            body += _directory(own, subs[0])
    return b"II*\0" + struct.pack("<I", main) + body


def _directory(tags: list[tuple[int, int, list[int] | bytes]], at: int) -> bytes:
    formats = {1: "B", 3: "H", 4: "I", 5: "I", 10: "i"}
    tags = sorted(tags)
    entries, outside = b"", b""
    base = at + 2 + 12 * len(tags) + 4
    for tag, kind, values in tags:
        data = (
            values
            if isinstance(values, bytes)
            else b"".join(struct.pack("<" + formats[kind], value) for value in values)
        )
        count = len(values) // (2 if kind in (5, 10) else 1)
        if len(data) > 4:
            field = struct.pack("<I", base + len(outside))
            outside += data + b"\0" * (len(data) % 2)
        else:
            field = data.ljust(4, b"\0")
        entries += struct.pack("<HHI", tag, kind, count) + field
    return struct.pack("<H", len(tags)) + entries + b"\0\0\0\0" + outside
