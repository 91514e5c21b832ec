"""Pictures of shapes, and recipes that tune small networks on them."""

import json
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from trainer.cli import main

COUNT = 36
_RECIPE = """
makes = "columns"
[pack]
id = "{id}"
version = "1"
title = "Shapes"
description = "Red and blue shapes."
license = "CC0-1.0"
[network]
kind = "tuned"
networks = 3
trunk = "random"
[inputs.images]
height = 64
width = 32
[split]
method = "hashed"
seed = "test"
test = 0.25
folds = 3
[[data]]
folder = "shapes"
reader = "genre-csv"
views = ["plain", "mirror"]
[[data]]
folder = "further"
reader = "genre-csv"
weight = 0.5
help_only = true
[head]
hidden = 8
epochs = 5
batch = 16
[training]
epochs = 2
batch = 8
optimiser = "adamw"
learning_rate = 1e-4
schedule = "cosine"
average = 0.9
[augmentation]
mixup = 0.3
erase = 0.5
[[labels]]
column = "Red"
id = "red"
name = "red"
group = "Colours"
[[labels]]
column = "Wide"
id = "wide"
name = "wide"
group = "Forms"
"""

_READING = """
[reading]
networks = 2
frequent = 2000
frozen = 5
hidden = 0
strength = 10
[reading.training]
epochs = 2
batch = 8
optimiser = "adamw"
learning_rate = 1e-3
schedule = "one-cycle"
average = 0.5
[reading.joint]
hidden = 8
epochs = 3
batch = 16
[reading.joint_untuned]
hidden = 4
epochs = 2
batch = 16
[reading.ngrams]
longest = 4
buckets = 1024
least = 1
"""
LOOKS = _RECIPE.replace('"{id}"', '"looks"\nint8 = false')
READS = _RECIPE.replace('"{id}"', '"reads"').replace("[[data]]", _READING + "[[data]]", 1)
"""One network more that looks than that reads."""


def draw(folder: Path, count: int, seed: int) -> None:
    """Draw pictures of red or blue shapes that are wide or high, and list them."""
    (folder / "images").mkdir(parents=True)
    random = np.random.default_rng(seed)
    rows = ["Id,Genre,Red,Wide"]
    for number in range(count):
        red, wide = int(random.integers(2)), int(random.integers(2))
        image = Image.new("RGB", (40, 60), tuple(int(v) for v in random.integers(200, 256, 3)))
        size = (30, 12) if wide else (10, 40)
        ImageDraw.Draw(image).rectangle(
            (5, 5, 5 + size[0], 5 + size[1]), (220, 20, 30) if red else (20, 40, 220)
        )
        image.save(folder / "images" / f"s{seed}-{number}.png")
        rows.append(f"s{seed}-{number},x,{red},{wide}")
    (folder / "train.csv").write_text("\n".join(rows) + "\n")


def write_words(folder: Path) -> None:
    """What is read says the colour; a few pictures have no words."""
    lines = []
    for at, row in enumerate((folder / "train.csv").read_text().splitlines()[1:]):
        name, _, red, _ = row.split(",")
        word = "crimson rose" if red == "1" else "azure ocean"
        found = (
            [] if at % 9 == 4 else [[word, 0.9, [1, 1, 30, 12]], ["a film", 1.0, [1, 20, 30, 24]]]
        )
        lines.append(json.dumps({"id": name, "width": 40, "height": 60, "lines": found}))
    (folder / "words.jsonl").write_text("\n".join(lines) + "\n")


def train(root: Path, recipe: str) -> int:
    """Train by the command line, in one thread; return the exit code."""
    place = ["--data", str(root / "data"), "--runs", str(root / "runs"), "--threads", "1"]
    return main(["train", str(root / recipe), *place])
