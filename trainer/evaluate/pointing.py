"""The pointing game: does a label's evidence lie on the label?

Zhang et al., "Top-down neural attention by excitation backprop", 2016, with drawn scenes in which
the place is known: a labelled picture on a neutral ground, or beside pictures without the label.
The map's peak hits where the middle of its cell is on the pasted picture.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track
from rich.table import Table

from app.labeling.codes import threshold_code, to_codes
from app.labeling.device import DeviceReport
from app.labeling.evidence import EvidenceSession, evidence_file
from app.labeling.pack import Pack
from app.labeling.session import PRECISIONS, PackSession
from trainer.data.checks import Tell
from trainer.errors import DataError, RecipeError
from trainer.evaluate.known import known_truth
from trainer.evaluate.pictures import PartName, examine
from trainer.evaluate.scenes import Box, Judged, Scene, draw_scenes
from trainer.packing import Workplace
from trainer.recipe import Recipe

PICTURES: Final = 6
"""Of each label, if nothing else is asked for; each gives two scenes."""
SEED: Final = 0
_FEWEST: Final = 4
"""Pictures; labels with fewer in the test are not measured."""
_SURE: Final = 1.0
"""Weight of what is known rather than guessed."""
_DIGITS: Final = 4
_SETTINGS: Final = ("alone", "beside")


@dataclass(frozen=True, slots=True)
class Pointed:
    """One scene.

    Attributes:
        label: The label's place in the pack.
        setting: ``alone`` or ``beside``.
        hit: Whether the map's peak is on the pasted picture; no map at all is a miss.
        inside: How much of the map's sum is there, 0..1.
        share: How much of the area is: what chance would hit.
        found: Whether the pack says the label of the scene.
    """

    label: int
    setting: str
    hit: bool
    inside: float
    share: float
    found: bool


@dataclass(frozen=True, slots=True)
class Pointing:
    """All scenes of a pack, and what they were drawn from."""

    pack: Pack
    part: str
    precision: str
    scenes: tuple[Pointed, ...]

    def told(self) -> dict[str, Any]:
        """Return everything, ready for JSON."""
        return {
            "pack": self.pack.id,
            "version": self.pack.version,
            "part": self.part,
            "precision": self.precision,
            "all": _by_setting(self.scenes),
            "groups": {
                group: _by_setting(scenes) for group, scenes in self._by(lambda one: one.group)
            },
            "labels": {name: _by_setting(scenes) for name, scenes in self._by(lambda one: one.id)},
        }

    def _by(self, name: Callable[[Any], str]) -> Iterator[tuple[str, list[Pointed]]]:
        """Yield the scenes by something of their labels, in the pack's order."""
        parts: dict[str, list[Pointed]] = {}
        for scene in sorted(self.scenes, key=lambda one: one.label):
            parts.setdefault(name(self.pack.labels[scene.label]), []).append(scene)
        yield from parts.items()


def point(
    pack: Pack,
    data: Path,
    recipe: Recipe | None,
    place: Workplace,
    *,
    part: PartName = "test",
    pictures: int = PICTURES,
    tell: Tell,
) -> Pointing:
    """Play the pointing game with the pictures that a pack is measured on.

    Args:
        pack: With an ``evidence.onnx``.
        data: The recipe's data directory, or a folder of labelled pictures of its own.
        recipe: The pack's own, if it tells it.
        place: Where everything else lies.
        part: Which of the recipe's pictures.
        pictures: The most of each label; each gives two scenes.
        tell: Is given a line for each thing that people should know.

    Raises:
        DataError: The pack has no evidence, or the data are wrong or too few.
        RecipeError: The recipe is not the pack's, or has no such part.
        PackError: The pack is broken.
    """
    judged, named = judged_pictures(pack, data, recipe, place, part=part, tell=tell)
    return play(pack, judged, named, pictures=pictures)


def judged_pictures(
    pack: Pack,
    data: Path,
    recipe: Recipe | None,
    place: Workplace,
    *,
    part: PartName = "test",
    tell: Tell,
) -> tuple[Judged, str]:
    """Return the pictures that scenes are drawn from, and in words what they are.

    Raises:
        DataError: The data are wrong.
        RecipeError: The recipe is not the pack's, or has no such part.
    """
    if recipe is not None and recipe.makes == "vocabulary":
        if part != "test":
            raise RecipeError("A pack of words points at its test only; leave out --part.")
        truth = known_truth(pack, data, recipe, place, tell)
        sure = truth.weights >= _SURE
        return Judged(truth.paths, sure & (truth.targets > 0), sure & (truth.targets == 0)), str(
            truth.part
        )
    examined = examine(pack, data, recipe, part=part, tell=tell, cache_folder=place.features.parent)
    has = np.zeros((len(examined.paths), len(pack.labels)), dtype=bool)
    lacks = np.zeros_like(has)
    has[:, list(examined.places)] = examined.targets > 0
    lacks[:, list(examined.places)] = examined.targets == 0
    return Judged(examined.paths, has, lacks), examined.part


def play(
    pack: Pack,
    judged: Judged,
    part: str,
    *,
    pictures: int = PICTURES,
    seed: int = SEED,
) -> Pointing:
    """Draw scenes of each label that the pack shows, and see where its evidence points.

    Args:
        pack: With an ``evidence.onnx``; its network is the one that the app runs on a CPU.
        judged: Pictures and what they show.
        part: What they are, in words.
        pictures: The most of each label.
        seed: Of all chance.

    Raises:
        DataError: The pack has no evidence, no label has pictures enough, or one cannot be read.
        PackError: The pack is broken.
    """
    if evidence_file(pack) is None:
        raise DataError(
            f"The pack {pack.directory} has no evidence.onnx, so it cannot say where it saw a "
            "label; make the pack anew with `python -m trainer train` or `export`."
        )
    counts = judged.has.sum(axis=0)
    labels = [
        place
        for place, label in enumerate(pack.labels)
        if label.threshold is not None and counts[place] >= _FEWEST
    ]
    if not labels:
        raise DataError(
            f"No label that {pack.directory} shows has {_FEWEST} pictures among the "
            f"{len(judged.paths)} given; give more."
        )
    cpu = DeviceReport("cpu", "CPU", None, None, ())
    scenes: list[Pointed] = []
    evidence = EvidenceSession(pack)
    with PackSession(pack, cpu, threads=1) as network:
        for label in track(labels, "labels", console=Console(stderr=True), transient=True):
            drawn = draw_scenes(
                judged,
                label,
                height=pack.input.height,
                width=pack.input.width,
                count=pictures,
                seed=seed,
            )
            scenes.extend(_pointed(pack, network, evidence, scene) for scene in drawn)
    evidence.close()
    precision = pack.network(PRECISIONS["cpu"]).precision
    return Pointing(pack, part, precision, tuple(scenes))


def _pointed(pack: Pack, network: PackSession, evidence: EvidenceSession, scene: Scene) -> Pointed:
    said = network.look(scene.pixels[None])
    if said.features is None:
        raise DataError(f"The network of {pack.directory} gives no features; make the pack anew.")
    seen = evidence.run(said.features)[scene.label]
    height, width = scene.pixels.shape[:2]
    inside = cells_on(scene.box, seen.shape, height=height, width=width)
    threshold = pack.labels[scene.label].threshold
    code = int(to_codes(said.probabilities[0, scene.label]))
    return Pointed(
        label=scene.label,
        setting=scene.setting,
        hit=bool(seen.max() > 0 and inside.flat[int(seen.argmax())]),
        inside=float(seen[inside].sum() / max(float(seen.sum()), np.finfo(np.float32).tiny)),
        share=scene.box.share(height, width),
        found=threshold is not None and code >= threshold_code(threshold),
    )


def cells_on(box: Box, shape: tuple[int, ...], *, height: int, width: int) -> NDArray[np.bool_]:
    """Return which cells [h,w] of a map over a picture have their middle in a box.

    Args:
        box: In pixels.
        shape: (h, w) of the map.
        height: Of the picture, in pixels.
        width: Of the picture, in pixels.
    """
    rows = (np.arange(shape[0]) + 0.5) * height / shape[0]
    columns = (np.arange(shape[1]) + 0.5) * width / shape[1]
    down = (rows >= box.top) & (rows < box.bottom)
    across = (columns >= box.left) & (columns < box.right)
    return np.asarray(down[:, None] & across[None])


def _by_setting(scenes: Sequence[Pointed]) -> dict[str, Any]:
    return {
        setting: _figures([one for one in scenes if one.setting == setting])
        for setting in _SETTINGS
        if any(one.setting == setting for one in scenes)
    }


def _figures(scenes: Sequence[Pointed]) -> dict[str, Any]:
    """Return counts, and shares of hits beside chance; None where there is no scene."""
    found = [one for one in scenes if one.found]
    return {
        "scenes": len(scenes),
        "hit": _mean([one.hit for one in scenes]),
        "inside": _mean([one.inside for one in scenes]),
        "chance": _mean([one.share for one in scenes]),
        "found": len(found),
        "found_hit": _mean([one.hit for one in found]),
        "found_inside": _mean([one.inside for one in found]),
        "found_chance": _mean([one.share for one in found]),
    }


def _mean(values: Sequence[float]) -> float | None:
    return round(float(np.mean(values)), _DIGITS) if values else None


def pointing_table(pointing: Pointing) -> Table:
    """Return the figures of each group of labels, and of all."""
    told = pointing.told()
    table = Table(
        title=f"{pointing.pack.title}: the pointing game on {pointing.part} ({pointing.precision})"
    )
    table.add_column("labels")
    table.add_column("setting")
    for name in ("scenes", "peak on it", "map on it", "chance", "found", "peak", "map", "chance"):
        table.add_column(name, justify="right")
    for group, settings in [*told["groups"].items(), ("all", told["all"])]:
        for setting, figures in settings.items():
            table.add_row(group, setting, *(_written(value) for value in figures.values()))
    return table


def _written(value: float | int | None) -> str:
    if value is None:
        return ""
    return str(value) if isinstance(value, int) else f"{value:.3f}"
