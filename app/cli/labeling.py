"""`lumitag label`: label files without a library."""

import argparse
from collections.abc import Iterable
from pathlib import Path

from app.cli.files import picture_files
from app.cli.output import (
    labels_json,
    labels_line,
    print_file_problem,
    print_json,
    print_line,
    print_problem,
)
from app.engine.file_words import FileWords
from app.engine.tried import TriedLabel, TriedPicture, Unreadable, try_pictures
from app.imaging.resize import resize
from app.labeling.labeler import Labeler
from app.labeling.opening import Opener
from app.labeling.pack import find_packs
from app.paths import pack_folders
from app.reading import Reader


def run_label(asked: argparse.Namespace) -> int:
    """Print the labels of each file; 1 if any could not be read."""
    packs, errors = find_packs(pack_folders())
    for error in errors:
        print_problem(str(error))
    labeler = Labeler(packs, asked.device, resize=resize)
    reader = Reader(Opener(lambda: labeler.device))
    words = None if asked.no_words else FileWords(reader, print_problem)
    failed: list[Path] = []

    def fail(path: Path, message: str) -> None:
        failed.append(path)
        print_file_problem(path, message, as_json=asked.json)

    try:
        every = asked.all or asked.top is not None
        files = picture_files(asked.paths, fail)
        for found in try_pictures(labeler, files, every=every, words=words):
            if isinstance(found, Unreadable):
                fail(found.path, found.message)
            else:
                _print(found, asked)
        for refused in labeler.errors:
            print_problem(str(refused))
    finally:
        reader.close()
        labeler.close()
    return 1 if failed else 0


def _print(found: TriedPicture, asked: argparse.Namespace) -> None:
    labels = [
        (label.pack, label.name, label.probability)
        for label in _wanted(found, every=asked.all, top=asked.top)
    ]
    if asked.json:
        print_json(labels_json(found.path, labels))
    else:
        print_line(labels_line(found.path, labels))


def _wanted(found: TriedPicture, *, every: bool, top: int | None) -> Iterable[TriedLabel]:
    if every:
        return found.every
    if top is None:
        return found.shown
    by_pack: dict[str, list[TriedLabel]] = {}
    for label in found.every:  # likeliest first
        by_pack.setdefault(label.pack, []).append(label)
    return [label for labels in by_pack.values() for label in labels[:top]]
