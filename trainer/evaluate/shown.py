"""What people would see: the labels shown on each picture, and whether they are right."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from app.labeling.codes import to_codes
from app.labeling.hierarchy import Hierarchy
from app.labeling.label import KIND
from app.labeling.pack import Label
from trainer.evaluate.truth import Truth, above, carried
from trainer.evaluate.word_figures import PEOPLE, Answers, rounded
from trainer.metrics.figures import limits_of
from trainer.metrics.intervals import Doubles, Interval
from trainer.metrics.weighted import interval_of, ratios, with_all
from trainer.vocabulary.material import KINDS
from trainer.vocabulary.measure import GATE

Mask = NDArray[np.bool_]

FEW, MANY = 3, 8
"""A typical photo shows that many labels."""
OBJECTS: Final = frozenset({"Animals", "Plants", "Food and drink", "Vehicles", "Things"})
"""Groups of words for things that one can point at."""
_PHOTO: Final = KINDS.index("photo")
_POSTER: Final = "poster"


@dataclass(frozen=True, slots=True)
class Shown:
    """Labels shown on N pictures, judged.

    ``right`` and ``wrong`` go by what is known of the word itself or carried along the hierarchy
    (``truth.carried``). Of a shown word of which nothing is known while one above it is true,
    ``right_above`` is true: a corgi on a picture of which it is only known that there is a dog.

    Attributes:
        labels: The pack's.
        visible: bool [N,L], what is shown: most specific first, none beside its parent.
        right: bool [N,L].
        right_above: bool [N,L].
        wrong: bool [N,L].
        weights: float32 [N,L], how much each judgement counts.
        true: bool [N,L], words known to be true, shown or not.
    """

    labels: tuple[Label, ...]
    visible: Mask
    right: Mask
    right_above: Mask
    wrong: Mask
    weights: NDArray[np.float32]
    true: Mask

    @property
    def words(self) -> Mask:
        """Which labels [L] are words rather than kinds of picture."""
        return np.array([label.group != KIND for label in self.labels], dtype=bool)

    @property
    def objects(self) -> Mask:
        """Which labels [L] are words for things that one can point at."""
        return np.array([label.group in OBJECTS for label in self.labels], dtype=bool)


def shown_on(likely: Answers, labels: tuple[Label, ...]) -> Mask:
    """Return which labels [N,L] the app shows for probabilities [N,L]."""
    hierarchy, visible = Hierarchy(labels), np.zeros(likely.shape, dtype=bool)
    for row, codes in enumerate(to_codes(likely)):
        visible[row, hierarchy.shown(codes)] = True
    return visible


def judged(likely: Answers, truth: Truth, labels: tuple[Label, ...]) -> Shown:
    """Judge what is shown for probabilities [N,L]."""
    higher = above(labels)
    targets, weights = carried(truth.targets, truth.weights, higher)
    visible, true = shown_on(likely, labels), np.asarray((targets > 0) & (weights > 0))
    below_true = (true.astype(np.float32) @ higher.T.astype(np.float32)) > 0
    return Shown(
        labels=labels,
        visible=visible,
        right=visible & true,
        right_above=visible & (weights == 0) & below_true,
        wrong=visible & ~true & (weights > 0),
        weights=weights,
        true=true,
    )


@dataclass(frozen=True, slots=True)
class ShownFigures:
    """Figures of what is shown; None where there is nothing to divide by.

    Attributes:
        precision: Of all shown labels of whose own word something is known, the share that is
            right; a presumed absence counts with its small weight.
        photo_precision: The same of words (not kinds) on photos alone: what a user sees there.
        carried_precision: As ``precision``, also by what is known of words above and below.
        recall: Of all true labels that have a threshold, the share that is found.
        labels_per_photo: Median number of words shown on a photo.
        few_to_many: Share of photos with 3 to 8 of them.
        none: Share of photos without any.
        object_named: Of the photos with a known object, the share that shows a right word for one,
            or a right parent.
        something_right: Of the photos of which any word is known to be true, the share that shows a
            right one, or one below a right one.
        kinds: Of each kind's pictures, the share that is found.
        photos_called_poster: Share of photos.
        photos_through_gate: Share of photos that the genres pack would look at.
        nothing_labelled: Share of pictures of nothing that show any label.
    """

    precision: Interval | None
    photo_precision: Interval | None
    carried_precision: Interval | None
    recall: Interval | None
    labels_per_photo: Interval | None
    few_to_many: Interval | None
    none: Interval | None
    object_named: Interval | None
    something_right: Interval | None
    kinds: dict[str, Interval | None]
    photos_called_poster: Interval | None
    photos_through_gate: Interval | None
    nothing_labelled: Interval | None

    def told(self) -> dict[str, Any]:
        """Return everything, ready for JSON."""
        return {
            "shown_precision": rounded(self.precision),
            "shown_precision_on_photos": rounded(self.photo_precision),
            "shown_precision_carried": rounded(self.carried_precision),
            "found_recall": rounded(self.recall),
            "labels_per_photo": rounded(self.labels_per_photo),
            "photos_with_3_to_8": rounded(self.few_to_many),
            "photos_without_any": rounded(self.none),
            "object_named": rounded(self.object_named),
            "something_right": rounded(self.something_right),
            "kinds_found": {name: rounded(one) for name, one in self.kinds.items()},
            "photos_called_poster": rounded(self.photos_called_poster),
            "photos_through_gate": rounded(self.photos_through_gate),
            "nothing_labelled": rounded(self.nothing_labelled),
        }


def shown_figures(likely: Answers, truth: Truth, shown: Shown, counts: Doubles) -> ShownFigures:
    """Measure what is shown for probabilities [N,L]; ``counts`` [R,N] are draws for intervals."""
    reached = likely >= limits_of([label.threshold for label in shown.labels])
    has_limit = np.array([label.threshold is not None for label in shown.labels], dtype=bool)
    own = np.where(shown.visible, truth.weights, 0)
    wanted = truth.weights * (truth.there & has_limit)
    carried_weight = np.where(shown.right | shown.wrong, shown.weights, 0)
    photos, words = is_photo(truth), shown.words
    number = shown.visible[:, words].sum(axis=1)
    on_photos = own * photos[:, None] * words
    known_object = photos & shown.true[:, shown.objects].any(axis=1)
    known_word = photos & shown.true[:, words].any(axis=1)
    good = shown.right | shown.right_above
    poster, nothing = _column(likely, shown.labels, _POSTER), truth.kinds == len(KINDS)
    sure_photos = np.asarray(truth.kinds == _PHOTO)

    def share(what: Mask, among: Mask) -> Interval | None:
        both = np.asarray(what & among, dtype=np.float64)
        return interval_of(ratios(both, among.astype(np.float64), counts))

    def weighed(what: NDArray[np.floating], among: NDArray[np.floating]) -> Interval | None:
        return interval_of(ratios(what.sum(axis=1), among.sum(axis=1), counts))

    return ShownFigures(
        precision=weighed(own * truth.there, own),
        photo_precision=weighed(on_photos * truth.there, on_photos),
        carried_precision=weighed(carried_weight * shown.right, carried_weight),
        recall=weighed(wanted * reached, wanted),
        labels_per_photo=_median(number[photos], counts[:, photos]),
        few_to_many=share(np.asarray((number >= FEW) & (number <= MANY)), photos),
        none=share(np.asarray(number == 0), photos),
        object_named=share(_any(good[:, shown.objects]), known_object),
        something_right=share(_any(good[:, words]), known_word),
        kinds={
            name: share(_column(reached, shown.labels, name) > 0, np.asarray(truth.kinds == at))
            for at, name in enumerate(KINDS)
            if any(label.id == name for label in shown.labels)
        },
        photos_called_poster=share(_column(reached, shown.labels, _POSTER) > 0, sure_photos),
        photos_through_gate=share(poster >= GATE, sure_photos),
        nothing_labelled=share(_any(shown.visible), np.asarray(nothing)),
    )


@dataclass(frozen=True, slots=True)
class OfSource:
    """What is shown on one source's pictures."""

    pictures: int
    precision: Interval | None
    recall: Interval | None
    object_named: Interval | None
    something_right: Interval | None
    labels: float

    def told(self) -> dict[str, Any]:
        """Return everything, ready for JSON."""
        return {
            "pictures": self.pictures,
            "shown_precision": rounded(self.precision),
            "found_recall": rounded(self.recall),
            "object_named": rounded(self.object_named),
            "something_right": rounded(self.something_right),
            "labels_per_picture": round(self.labels, 2),
        }


def by_source(likely: Answers, truth: Truth, shown: Shown, counts: Doubles) -> dict[str, OfSource]:
    """Measure what is shown on each source's pictures."""
    names = np.array(truth.sources, dtype=object)
    found: dict[str, OfSource] = {}
    for source in sorted(set(truth.sources)):
        mine = names == source
        part = Shown(
            shown.labels,
            *(
                of_all[mine]
                for of_all in (
                    shown.visible,
                    shown.right,
                    shown.right_above,
                    shown.wrong,
                    shown.weights,
                    shown.true,
                )
            ),
        )
        rows = np.flatnonzero(mine).tolist()
        figures = shown_figures(likely[mine], truth.take(rows), part, counts[:, mine])
        found[source] = OfSource(
            pictures=len(rows),
            precision=figures.precision,
            recall=figures.recall,
            object_named=figures.object_named,
            something_right=figures.something_right,
            labels=float(part.visible.sum(axis=1).mean()),
        )
    return found


@dataclass(frozen=True, slots=True)
class Shame:
    """Words that could hurt, on pictures of people.

    Attributes:
        pictures: Pictures known to show a person.
        shown_on: How many of them show such a word.
        words: By word: on how many of them it is shown, and its greatest probability there.
    """

    pictures: int
    shown_on: int
    words: dict[str, tuple[int, float]]

    def told(self) -> dict[str, Any]:
        """Return everything, ready for JSON."""
        return {
            "pictures_of_people": self.pictures,
            "shown_on": self.shown_on,
            "words": {
                name: {"shown_on": number, "greatest_probability": round(greatest, 4)}
                for name, (number, greatest) in self.words.items()
            },
        }


def shame(likely: Answers, truth: Truth, shown: Shown) -> Shame:
    """Count the words that could hurt on pictures known to show a person."""
    people = _column(shown.true, shown.labels, PEOPLE) > 0
    hurt = np.flatnonzero(truth.people_hurt)
    words = {
        shown.labels[at].id: (
            int(shown.visible[people, at].sum()),
            float(likely[people, at].max(initial=0.0)),
        )
        for at in hurt
    }
    return Shame(
        pictures=int(people.sum()),
        shown_on=int(shown.visible[np.ix_(people, hurt)].any(axis=1).sum()),
        words=dict(sorted(words.items(), key=lambda item: -item[1][1])),
    )


def is_photo(truth: Truth) -> Mask:
    """Return which pictures [N] are photos, as far as is known."""
    return np.asarray((truth.kinds == _PHOTO) | (truth.kinds < 0))


def _column(
    values: NDArray[np.float32] | Mask, labels: tuple[Label, ...], name: str
) -> NDArray[np.float32]:
    """Return one label's column [N] as numbers, zeros where the pack has no such label."""
    at = next((at for at, label in enumerate(labels) if label.id == name), None)
    column = np.zeros(len(values)) if at is None else values[:, at]
    return np.asarray(column, dtype=np.float32)


def _any(marks: Mask) -> Mask:
    """Return which rows [N] of marks [N,L] have any."""
    return np.asarray(marks.any(axis=1), dtype=np.bool_)


def _median(numbers: NDArray[np.int64], counts: Doubles) -> Interval | None:
    """Return the median of numbers [N] with its interval over draws [R,N]."""
    if not numbers.size:
        return None
    weights = with_all(counts)
    order = np.argsort(numbers, kind="stable")
    passed = np.cumsum(weights[:, order], axis=1)
    half = np.argmax(passed >= passed[:, -1:] / 2, axis=1)
    return interval_of(np.asarray(numbers[order][half], dtype=np.float64))
