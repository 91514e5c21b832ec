"""Drawn pictures with words in them, and the readings that belong to them."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from app.library.library import Library
from app.library.records import NewPhoto, NewReading, SeenFile, StoredFile
from app.reading import Line, lines_to_bytes, plain_text
from tests.support.inspecting import WORDS, labels_json
from tests.support.libraries import content_of, predicted
from tests.support.windows import NEWEST

ENGINE = "test 1"


def line(text: str, box: tuple[float, float, float, float], confidence: float = 0.97) -> Line:
    """Return a level line of text; the box in shares of the picture."""
    return Line(text, confidence, box)


def stacked(texts: Sequence[str], *, left: float = 0.1, right: float = 0.9) -> tuple[Line, ...]:
    """Return lines one below the other over the whole picture."""
    step = 1 / (len(texts) + 1)
    return tuple(
        line(text, (left, step * (at + 0.6), right, step * (at + 1.2)))
        for at, text in enumerate(texts)
    )


def written_picture(path: Path, size: tuple[int, int], lines: Sequence[Line]) -> bytes:
    """Draw lines into a picture, each as large as its box, and return the file's bytes."""
    image = Image.new("RGB", size, (38, 48, 70))
    draw = ImageDraw.Draw(image)
    for each in lines:
        x0, y0, x1, y1 = each.box
        box = (x0 * size[0], y0 * size[1], x1 * size[0], y1 * size[1])
        large = ImageFont.load_default(size=max(round((box[3] - box[1]) * 0.8), 8))
        left, top, right, bottom = large.getbbox(each.text)
        word = Image.new("L", (max(round(right), 1), max(round(bottom), 1)))
        ImageDraw.Draw(word).text((0, 0), each.text, font=large, fill=255)
        word = word.crop((round(left), round(top), round(right), round(bottom)))
        word = word.resize((max(round(box[2] - box[0]), 1), max(round(box[3] - box[1]), 1)))
        draw.bitmap((round(box[0]), round(box[1])), word, fill=(240, 232, 210))
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path)
    return path.read_bytes()


def add_written(
    library: Library,
    folder: Path,
    pages: Sequence[tuple[str, Sequence[Line] | None]],
    *,
    size: tuple[int, int] = (400, 600),
) -> list[int]:
    """Store pictures with words, read already; the first is the newest.

    Args:
        library: Where to.
        folder: The pictures are drawn into it.
        pages: File name and lines of each; None for a picture that was never read.
        size: Of the pictures.

    Returns:
        The photos' ids.
    """
    folder.mkdir(parents=True, exist_ok=True)
    root = library.folders.add(folder)
    library.packs.register("photos", "1", labels_json())
    items = []
    for at, (name, lines) in enumerate(pages):
        data = written_picture(folder / name, size, lines or ())
        seen = SeenFile(root.id, name, len(data), (folder / name).stat().st_mtime_ns)
        taken = NEWEST - timedelta(days=at)
        photo = NewPhoto(content_of(name), *size, len(data), "PNG", taken, "exif", None)
        found = (predicted("photos", *(0.9 * (word == "dog") for word in WORDS)),)
        items.append(StoredFile(file=seen, photo=photo, predictions=found, thumbnail=data))
    ids = list(library.photos.store(items).photo_ids)
    library.words.store(
        {
            photo: NewReading(ENGINE, lines_to_bytes(lines), plain_text(lines))
            for photo, (_, lines) in zip(ids, pages, strict=True)
            if lines is not None
        }
    )
    return ids
