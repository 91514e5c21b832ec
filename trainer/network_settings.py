"""The parts of a recipe that say which network is made, and how it is trained."""

from typing import Annotated, Literal

import msgspec

from trainer.settings import Count, NotNegative, Positive, Share

TrunkName = Literal["lite0", "lite1", "lite2", "random"]


class ConvolutionBlock(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Convolution, ReLU, batch normalisation where asked, 2x2 max-pool, dropout."""

    channels: Count
    kernel: Count = 3
    normalised: bool = False
    dropout: Share = 0.0


class DenseLayer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Linear, ReLU, batch normalisation where asked, dropout."""

    width: Count
    normalised: bool = False
    dropout: Share = 0.0


class Frozen(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="frozen", tag_field="kind"
):
    """A trunk that stays as it is, with ``[head]`` on its embedding. The quickest way."""

    trunk: TrunkName = "lite2"


class Neighbours(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="neighbours", tag_field="kind"
):
    """k-nearest neighbours on a trunk's embeddings (cosine), as one graph.

    Attributes:
        trunk: Gives the embeddings.
        neighbours: Of a picture; the nearer, the more they count.
        dimensions: Principal axes of the embeddings that are compared.
        prior: How many neighbours the labels' shares count for.
    """

    trunk: TrunkName = "lite0"
    neighbours: Count = 100
    dimensions: Count = 256
    prior: NotNegative = 1.0


class Trained(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="trained", tag_field="kind"
):
    """A network that is trained as a whole, as ``[training]`` says.

    Attributes:
        architecture: ``convolutional`` (``blocks``, then ``dense``), ``dense`` (flattened pixels,
            then ``dense``), ``timm:NAME`` or ``torchvision:NAME`` (then ``dense``).
        weights: To start from: ``none``, ``timm:NAME``, ``torchvision:NAME`` or
            ``torchvision:NAME.VERSION`` (downloaded), ``file:PATH`` (safetensors, or .pth read with
            weights_only), ``package:NAME``.
        fallback: What happens where ``weights`` cannot be had: ``scratch`` or ``stop``.
        flatten: Whether the base's last maps are flattened (else the mean over the picture).
        frozen: Whether the base keeps its weights.
        parameters: The published count, running statistics included; another is an error.
    """

    architecture: str
    blocks: tuple[ConvolutionBlock, ...] = ()
    dense: tuple[DenseLayer, ...] = ()
    weights: str = "none"
    fallback: Literal["scratch", "stop"] = "scratch"
    flatten: bool = False
    frozen: bool = False
    parameters: Count | None = None


class Tuned(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="tuned", tag_field="kind"):
    """A trunk whose last stages are tuned on kept maps of the ones before them.

    ``[head]`` trains the linear layer that tuning starts with, ``[training]`` says how both are
    tuned. Several networks are trained, each blind to another fold of the split. They answer
    as one in a pack of columns; in one of words they calibrate, and one more, which learned from
    all pictures, answers.

    Attributes:
        networks: How many, ``split.folds`` at most for columns, 2 at least for words. The pictures
            that one of them never saw calibrate, and choose thresholds.
        trunk: What it starts from.
        cut: The stage before which maps are kept: stages 0 to ``cut`` - 1 stay as they are.
        first: The first stage that learns, ``cut`` or later.
        drop: Probability that the last block is left out in a training step (earlier ones less).
        dropout: Of the embedding.
        head_rate: Learning rate of the linear layer; ``training.learning_rate`` is the stages'.
        head_decay: Weight decay of the linear layer.
    """

    networks: Count = 3
    trunk: TrunkName = "lite2"
    cut: Annotated[int, msgspec.Meta(ge=1, le=6)] = 4
    first: Annotated[int, msgspec.Meta(ge=1, le=6)] = 5
    drop: Share = 0.2
    dropout: Share = 0.3
    head_rate: Positive = 1e-3
    head_decay: NotNegative = 0.1


Network = Frozen | Neighbours | Trained | Tuned


class Preprocessing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is done to every picture, in training and, inside the graph, in use.

    Attributes:
        range: ``unit``: 0..1. ``imagenet``: ImageNet's mean and spread. ``signed``: -1..1.
        greyscale: Colour is taken out (three equal channels).
        noise_reduction: Side in pixels of a Gaussian blur (0: none; odd).
        dilation: Side in pixels of a greyscale dilation (0: none; odd).
    """

    range: Literal["unit", "imagenet", "signed"] = "unit"
    greyscale: bool = False
    noise_reduction: Annotated[int, msgspec.Meta(ge=0)] = 0
    dilation: Annotated[int, msgspec.Meta(ge=0)] = 0


class Augmentation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is done at random to training pictures only; all off by default.

    Attributes:
        mirror: Probability of mirroring.
        rotation: Greatest angle in degrees.
        crop: Least part of the area that a random crop keeps; 1: no crop.
        colour: Strength of changes of brightness, contrast and saturation.
        erase: Probability of erasing a rectangle (of its maps, where a trunk is tuned).
        mixup: Beta parameter of mixup; 0: none.
    """

    mirror: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.0
    rotation: NotNegative = 0.0
    crop: Annotated[float, msgspec.Meta(gt=0, le=1)] = 1.0
    colour: NotNegative = 0.0
    erase: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.0
    mixup: NotNegative = 0.0


class Training(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a network is trained.

    Attributes:
        epochs: Passes over the training pictures.
        batch: Pictures a step.
        optimiser: By its usual name.
        learning_rate: Of the optimiser.
        momentum: Of SGD and RMSprop.
        epsilon: Keeps Adam, AdamW, RMSprop, Adagrad and Adadelta from dividing by nothing
            (Keras's default; PyTorch's is 1e-8 for Adam).
        weight_decay: Of the optimiser.
        schedule: How the learning rate changes over the run.
        loss: ``bce``, or ``asymmetric`` (Ridnik 2021, timm's).
        positive_weights: Whether a label's positives count more the rarer they are.
        sampling: ``plain``; ``rare-more``: pictures with rare labels are drawn more often;
            ``frequent-less``: pictures with frequent labels only are drawn less often.
        precision: ``fp32``, or ``bf16``/``fp16`` where the machine multiplies (autocast).
        seed: Of weights, order, dropout and augmentation.
        patience: Epochs without a better validation loss before it stops; 0: never stops early.
        keep: Which epoch's weights are exported.
        average: Decay a step of a running average of the weights; 0: none.
        calibration: How probabilities are calibrated on the validation pictures.
        thresholds: ``f1``: fitted on the validation pictures; ``half``: .5 for all.
    """

    epochs: Count = 20
    batch: Count = 32
    optimiser: Literal["adam", "adamw", "sgd", "rmsprop", "adagrad", "adadelta"] = "adam"
    learning_rate: Positive = 1e-3
    momentum: Share = 0.0
    epsilon: Positive = 1e-7
    weight_decay: NotNegative = 0.0
    schedule: Literal["constant", "cosine", "one-cycle"] = "constant"
    loss: Literal["bce", "asymmetric"] = "bce"
    positive_weights: bool = False
    sampling: Literal["plain", "rare-more", "frequent-less"] = "plain"
    precision: Literal["fp32", "bf16", "fp16"] = "fp32"
    seed: int = 0
    patience: Annotated[int, msgspec.Meta(ge=0)] = 0
    keep: Literal["last", "best"] = "last"
    average: Share = 0.0
    calibration: Literal["none", "temperature", "platt"] = "platt"
    thresholds: Literal["f1", "half"] = "f1"
