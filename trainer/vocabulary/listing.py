"""Writes the user guide's list of a pack's words: ``docs/vocabulary.md``.

``python -m trainer.vocabulary.listing models/photos > docs/vocabulary.md``
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from app.errors import LumitagError
from app.labeling.label import KIND, Label
from app.labeling.pack import Pack, load_pack

_PEOPLE: Final = "People"
_HEADINGS: Final = {KIND: "Kind of picture"}
_MANY: Final = 3
"""Hidden beside more words than these: not listed one by one."""
_SEARCHED: Final = "only searched"
_NOT_WITH_PEOPLE: Final = "not beside people"


def vocabulary_page(pack: Pack) -> str:
    """Return the list as Markdown: a table a group, in the pack's order."""
    names = {label.id: label.name for label in pack.labels}
    people = {label.id for label in pack.labels if label.group == _PEOPLE}
    shown = sum(label.threshold is not None for label in pack.labels)
    parts = [
        f"# What the pack “{pack.title}” recognises\n",
        f"{len(pack.labels)} words (version {pack.version}), {shown} of them shown when they are",
        f"sure. The others are **{_SEARCHED}**: they are not sure often enough, or not for a",
        "program to say; a search finds them as *less sure*, or by a probability (`man>0.8`).\n",
        "A word is found by its other names, and by what it is: `animal` finds every `corgi`. Of a",
        "word and what it is, only the word is shown.\n",
        f"**{_NOT_WITH_PEOPLE.capitalize()}**: a mistake would hurt, so the word is never shown on",
        "a picture of a person.\n",
        f"Written by `python -m trainer.vocabulary.listing models/{pack.id} > docs/vocabulary.md`.",
    ]
    for group in dict.fromkeys(label.group for label in pack.labels):
        labels = [label for label in pack.labels if label.group == group]
        parts += [
            f"\n## {_HEADINGS.get(group, group)}\n",
            "| word | also found by | is | shown |",
            "| --- | --- | --- | --- |",
            *(_row(label, names, people) for label in labels),
        ]
    return "\n".join(parts) + "\n"


def _row(label: Label, names: dict[str, str], people: set[str]) -> str:
    cells = (
        label.name,
        ", ".join(label.aliases),
        ", ".join(names[parent] for parent in label.parents),
        _shown(label, names, people),
    )
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _shown(label: Label, names: dict[str, str], people: set[str]) -> str:
    """Say when a word is shown; nothing where it always is."""
    if label.threshold is None:
        return _SEARCHED
    hidden, said = list(label.hidden_with), list[str]()
    if people and people <= set(hidden):
        hidden = [each for each in hidden if each not in people]
        said.append(_NOT_WITH_PEOPLE)
    if len(hidden) > _MANY:
        return "where nothing else is shown"
    if hidden:
        said.append(f"not beside {' or '.join(names[each] for each in hidden)}")
    return "; ".join(said)


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the list to the terminal; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m trainer.vocabulary.listing",
        description="Write the list of a pack's words for the user guide, as Markdown.",
    )
    parser.add_argument("pack", type=Path, help="the pack's folder")
    try:
        sys.stdout.write(vocabulary_page(load_pack(parser.parse_args(arguments).pack)))
    except LumitagError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
