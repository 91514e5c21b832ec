"""A pack's labels, and what must hold between them."""

from collections.abc import Sequence
from graphlib import CycleError, TopologicalSorter
from typing import Annotated

import msgspec

Id = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9._-]*$")]
Text = Annotated[str, msgspec.Meta(pattern=r"\S")]
Probability = Annotated[float, msgspec.Meta(ge=0, le=1)]

KIND = "kind"
"""The exclusive group: what a picture is (photo, poster, drawing, ...)."""


class Label(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A word that a pack predicts.

    Attributes:
        id: stable within the pack.
        name: what people read.
        group: the facet it belongs to; of the group ``kind`` a photo has one label only.
        aliases: other words it is found by.
        parents: ids of more general labels of the same pack.
        threshold: the probability (0..1) from which it counts; None: never by itself.
        hidden_with: ids of labels beside which it is not shown.
    """

    id: Id
    name: Text
    group: Text
    aliases: tuple[Text, ...] = ()
    parents: tuple[str, ...] = ()
    threshold: Probability | None = None
    hidden_with: tuple[str, ...] = ()


def labels_from_json(text: str) -> tuple[Label, ...]:
    """Reads what ``Pack.labels_json`` wrote.

    Raises:
        ValueError: the text is something else.
    """
    return msgspec.json.decode(text, type=tuple[Label, ...])


def label_problem(labels: Sequence[Label]) -> str | None:
    """What is wrong between a pack's labels, in one sentence; None if nothing is.

    Every id is there once, every word (name or alias, whatever its case) names one label, and
    ``parents`` and ``hidden_with`` name labels of the pack and lead nowhere in a circle.
    """
    ids: set[str] = set()
    words: dict[str, str] = {}
    for label in labels:
        if label.id in ids:
            return f'two labels have the id "{label.id}".'
        ids.add(label.id)
        for word in (label.name, *label.aliases):
            if (other := words.setdefault(word.casefold(), label.id)) != label.id:
                return f'"{word}" names two labels, "{other}" and "{label.id}".'
        if len({alias.casefold() for alias in label.aliases}) < len(label.aliases):
            return f'the label "{label.id}" has an alias twice.'
    return _relation_problem(labels, "parents") or _relation_problem(labels, "hidden_with")


def _relation_problem(labels: Sequence[Label], relation: str) -> str | None:
    ids = {label.id for label in labels}
    targets: dict[str, tuple[str, ...]] = {label.id: getattr(label, relation) for label in labels}
    for label_id, named in targets.items():
        for target in named:
            if target not in ids:
                return f'the label "{label_id}" names the unknown label "{target}" in {relation}.'
    try:
        TopologicalSorter(targets).prepare()
    except CycleError as error:
        circle = " → ".join(reversed(error.args[1]))
        return f"{relation} goes in a circle: {circle}."
    return None
