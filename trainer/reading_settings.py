"""The part of a recipe that says how the words in pictures are read and learned from."""

from typing import Annotated

import msgspec

from trainer.network_settings import Training
from trainer.settings import Count, HeadSettings, NotNegative, Positive, Share


class NGramSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Logistic regression on the n-grams of characters within words.

    Attributes:
        shortest: Characters of the shortest, a space at either end of a word included.
        longest: Characters of the longest.
        buckets: N-grams are counted in so many places; by their hash, some share one.
        least: Of fewer training texts than this an n-gram is left out.
        inverse_strength: Of the regression's regularisation (C).
    """

    shortest: Count = 3
    longest: Count = 6
    buckets: Count = 65_536
    least: Count = 3
    inverse_strength: Positive = 4.0


class Disturbance(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is done at random to the texts of training pictures.

    Attributes:
        leave_out: Probability that a line is left out.
        reorder: Probability that lines of about one height change places.
        misread: Mean share of letters that are replaced, lost or doubled by another, as a reader
            does on small print.
    """

    leave_out: Share = 0.15
    reorder: Share = 0.5
    misread: Share = 0.02


class ReadingSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a pack reads: a text encoder whose last layers are tuned, and n-grams beside it.

    Attributes:
        networks: How many text networks, each blind to another fold of the split; at most as many
            as there are of the picture.
        training: Of the text encoder's last layers and their heads.
        max_tokens: Tokens of a text that are read.
        frequent: Tokens among the so many most frequent ones, and those of the training texts, are
            kept; words of others fall into pieces.
        frozen: Layers, from the first, that stay as they are; the networks share them.
        hidden: Units between a text's vector and its logits; 0: none.
        dropout: Of the vector and the hidden units.
        inner_dropout: Within the encoder.
        head_rate: Learning rate of the head.
        head_decay: Weight decay of the head.
        disturbance: Of training texts.
        ngrams: Beside the encoder.
        joint: Head on the maps that all tails share and a text network's state.
        joint_untuned: Head on the untuned tail's embedding and that state.
        strength: How many examples, about, what fits all labels counts for when a label's own
            weights of picture, text and n-grams are fitted.
    """

    training: Training
    networks: Count = 3
    max_tokens: Annotated[int, msgspec.Meta(ge=8, le=512)] = 96
    frequent: Count = 18_000
    frozen: Annotated[int, msgspec.Meta(ge=0, le=6)] = 4
    hidden: Annotated[int, msgspec.Meta(ge=0)] = 512
    dropout: Share = 0.3
    inner_dropout: Share = 0.1
    head_rate: Positive = 1e-3
    head_decay: NotNegative = 0.05
    disturbance: Disturbance = Disturbance()
    ngrams: NGramSettings = NGramSettings()
    joint: HeadSettings = HeadSettings(hidden=192, weight_decay=0.1)
    joint_untuned: HeadSettings = HeadSettings(hidden=256, dropout=0.7, weight_decay=0.1)
    strength: Positive = 100.0
