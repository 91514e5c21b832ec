"""How right the labels of pictures with one known label are, along the hierarchy.

A label is right if it is the known one, and right too, though less exact, if it is above it: Deng,
Krause, Berg and Fei-Fei, "Hedging your bets: optimizing accuracy-specificity trade-offs in large
scale visual recognition", CVPR 2012, section 3. A label below the known one (a corgi, where only
"dog" is known) cannot be judged by it and is counted apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from app.labeling.label import KIND
from trainer.evaluate.shown import Shown, is_photo
from trainer.evaluate.truth import Truth, above
from trainer.evaluate.word_figures import Answers, rounded
from trainer.metrics.intervals import Doubles, Interval
from trainer.metrics.weighted import interval_of, ratios

VERDICTS: Final = ("right", "right parent", "more exact", "wrong", "nothing shown")
"""Best first: what a picture with several labels is given for the best of them."""
_RIGHT, _PARENT, _EXACT, _WRONG, _NOTHING = range(len(VERDICTS))


@dataclass(frozen=True, slots=True)
class Hierarchical:
    """Shares of N pictures by verdict.

    Attributes:
        pictures: N.
        sources: How many of them each source has.
        labels: How many different labels they have.
        first: By the likeliest of the shown labels.
        of_group: By the likeliest of the shown labels of the known one's group.
        anything: By the best of the shown labels.
        likeliest: Share of pictures whose known label is the likeliest of all those known of any of
            the pictures: what "top-1 accuracy" means for a set of classes.
    """

    pictures: int
    sources: dict[str, int]
    labels: int
    first: dict[str, Interval]
    of_group: dict[str, Interval]
    anything: dict[str, Interval]
    likeliest: Interval | None

    def told(self) -> dict[str, Any]:
        """Return everything, ready for JSON."""
        return {
            "pictures": self.pictures,
            "sources": self.sources,
            "labels": self.labels,
            **{
                name: {verdict: one.rounded for verdict, one in shares.items()}
                for name, shares in (
                    ("first_shown", self.first),
                    ("first_shown_of_group", self.of_group),
                    ("any_shown", self.anything),
                )
            },
            "likeliest_of_the_set": rounded(self.likeliest),
        }


def hierarchical(
    likely: Answers, known: NDArray[np.int64], sources: Sequence[str], shown: Shown, counts: Doubles
) -> Hierarchical | None:
    """Judge pictures with one known label; None without any.

    Args:
        likely: Probabilities [N,L].
        known: [N], the known label's place; -1 where there is none: the picture is left out.
        sources: [N].
        shown: What is shown on the same pictures.
        counts: Draws [R,N] for the intervals.
    """
    rows = np.flatnonzero(known >= 0)
    if not rows.size:
        return None
    higher = above(shown.labels)
    groups = np.array([label.group for label in shown.labels], dtype=object)
    verdicts = np.full((3, len(rows)), _NOTHING)
    for at, row in enumerate(rows):
        label = int(known[row])
        allowed = (groups == KIND) == (groups[label] == KIND)
        places = np.flatnonzero(shown.visible[row] & allowed)
        places = places[np.argsort(-likely[row, places], kind="stable")]
        said = [_verdict(label, int(place), higher) for place in places]
        mine = [
            one for one, place in zip(said, places, strict=True) if _same(groups, label, int(place))
        ]
        verdicts[0, at] = said[0] if said else _NOTHING
        verdicts[1, at] = mine[0] if mine else _NOTHING
        verdicts[2, at] = min(said, default=_NOTHING)
    everything, drawn = np.ones(len(rows)), counts[:, rows]
    classes = np.unique(known[rows])
    top = classes[np.argmax(likely[np.ix_(rows, classes)], axis=1)]
    names, numbers = np.unique(np.array(sources, dtype=object)[rows], return_counts=True)
    return Hierarchical(
        pictures=len(rows),
        sources={str(name): int(number) for name, number in zip(names, numbers, strict=True)},
        labels=len(classes),
        first=_shares(verdicts[0], drawn),
        of_group=_shares(verdicts[1], drawn),
        anything=_shares(verdicts[2], drawn),
        likeliest=interval_of(ratios(top == known[rows], everything, drawn)),
    )


def one_object(truth: Truth, shown: Shown) -> NDArray[np.int64]:
    """Return the one object known on each photo, [N]; -1 where none or several are known.

    Words above a known one do not count beside it.
    """
    higher = above(shown.labels)
    objects = shown.true & shown.objects & is_photo(truth)[:, None]
    outdone = (objects.astype(np.float32) @ higher.astype(np.float32)) > 0
    leaves = objects & ~outdone
    return np.where(leaves.sum(axis=1) == 1, np.argmax(leaves, axis=1), -1).astype(np.int64)


def _verdict(known: int, said: int, higher: NDArray[np.bool_]) -> int:
    if said == known:
        return _RIGHT
    if higher[known, said]:
        return _PARENT
    return _EXACT if higher[said, known] else _WRONG


def _same(groups: NDArray[np.object_], one: int, other: int) -> bool:
    return bool(groups[one] == groups[other])


def _shares(verdicts: NDArray[np.int64], counts: Doubles) -> dict[str, Interval]:
    everything = np.ones(len(verdicts))
    shares = {
        name: interval_of(ratios(verdicts == at, everything, counts))
        for at, name in enumerate(VERDICTS)
    }
    return {name: one for name, one in shares.items() if one is not None}
