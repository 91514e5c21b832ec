"""Pictures of shapes, and a recipe that tunes a small network on them."""

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

COUNT = 36
RECIPE = """
makes = "columns"
[pack]
id = "tuned-shapes"
version = "1"
title = "Shapes"
description = "Red and blue shapes."
license = "CC0-1.0"
[network]
kind = "tuned"
networks = 2
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
