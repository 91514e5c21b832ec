"""The parts of a recipe that every pack has: what it is, its inputs, split, data and labels."""

from typing import Annotated, Literal

import msgspec

from trainer.pictures import InputSpec

Share = Annotated[float, msgspec.Meta(ge=0, lt=1)]
Positive = Annotated[float, msgspec.Meta(gt=0)]
NotNegative = Annotated[float, msgspec.Meta(ge=0)]
Count = Annotated[int, msgspec.Meta(ge=1)]
OnProblem = Literal["stop", "tell"]


class PackSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What people read about the pack, and which graphs it has.

    Attributes:
        int8: Whether there is a graph in 8 bits, too, for CPUs: quicker, and a little less right.
    """

    id: str
    version: str
    title: str
    description: str
    license: str
    int8: bool = True


class ImageInput(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The input ``images``: size in pixels, and how a picture is brought to it."""

    height: Count = 260
    width: Count = 260
    resize: Literal["stretch", "crop", "pad"] = "stretch"
    filter: Literal["bilinear", "bicubic", "lanczos", "box"] = "bilinear"

    def spec(self) -> InputSpec:
        """Return it in the words of ``trainer.pictures``."""
        return InputSpec(self.height, self.width, self.resize, self.filter)


class Inputs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the network is given, by the names of the graph's inputs."""

    images: ImageInput = ImageInput()


class SplitSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which pictures are kept apart.

    Attributes:
        seed: Another seed, another split.
        test: Share that only measures.
        validation: Share of the rest on which epochs are compared, probabilities calibrated and
            thresholds chosen, where a network is too dear to be cross-fitted.
        folds: Of the rest, where heads are cross-fitted.
        method: ``stratified``: every label's share is the same in all parts (Sechidis 2011).
            ``hashed``: the id alone decides the test, so that more data never moves a picture.
    """

    seed: str
    test: Share = 0.15
    validation: Share = 0.1
    folds: Annotated[int, msgspec.Meta(ge=2)] = 5
    method: Literal["stratified", "hashed"] = "stratified"


class HeadSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A head and its training.

    Attributes:
        average: The EMA's decay a step.
        agreement: How much it counts that a picture is answered alike in two of its views; 0: each
            picture is looked at once a pass.
    """

    hidden: Annotated[int, msgspec.Meta(ge=0)] = 512
    dropout: Share = 0.5
    epochs: Count = 20
    batch: Count = 256
    learning_rate: Positive = 1e-3
    weight_decay: NotNegative = 1e-2
    average: Share = 0.99
    agreement: NotNegative = 0.0
    seeds: tuple[int, ...] = (0,)


class Absence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Labels that a source of annotated pictures marks as unsure and that are presumed absent.

    Where a source marks every label but its own as unsure, those would never meet a picture of it
    that lacks them, and be found on all of them.

    Attributes:
        source: The pictures' source.
        labels: Its labels; where a picture has one of them, that stays.
        weight: How much such an absence counts; 1 where the source shows one thing a picture.
    """

    source: str
    labels: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    weight: Annotated[float, msgspec.Meta(gt=0, le=1)]


class DataSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One collection of labelled pictures.

    Attributes:
        folder: Below the data directory.
        reader: ``genre-csv``, ``labels-csv`` or ``annotated``.
        views: How each picture is looked at; the first is the one that is measured.
        weight: How much a picture counts in training.
        help_only: Trains, but is never part of test or calibration.
        often_unnamed: Labels whose absence must not be presumed where the annotations are silent.
        presumed_absent: Labels whose absence is presumed although they are marked as unsure.
        sources: Only pictures of these sources (annotated pictures); empty: of all.
        licence: Named on the model card.
    """

    folder: str
    reader: Literal["genre-csv", "labels-csv", "annotated"]
    views: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)] = ("plain",)
    weight: Positive = 1.0
    help_only: bool = False
    often_unnamed: tuple[str, ...] = ()
    presumed_absent: tuple[Absence, ...] = ()
    sources: tuple[str, ...] = ()
    title: str = ""
    licence: str = ""


class CheckSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What happens when the data have a problem: ``stop``, or ``tell`` and go on without it.

    Attributes:
        missing: A row's picture is not there.
        broken: A picture cannot be read.
        repeated: An id comes twice (``tell``: the labels of all its rows are joined).
        leaking: The same bytes stand on both sides of the split (``tell``: they go to training).
        unlabelled: A picture has no label at all (``tell``: it is kept, as one without any).
    """

    missing: OnProblem = "stop"
    broken: OnProblem = "stop"
    repeated: OnProblem = "tell"
    leaking: OnProblem = "tell"
    unlabelled: OnProblem = "tell"


class ThresholdSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the thresholds of columns are chosen, on pictures that were not trained on.

    Attributes:
        rule: ``counted``: the best F1 on those pictures. ``promised``: half of the best F1 that the
            probabilities promise, which rare labels gain by (``thresholds.promised_thresholds``).
        borrow: Positives that the common threshold counts for when a label's own is ``counted``.
        least_found: With fewer pictures found a threshold would be luck; the label is never shown.
        least_precision: A label that is wrong more often is shown from a higher probability on.
    """

    rule: Literal["counted", "promised"] = "counted"
    borrow: NotNegative = 150.0
    least_found: Count = 10
    least_precision: Share = 0.4


class WordSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From which probability on everyday words are shown.

    Attributes:
        precision: Share of right ones that a word's threshold must have had where its truth is
            known. Most words do better, so that of all labels shown more are right.
        surely: The same at the lower end (see ``thresholds.precise_threshold``).
        lowest: No word is shown that is less likely than this, whatever the pictures say.
        least: The same by word, from looking at contact sheets: where silence counts as absence
            in part, figures alone are too kind.
    """

    precision: Share = 0.85
    surely: Share = 0.7
    lowest: Share = 0.5
    least: dict[str, Share] = {}


class GateSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The pack's gate."""

    pack: str
    label: str
    at_least: Share


class ColumnLabel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A label learned from a column of a table."""

    column: str
    id: str
    name: str
    group: str
    aliases: tuple[str, ...] = ()
    shown: bool = True


class Published(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a recipe's source says of itself, to stand beside our figures.

    Attributes:
        source: Who, where, when.
        figures: Name of the figure and its value, as printed there.
        loss: Validation loss an epoch, where the source prints it.
    """

    source: str
    figures: dict[str, float] = {}
    loss: tuple[float, ...] = ()
