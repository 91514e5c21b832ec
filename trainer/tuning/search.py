"""The search: Optuna suggests, trials are measured, every finished one is kept."""

import contextlib
import hashlib
import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import optuna
from filelock import FileLock, Timeout
from optuna.study import StudyDirection
from optuna.trial import FrozenTrial, Trial, TrialState

from trainer.data import Columns, gather_columns
from trainer.errors import DataError, TrainerError
from trainer.recipe import Recipe, recipe_from
from trainer.tuning.found import FAILED, write_recipe, write_table
from trainer.tuning.space import Space, changed, suggested, table_of, told
from trainer.tuning.trials import LESS_IS_BETTER, Metric, Trials, trials_of, with_labels

Sampler = Literal["tpe", "random"]
Pruner = Literal["hyperband", "none"]

_DATABASE: Final = "tuning.db"
_LOCK: Final = "tuning.lock"
_RECIPE: Final = "tuned.toml"
_TABLE: Final = "trials.csv"
_TRIALS: Final = "tuning"
_GIVE_UP_AFTER: Final = 3
"""Trials that fail one after the other before anything was finished: then it is no accident."""
_SQLITE: Final = b"SQLite format 3\0"


@dataclass(frozen=True, slots=True)
class Search:
    """What is searched, and how.

    Attributes:
        space: Parameters by path.
        trials: How many in all; those of earlier calls count.
        metric: What is compared: of cross-fitted answers, or on validation pictures.
        sampler: ``tpe``: Bayesian (Bergstra 2011). ``random``: nothing is learned.
        pruner: ``hyperband`` ends trials that are behind (Li 2018); ``none``.
    """

    space: Space
    trials: int
    metric: Metric = "mAP"
    sampler: Sampler = "tpe"
    pruner: Pruner = "hyperband"


@dataclass(frozen=True, slots=True)
class Tuned:
    """What was found.

    Attributes:
        value: Of the metric.
        values: The best parameters by path.
        trial: Its number, from 1.
        recipe: A recipe file with them.
        table: A CSV of all trials.
    """

    value: float
    values: dict[str, Any]
    trial: int
    recipe: Path
    table: Path


@dataclass(frozen=True, slots=True)
class Place:
    """Where a search works.

    Attributes:
        recipe: The recipe's file.
        table: It as read.
        data: The data directory.
        runs: Where the runs are kept; the search's files lie in ``runs/<pack id>``.
    """

    recipe: Path
    table: dict[str, Any]
    data: Path
    runs: Path


def tune(recipe: Recipe, place: Place, search: Search, tell: Callable[[str], None]) -> Tuned:
    """Go on with a search, or begin it; recipe and table are written after each trial.

    Raises:
        KeyboardInterrupt: It was stopped; finished trials are kept.
        TrainerError: Recipe or data are wrong, another process searches there, or no trial could be
            finished.
    """
    folder = place.runs / recipe.pack.id
    folder.mkdir(parents=True, exist_ok=True)
    columns = gather_columns(recipe, place.data, tell=tell, cache_folder=place.runs)
    trials = trials_of(
        columns,
        metric=search.metric,
        data=place.data,
        runs=place.runs,
        folder=folder / _TRIALS,
        tell=tell,
    )
    name = f"{recipe.pack.id} {search.metric} {_digest(recipe, search, columns)}"
    with _alone(folder), _storage(folder / _DATABASE) as storage:
        study = _study(storage, name, search, trials.steps, recipe.training.seed, tell)
        _finish_stopped(study)
        _try(study, recipe, search, trials, columns, place, tell)
        return _found(study, search, place, folder)


def _try(
    study: optuna.Study,
    recipe: Recipe,
    search: Search,
    trials: Trials,
    columns: Columns,
    place: Place,
    tell: Callable[[str], None],
) -> None:
    """Make the trials that are still missing."""
    table = table_of(recipe)
    done = len(_counted(study))
    if done:
        tell(f"{done} of {search.trials} trials are done already.")
    failed, begun = 0, time.monotonic()
    for count in range(done + 1, search.trials + 1):
        trial = study.ask()
        values = suggested(trial, search.space, recipe)
        outcome = f"trial {trial.number + 1} ({count} of {search.trials})"
        try:
            tried = with_labels(recipe_from(changed(table, values), named="of a trial"), columns)
            value = trials.measure(tried, trial.number, _report_to(trial, trials.steps))
        except optuna.TrialPruned:
            study.tell(trial, state=TrialState.PRUNED)
            outcome += ": behind, ended early"
        except DataError:
            study.tell(trial, state=TrialState.FAIL)
            raise
        except TrainerError as error:
            trial.set_user_attr(FAILED, str(error))
            study.tell(trial, state=TrialState.FAIL)
            outcome += f" failed: {error}"
            failed += 1
            if failed == _GIVE_UP_AFTER and not _complete(study):
                raise
        else:
            study.tell(trial, value)
            outcome += f": {search.metric} {value:.4f}"
        _write(study, search, place, place.runs / recipe.pack.id)
        tell(outcome + _standing(study, begun, count - done, search.trials - count))


def _report_to(trial: Trial, steps: int) -> Callable[[int, float], None]:
    def report(step: int, value: float) -> None:
        trial.report(value, step)
        if step < steps and trial.should_prune():
            raise optuna.TrialPruned

    return report


def _standing(study: optuna.Study, begun: float, made: int, left: int) -> str:
    best = ""
    if _complete(study):
        best = f"; best {study.best_value:.4f} (trial {study.best_trial.number + 1})"
    minutes = (time.monotonic() - begun) / made * left / 60
    return f"{best}; about {minutes:.0f} min left" if left else best


def _found(study: optuna.Study, search: Search, place: Place, folder: Path) -> Tuned:
    """Return what is best.

    Raises:
        TrainerError: Nothing was finished.
    """
    if not _complete(study):
        raise TrainerError(
            f"None of {len(_counted(study))} trials was finished; see {folder / _TABLE}, and "
            f"narrow the space or give more trials."
        )
    _write(study, search, place, folder)
    values = suggested(optuna.trial.FixedTrial(study.best_params), search.space, _recipe(place))
    best = study.best_trial
    return Tuned(study.best_value, values, best.number + 1, folder / _RECIPE, folder / _TABLE)


def _write(study: optuna.Study, search: Search, place: Place, folder: Path) -> None:
    write_table(folder / _TABLE, study.trials, list(search.space), metric=search.metric)
    if not _complete(study):
        return
    best = study.best_trial
    write_recipe(
        folder / _RECIPE,
        suggested(optuna.trial.FixedTrial(best.params), search.space, _recipe(place)),
        tuned=place.recipe,
        table=place.table,
        comment=f"Found by tuning: {search.metric} {study.best_value:.4f} in trial "
        f"{best.number + 1}, the best of {len(_counted(study))}.",
    )


def _recipe(place: Place) -> Recipe:
    return recipe_from(place.table, named=str(place.recipe))


def _complete(study: optuna.Study) -> Sequence[FrozenTrial]:
    return study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))


def _counted(study: optuna.Study) -> list[FrozenTrial]:
    """Return the trials that came to an end by themselves."""
    return [
        trial
        for trial in study.get_trials(deepcopy=False)
        if trial.state in (TrialState.COMPLETE, TrialState.PRUNED) or FAILED in trial.user_attrs
    ]


def _finish_stopped(study: optuna.Study) -> None:
    """Give up trials that a kill or Ctrl+C left behind; nobody else works here now."""
    for trial in study.get_trials(deepcopy=False, states=(TrialState.RUNNING,)):
        study.tell(trial.number, state=TrialState.FAIL)


def _study(
    storage: optuna.storages.BaseStorage,
    name: str,
    search: Search,
    steps: int,
    seed: int,
    tell: Callable[[str], None],
) -> optuna.Study:
    names = optuna.get_all_study_names(storage)
    if names and name not in names:
        tell("Earlier trials of another recipe, space, metric or other data are kept, not used.")
    pruner: optuna.pruners.BasePruner = optuna.pruners.NopPruner()
    if search.pruner == "hyperband" and steps > 1:
        pruner = optuna.pruners.HyperbandPruner(min_resource=1, max_resource=steps)
    study = optuna.create_study(
        storage=storage,
        study_name=name,
        load_if_exists=True,
        direction=StudyDirection.MINIMIZE
        if search.metric in LESS_IS_BETTER
        else StudyDirection.MAXIMIZE,
        pruner=pruner,
    )
    seed += len(study.trials)  # or a second call would begin with the first one's suggestions
    study.sampler = (
        optuna.samplers.TPESampler(seed=seed)
        if search.sampler == "tpe"
        else optuna.samplers.RandomSampler(seed=seed)
    )
    return study


@contextlib.contextmanager
def _storage(path: Path) -> Iterator[optuna.storages.RDBStorage]:
    """Open a database of trials.

    Raises:
        TrainerError: The file is something else.
    """
    if path.exists():
        with path.open("rb") as file:
            if file.read(len(_SQLITE)) not in (b"", _SQLITE):
                raise TrainerError(f"{path} is no database of trials; move it away.")
    spoken = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    storage = optuna.storages.RDBStorage(f"sqlite:///{path.resolve().as_posix()}")
    try:
        yield storage
    finally:
        storage.remove_session()
        storage.engine.dispose()
        optuna.logging.set_verbosity(spoken)


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    lock = FileLock(folder / _LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise TrainerError(f"Another process tunes in {folder}; wait for it.") from error
    try:
        yield
    finally:
        lock.release()


def _digest(recipe: Recipe, search: Search, columns: Columns) -> str:
    """Return a digest of all that makes trials comparable."""
    digest = hashlib.blake2b(digest_size=4)
    table = {key: value for key, value in table_of(recipe).items() if key != "published"}
    digest.update(json.dumps([table, told(search.space)], sort_keys=True).encode())
    for data in (columns.main, *(helper.data for helper in columns.helpers)):
        digest.update("\n".join((*data.ids, *data.labels)).encode())
        digest.update(data.targets.tobytes())
    digest.update(columns.part.tobytes() + columns.folds.tobytes())
    return digest.hexdigest()
