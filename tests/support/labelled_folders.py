"""Small folders of labelled pictures, and recipes for them."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from trainer.recipe import Recipe, recipe_from


def picture(path: Path, *, seed: int) -> Path:
    """Draw a small picture that no other seed draws."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.random.default_rng(seed).integers(0, 256, (12, 10, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(path)
    return path


def genre_folder(folder: Path, rows: Iterable[tuple[str, str]], header: str) -> Path:
    """Write ``train.csv``, a row each of an id and its other cells, and draw their pictures."""
    lines = [f"Id,{header}"]
    for number, (name, rest) in enumerate(rows):
        lines.append(f"{name},{rest}")
        path = folder / "images" / f"{name}.png"
        if not path.exists():
            picture(path, seed=number)
    (folder / "train.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def columns_recipe(
    *columns: str, data: list[dict[str, Any]] | None = None, **over: Mapping[str, Any] | list[str]
) -> Recipe:
    """Return a recipe of the folder ``own`` with these label columns, changed by ``over``."""
    table: dict[str, Any] = {
        "makes": "columns",
        "pack": {
            "id": "own",
            "version": "1",
            "title": "Own",
            "description": "Own labels.",
            "license": "CC0-1.0",
        },
        "split": {"seed": "test", "test": 0.25, "validation": 0.2, "folds": 3},
        "data": data or [{"folder": "own", "reader": "genre-csv"}],
        "labels": [
            {"column": one, "id": one.lower(), "name": one, "group": "Own"} for one in columns
        ],
    }
    for key, value in over.items():
        table[key] = {**table.get(key, {}), **value} if isinstance(value, Mapping) else value
    return recipe_from(table, named="test")
