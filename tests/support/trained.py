"""A small folder of drawn shapes and a recipe that trains a small network on it, for tests."""

from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from tests.support.labelled_folders import columns_recipe
from trainer.recipe import Recipe
from trainer.training.run import RunPlace

FOLDER = "own"
"""Below the data directory."""
TRAINING: dict[str, Any] = {"epochs": 3, "batch": 8, "average": 0.9, "keep": "last"}
"""Three epochs of three steps, with dropout and a running average."""


def draw_shapes(data: Path, *, count: int = 40, side: int = 24) -> Path:
    """Draw red or blue, wide or tall rectangles and list them in ``train.csv``."""
    folder = data / FOLDER
    (folder / "images").mkdir(parents=True)
    random = np.random.default_rng(0)
    rows = ["Id,Genre,Red,Wide"]
    for number in range(count):
        red, wide = (int(value) for value in random.integers(2, size=2))
        image = Image.new("RGB", (side, side), (240, 230, 220))
        left, top = (int(value) for value in random.integers(2, 6, 2))
        size = (side // 2, side // 4) if wide else (side // 4, side // 2)
        box = (left, top, left + size[0], top + size[1])
        ImageDraw.Draw(image).rectangle(box, (220, 20, 30) if red else (20, 40, 220))
        image.save(folder / "images" / f"s{number}.png")
        rows.append(f"s{number},x,{red},{wide}")
    (folder / "train.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return data


def trained_recipe(**over: Any) -> Recipe:
    """Return a recipe of one convolution and one dense layer, changed by ``over``."""
    parts: dict[str, Any] = {
        "inputs": {"images": {"height": 16, "width": 16}},
        "network": {
            "kind": "trained",
            "architecture": "convolutional",
            "blocks": [{"channels": 4, "normalised": True, "dropout": 0.2}],
            "dense": [{"width": 8, "normalised": True, "dropout": 0.2}],
        },
        "augmentation": {"mirror": 0.5, "mixup": 0.2},
    }
    training = {**TRAINING, **over.pop("training", {})}
    return columns_recipe("Red", "Wide", **{**parts, "training": training, **over})


def run_place(root: Path, name: str = "own") -> RunPlace:
    """Return a run below ``root`` on the shapes in ``root/data``."""
    return RunPlace(root / "data", root / "runs" / name, root / "runs")
