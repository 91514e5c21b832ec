"""Reads which ImageNet classes belong to no word, and why: every class is accounted for."""

import csv
from pathlib import Path

from trainer.errors import RecipeError
from trainer.vocabulary.table import IMAGENET_CLASSES, Vocabulary, read_classes

_COLUMNS = ["imagenet", "why"]


def read_left_out(path: Path) -> dict[int, str]:
    """Read a table of the columns ``imagenet`` (``7 12-15``) and ``why``.

    Returns:
        The reason for each class.

    Raises:
        RecipeError: A column, class or reason is wrong, or a class is there twice; the line is
            named.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise RecipeError(f"The table {path} cannot be read: {error.strerror}.") from error
    lines = [
        (number, line)
        for number, line in enumerate(text.splitlines(), start=1)
        if line.strip() and not line.startswith("#")
    ]
    rows = list(csv.reader(line for _, line in lines))
    if not rows or rows[0] != _COLUMNS:
        raise RecipeError(f"{path}: the first line must name the columns imagenet and why.")
    reasons: dict[int, str] = {}
    for (number, _), row in zip(lines[1:], rows[1:], strict=True):
        if len(row) != len(_COLUMNS) or not row[1].strip():
            raise RecipeError(f"{path}, line {number}: classes and a reason should stand there.")
        for each in read_classes(path, number, row[0]):
            if each in reasons:
                raise RecipeError(f"{path}, line {number}: the class {each} is there twice.")
            reasons[each] = row[1].strip()
    return reasons


def check_every_class(vocabulary: Vocabulary, left_out: dict[int, str], path: Path) -> None:
    """Check that each of ImageNet's classes belongs to a word or is left out, never both.

    Args:
        vocabulary: The words.
        left_out: The classes left out.
        path: Their table, for what is said.

    Raises:
        RecipeError: A class is in both or in neither; it is named.
    """
    owners = {number: word.id for word in vocabulary.words for number in word.imagenet}
    for number in range(IMAGENET_CLASSES):
        if number in owners and number in left_out:
            raise RecipeError(f"{path}: the class {number} belongs to {owners[number]!r} as well.")
        if number not in owners and number not in left_out:
            raise RecipeError(
                f"{path}: the class {number} belongs to no word; name one, or a reason here."
            )
