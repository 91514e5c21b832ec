"""What is tried: recipe parameters by their dotted paths, each with a range or choices."""

import copy
import difflib
import json
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import msgspec
from optuna.trial import BaseTrial

from trainer.errors import RecipeError
from trainer.recipe import Recipe, recipe_from

Values = Mapping[str, Any]
"""Parameters by path."""

_TABLE: Final = "space"
_MATTERS: Final[Mapping[str, tuple[str, ...]]] = {
    "frozen": ("network", "head", "inputs", "data"),
    "neighbours": ("network", "inputs", "data"),
    "trained": ("network", "training", "preprocessing", "augmentation", "inputs", "data"),
}
"""Tables that decide how good a network of a kind becomes; none that decide what is measured."""
_NEVER: Final = ("network.kind", "network.parameters")
_MATTERS_OF_DATA: Final = ("weight", "views")


class Range(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Numbers from ``low`` to ``high``, both included.

    Attributes:
        low: The least.
        high: The greatest.
        log: Whether equal ratios are equally likely.
        step: Only ``low`` and whole steps from there; not with ``log``.
    """

    low: int | float
    high: int | float
    log: bool = False
    step: int | float | None = None


class Choices(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One of some values, lists and tables included."""

    choices: tuple[Any, ...]


Parameter = Range | Choices
Space = Mapping[str, Parameter]

_DEFAULTS: Final[Mapping[str, Space]] = {
    "frozen": {
        "head.hidden": Choices((0, 256, 512, 1024)),
        "head.dropout": Range(0.2, 0.85),
        "head.learning_rate": Range(1e-4, 1e-2, log=True),
        "head.weight_decay": Range(1e-3, 1.0, log=True),
        "head.epochs": Range(5, 40),
    },
    "neighbours": {
        "network.neighbours": Range(5, 200, log=True),
        "network.dimensions": Choices((64, 128, 256, 512)),
    },
    "trained": {
        "training.learning_rate": Range(1e-5, 1e-2, log=True),
        "training.optimiser": Choices(("adam", "adamw", "sgd", "rmsprop")),
        "training.batch": Choices((16, 32, 64)),
        "training.weight_decay": Range(1e-6, 1e-1, log=True),
        "training.schedule": Choices(("constant", "cosine", "one-cycle")),
        "training.loss": Choices(("bce", "asymmetric")),
    },
}


def kind_of(recipe: Recipe) -> str:
    """Return the kind of the recipe's network, as recipes write it.

    Raises:
        RecipeError: Networks of this kind are not tuned.
    """
    kind = str(table_of(recipe)["network"]["kind"])
    if kind not in _MATTERS:
        raise RecipeError(
            f"A network of the kind {kind} is not tuned; those of the kinds "
            f"{', '.join(_MATTERS)} are."
        )
    return kind


def default_space(recipe: Recipe) -> Space:
    """Return what is tried where nobody says otherwise, for the recipe's kind of network."""
    return _DEFAULTS[kind_of(recipe)]


def read_space(path: Path, recipe: Recipe) -> Space:
    """Read the table ``[space]`` of a TOML file.

    ``training.learning_rate = { low = 1e-5, high = 1e-2, log = true }`` is a range,
    ``head.hidden = { choices = [256, 512] }`` are choices; an item of a list is named by its number
    from 0, as in ``network.blocks.0.dropout``.

    Raises:
        RecipeError: The file cannot be read, or a path is no parameter of the recipe, or a value is
            none that it can have; path and value are named.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise RecipeError(f"The space {path} cannot be read: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RecipeError(f"The space {path} is wrong: {error}.") from error
    if set(table) != {_TABLE} or not isinstance(table[_TABLE], dict) or not table[_TABLE]:
        raise RecipeError(f"The space {path} is wrong: it needs one table, [{_TABLE}].")
    space = dict(_parameters(path, table[_TABLE], ()))
    check_space(space, recipe, named=str(path))
    return space


def check_space(space: Space, recipe: Recipe, *, named: str) -> None:
    """Make sure that the recipe has all parameters of a space, and may have all their values.

    Raises:
        RecipeError: It does not; path and value are named.
    """
    table = table_of(recipe)
    for path, parameter in space.items():
        _check_path(path, recipe, table, named)
        for value in _ends(path, parameter, named):
            told = f"{named}, {path} = {json.dumps(value)}"
            if type(_found(table, path)) is int and isinstance(value, float):
                raise RecipeError(f"{told} is wrong: it takes whole numbers.")
            recipe_from(changed(table, {path: value}), named=f"with {told}")


def suggested(trial: BaseTrial, space: Space, recipe: Recipe) -> dict[str, Any]:
    """Return a value for each parameter, as the trial's sampler suggests."""
    table = table_of(recipe)
    return {
        path: _suggested(trial, path, parameter, real=type(_found(table, path)) is float)
        for path, parameter in space.items()
    }


def table_of(recipe: Recipe) -> dict[str, Any]:
    """Return a recipe as a table with all its keys, those at their defaults too."""
    table: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(recipe))
    return table


def changed(table: Mapping[str, Any], values: Values) -> dict[str, Any]:
    """Return a copy of a recipe's table with other values at some paths."""
    result = copy.deepcopy(dict(table))
    for path, value in values.items():
        *above, last = path.split(".")
        place: Any = result
        for key in above:
            place = place[int(key)] if isinstance(place, list) else place.setdefault(key, {})
        place[int(last) if isinstance(place, list) else last] = value
    return result


def told(space: Space) -> dict[str, Any]:
    """Return a space in plain values, the same for equal spaces."""
    return {path: msgspec.json.decode(msgspec.json.encode(space[path])) for path in sorted(space)}


def _parameters(
    path: Path, table: Mapping[str, Any], above: tuple[str, ...]
) -> Iterator[tuple[str, Parameter]]:
    for key, value in table.items():
        name = ".".join((*above, key))
        if not isinstance(value, dict):
            raise RecipeError(
                f"The space {path} is wrong: {name} is neither a range {{ low, high }} nor "
                f"{{ choices }}."
            )
        if not {"low", "high", "choices"} & set(value):
            yield from _parameters(path, value, (*above, key))
            continue
        try:
            if "choices" in value:
                yield name, msgspec.convert(value, type=Choices)
            else:
                yield name, msgspec.convert(value, type=Range)
        except msgspec.ValidationError as error:
            raise RecipeError(f"The space {path} is wrong at {name}: {error}.") from error


def _check_path(path: str, recipe: Recipe, table: Mapping[str, Any], named: str) -> None:
    kind = kind_of(recipe)
    matters = _MATTERS[kind]
    known = [
        one
        for one in _paths(table, ())
        if one.split(".")[0] in matters
        and one not in _NEVER
        and (not one.startswith("data.") or one.split(".")[2] in _MATTERS_OF_DATA)
    ]
    if path in known:
        return
    if path in set(_paths(table, ())):
        raise RecipeError(
            f"{named}: {path} is not for tuning: it decides what is measured, or nothing for a "
            f"network of the kind {kind} ({', '.join(matters)} do)."
        )
    near = difflib.get_close_matches(path, known, n=1, cutoff=0.0)
    raise RecipeError(f"{named}: the recipe has no {path}; the nearest is {near[0]}.")


def _paths(value: object, above: tuple[str, ...]) -> Iterator[str]:
    """Yield the paths of all values of a table, and of its lists as a whole."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _paths(inner, (*above, key))
        return
    yield ".".join(above)
    if isinstance(value, list):
        for number, inner in enumerate(value):
            if isinstance(inner, dict):
                yield from _paths(inner, (*above, str(number)))


def _found(table: Mapping[str, Any], path: str) -> object:
    place: Any = table
    for key in path.split("."):
        place = place[int(key)] if isinstance(place, list) else place[key]
    found: object = place
    return found


def _ends(path: str, parameter: Parameter, named: str) -> tuple[Any, ...]:
    """Return values that all others lie between, or all there are.

    Raises:
        RecipeError: There are none.
    """
    if isinstance(parameter, Choices):
        if not parameter.choices:
            raise RecipeError(f"{named}: {path} has no choices.")
        return parameter.choices
    if not parameter.low < parameter.high:
        raise RecipeError(f"{named}: {path} has low {parameter.low}, not below its high.")
    if parameter.log and (parameter.low <= 0 or parameter.step is not None):
        raise RecipeError(f"{named}: {path} with log needs a low above 0, and no step.")
    if parameter.step is not None and parameter.step <= 0:
        raise RecipeError(f"{named}: {path} needs a step above 0.")
    return parameter.low, parameter.high


def _suggested(trial: BaseTrial, path: str, parameter: Parameter, *, real: bool) -> Any:
    if isinstance(parameter, Choices):
        plain = all(isinstance(one, str | int | float) for one in parameter.choices)
        if plain:
            return trial.suggest_categorical(path, parameter.choices)
        written = [json.dumps(one) for one in parameter.choices]
        return json.loads(str(trial.suggest_categorical(path, written)))
    low, high = parameter.low, parameter.high
    if not real and isinstance(low, int) and isinstance(high, int):
        return trial.suggest_int(path, low, high, log=parameter.log, step=int(parameter.step or 1))
    return trial.suggest_float(path, low, high, log=parameter.log, step=parameter.step)
