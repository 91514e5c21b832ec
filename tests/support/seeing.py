"""A tiny real pack that sees red and blue, with maps and evidence, and pictures for it."""

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor, nn

from tests.support.labelled_folders import columns_recipe
from trainer.export import PackLabel
from trainer.network import PackNetwork
from trainer.packing import Built, Provenance, Workplace, build_files, finish
from trainer.pictures import InputSpec

RED, BLUE = (230, 20, 20), (20, 20, 230)
_CELL = 8
"""Pixels on a side of what one cell of the maps sees."""
_CHANNELS = 8
HEIGHT, WIDTH = 64, 48
"""Of the network's input, in pixels: maps of 8 by 6 cells."""


class ColourMaps(nn.Module):
    """A trunk whose first map is how red each place is, and whose second is how blue."""

    def __init__(self) -> None:
        super().__init__()
        self.look = nn.Conv2d(3, _CHANNELS, _CELL, stride=_CELL)
        self.active = nn.ReLU6()
        weights = torch.full((_CHANNELS, 3, _CELL, _CELL), 1e-3)
        weights[0] = torch.tensor([1.0, -1.0, -1.0])[:, None, None] / _CELL**2
        weights[1] = torch.tensor([-1.0, -1.0, 1.0])[:, None, None] / _CELL**2
        # Processors without VNNI add products of 8 bits in pairs, in 16 bits, which saturate where
        # two full weights are neighbours, in whatever order. So each colour has columns of its own.
        columns = torch.arange(_CELL) % 4 == torch.arange(3)[:, None]
        weights *= 4 * columns[:, None, :]
        with torch.no_grad():
            self.look.weight.copy_(weights * 6 / 255)
            self.look.bias.zero_()  # type: ignore[union-attr]

    def forward(self, images: Tensor) -> Tensor:
        return self.pooled(self.maps(images))

    def maps(self, images: Tensor) -> Tensor:
        found: Tensor = self.active(self.look(images.permute(0, 3, 1, 2).float()))
        return found

    def pooled(self, maps: Tensor) -> Tensor:
        return maps.mean((2, 3))


class Colours(nn.Module):
    """How likely red and blue are, of the means of the maps."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(_CHANNELS, 2)
        with torch.no_grad():
            self.layer.weight.zero_()
            self.layer.weight[0, 0] = self.layer.weight[1, 1] = 9.0
            self.layer.bias.fill_(-2.0)

    def forward(self, means: Tensor) -> Tensor:
        return torch.sigmoid(self.layer(means))


def seeing_network() -> PackNetwork:
    """Return the network."""
    return PackNetwork(ColourMaps(), Colours()).eval()


def make_seeing_pack(folder: Path, network: nn.Module | None = None) -> Built:
    """Write the pack with all its graphs."""
    recipe = columns_recipe("Red", "Blue", inputs={"images": {"height": HEIGHT, "width": WIDTH}})
    place = Workplace(folder, folder, folder, folder)
    images = np.stack([patch(seed) for seed in range(12)])
    built = build_files(
        network or seeing_network(),
        place,
        InputSpec(HEIGHT, WIDTH, "stretch", "bilinear"),
        images=images,
    )
    labels = [PackLabel(name, name, "Own", (), (), 0.5, ()) for name in ("red", "blue")]
    finish(recipe, place, labels, {}, Provenance("drawn", _CHANNELS, 0, 12, 0, 0, 0.0))
    return built


def patch(seed: int) -> NDArray[np.uint8]:
    """Return a grey picture uint8 [H,W,3] with one red and one blue patch, from the seed alone."""
    random = np.random.default_rng(seed)
    pixels = np.full((HEIGHT, WIDTH, 3), 128, dtype=np.uint8)
    for colour in (RED, BLUE):
        top, left = int(random.integers(HEIGHT - 16)), int(random.integers(WIDTH - 16))
        pixels[top : top + 16, left : left + 16] = colour
    return pixels


def draw_colours(folder: Path, *, count: int = 12) -> Path:
    """Draw pictures that are red or blue and list them in ``labels.csv``."""
    folder.mkdir(parents=True)
    rows = ["path,Red,Blue"]
    for number in range(count):
        colour = (RED, BLUE)[number % 2]
        Image.new("RGB", (30 + number, 40), colour).save(folder / f"c{number}.png")
        rows.append(f"c{number}.png,{1 - number % 2},{number % 2}")
    (folder / "labels.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder
