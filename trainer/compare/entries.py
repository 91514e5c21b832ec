"""The packs that are compared, with their recipes and learning curves."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from app.errors import LumitagError
from app.labeling.pack import Pack, load_pack
from trainer.compare.history import Curve, read_curve
from trainer.data.checks import Tell
from trainer.errors import DataError
from trainer.evaluate.evaluation import pack_folder
from trainer.evaluate.pictures import recipe_of
from trainer.network_settings import Frozen, Neighbours
from trainer.recipe import Recipe

_HISTORY: Final = "history.jsonl"
_GENRES: Final = "genres"


@dataclass(frozen=True, slots=True)
class Entry:
    """One pack.

    Attributes:
        name: The pack's id; with its folder where two packs have the same.
        pack: The pack.
        recipe: What made it; None: it does not tell.
        curve: How it learned; None: there is no history.
    """

    name: str
    pack: Pack
    recipe: Recipe | None
    curve: Curve | None

    @property
    def told(self) -> dict[str, Any]:
        """What ``pack.json`` tells of the training."""
        return self.pack.training

    @property
    def smoke(self) -> bool:
        """Whether it was trained for a few steps only, to show that everything runs."""
        return bool(self.told.get("smoke", False))

    @property
    def started_from(self) -> str:
        """What the network's weights were before training, in words."""
        weights = self.told.get("weights")
        if isinstance(weights, str) and weights:
            # Why weights could not be had is the pack's own story; a table has no room for it.
            told, cut, _ = weights.partition(": ")
            return "scratch" if weights == "none" else f"{told})" if cut and "(" in told else told
        if self.recipe is not None and isinstance(self.recipe.network, (Frozen, Neighbours)):
            trunk = self.recipe.network.trunk
            return "scratch" if trunk == "random" else f"ImageNet ({trunk})"
        return "not told"

    @property
    def source(self) -> str:
        """Who published it."""
        published = None if self.recipe is None else self.recipe.published
        return "ours" if published is None else published.source

    @property
    def published(self) -> dict[str, float]:
        """What its source prints, by the figure's name there."""
        published = None if self.recipe is None else self.recipe.published
        return {} if published is None else published.figures

    @property
    def published_loss(self) -> tuple[float, ...]:
        """The validation loss an epoch that its source prints."""
        published = None if self.recipe is None else self.recipe.published
        return () if published is None else published.loss


def find_entries(
    named: Sequence[Path], *, runs: Path, models: Path, tell: Tell
) -> tuple[Entry, ...]:
    """Return the packs to compare, those that cannot be left out and told.

    Args:
        named: Packs or runs; none: every run's pack below ``runs``, and the shipped genres.
        runs: Where runs lie.
        models: Where shipped packs lie.
        tell: Is given a line for each pack that cannot be compared, and each curve that is broken.

    Raises:
        DataError: None remains.
        PackError: A pack that was named is broken.
        RecipeError: The same of its recipe.
    """
    entries: list[Entry] = []
    for place in named or _found(runs, models):
        try:
            entry = _entry(place, runs, tell)
        except LumitagError as error:
            if named:
                raise
            tell(f"Left out: {error}")
            continue
        if entry.recipe is not None and entry.recipe.makes != "columns":
            tell(f"Left out: {entry.pack.directory} is a pack of words, not of columns.")
            continue
        entries.append(entry)
    if not entries:
        raise DataError(
            f"There is no pack to compare: none below {runs} and none in {models / _GENRES}. Train "
            f"one, or name packs."
        )
    return tuple(_with_own_names(entries))


def _found(runs: Path, models: Path) -> list[Path]:
    packs = [path.parent for path in sorted(runs.glob("*/pack/pack.json"))]
    genres = models / _GENRES
    return [*packs, *([genres] if (genres / "pack.json").is_file() else [])]


def _entry(place: Path, runs: Path, tell: Tell) -> Entry:
    folder = pack_folder(place)
    pack = load_pack(folder)
    recipe = recipe_of(pack)
    beside = folder.resolve().parent / _HISTORY
    path = beside if beside.is_file() else runs / pack.id / _HISTORY
    return Entry(pack.id, pack, recipe, read_curve(path, tell))


def _with_own_names(entries: Sequence[Entry]) -> Iterator[Entry]:
    ids = [entry.pack.id for entry in entries]
    for entry in entries:
        where = entry.pack.directory.resolve()
        folder = where.parent.name if where.name == "pack" else where.name
        twice = ids.count(entry.pack.id) > 1
        name = f"{entry.pack.id} ({folder})" if twice else entry.pack.id
        yield Entry(name, entry.pack, entry.recipe, entry.curve)
