"""Makes a pack that answers from the most similar training pictures: k-nearest neighbours.

The neighbours are constants of the graph (their embeddings in float16), so a pack is one file.
"""

import time
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from trainer.calibration import Logistic, fit_platt, logit, sigmoid
from trainer.data import Columns, gather_columns
from trainer.data.checks import Tell, tell_on_stderr
from trainer.errors import DataError, RecipeError
from trainer.features import FeatureCache
from trainer.network import PackNetwork
from trainer.network_settings import Neighbours
from trainer.networks.trained import count_parameters
from trainer.packing import (
    Provenance,
    Workplace,
    build_files,
    few,
    inputs_of,
    trunk_of,
    trunk_weights,
)
from trainer.recipe import Recipe
from trainer.reporting import Tested, report_columns, thresholds_of
from trainer.trunk import EMBEDDING_SIZE

_SMALLEST: Final = 1e-6
"""Keeps shares from 0 and 1, and distances from 0."""
_BATCH: Final = 256


class NeighboursAnswer(nn.Module):
    """Embedding to probabilities: a vote of the nearest training pictures.

    Embeddings are centred, turned to their principal axes, and compared by cosine. A neighbour's
    vote goes evenly from 1, the nearest, to 0, the first that is left out (Dudani, "The
    distance-weighted k-nearest-neighbor rule", 1976), so that no answer jumps where two pictures
    change places. The labels' shares vote too, as ``prior`` neighbours would.
    """

    def __init__(
        self,
        settings: Neighbours,
        embeddings: NDArray[np.floating],
        targets: NDArray[np.float32],
    ) -> None:
        """Remember pictures.

        Args:
            settings: Of the recipe; no more neighbours and dimensions are used than there are.
            embeddings: [M,D], M at least 2.
            targets: float32 [M,L], 0 or 1.

        Raises:
            DataError: There are fewer than two pictures.
        """
        super().__init__()
        if len(embeddings) < 2:
            raise DataError("Nearest neighbours need at least two training pictures.")
        values = np.asarray(embeddings, dtype=np.float64)
        centre = values.mean(axis=0)
        axes = _principal_axes(values - centre, settings.dimensions)
        self._neighbours = min(settings.neighbours, len(values) - 1)
        self._prior = settings.prior
        self.centre = _constant(centre, torch.float32)
        self.axes = _constant(axes, torch.float32)
        turned = functional.normalize(torch.from_numpy((values - centre) @ axes), dim=1)
        self.pictures = _constant(turned.numpy(), torch.float16)
        self.labels = _constant(targets, torch.float16)
        self.shares = _constant(targets.mean(axis=0), torch.float32)
        self.slopes = _constant(np.ones(targets.shape[1]), torch.float32)
        self.biases = _constant(np.zeros(targets.shape[1]), torch.float32)

    def calibrate(self, platt: Logistic) -> None:
        """Scale the votes from now on."""
        self.slopes = _constant(platt.slopes[:, 0], torch.float32)
        self.biases = _constant(platt.biases, torch.float32)

    def votes(self, embedding: Tensor) -> Tensor:
        """Return the share of the vote that each label gets, float32 [N,L], of float [N,D]."""
        turned = functional.normalize((embedding.float() - self.centre) @ self.axes, dim=1)
        similarities = turned @ self.pictures.float().T
        nearest, rows = torch.topk(similarities, self._neighbours + 1, dim=1)
        least = nearest[:, -1:]
        weights = (nearest - least) / (nearest[:, :1] - least).clamp(min=_SMALLEST)
        found = (weights.unsqueeze(2) * self.labels[rows].float()).sum(dim=1)
        total = weights.sum(dim=1, keepdim=True) + self._prior
        return (found + self._prior * self.shares) / total.clamp(min=_SMALLEST)

    def forward(self, embedding: Tensor) -> Tensor:
        """Return probabilities float32 [N,L]."""
        shares = self.votes(embedding).clamp(_SMALLEST, 1 - _SMALLEST)
        scores = torch.log(shares) - torch.log1p(-shares)
        return torch.sigmoid(scores * self.slopes + self.biases)


def make_neighbours_pack(recipe: Recipe, place: Workplace, *, tell: Tell = tell_on_stderr) -> None:
    """Gather the neighbours, calibrate, export and measure; the pack is written to ``place.out``.

    Collections beyond the first are not used: their labels have other shares.

    Args:
        recipe: Its network is of the kind ``neighbours``.
        place: Where everything lies.
        tell: Is given what people should know of the data.

    Raises:
        TrainerError: Data or recipe are wrong, or the export does not match the network.
    """
    began = time.monotonic()
    settings = _settings(recipe)
    trunk, spec = trunk_of(recipe), recipe.images.spec()
    cache = FeatureCache(place.features, trunk, spec)
    columns = gather_columns(recipe, place.data, tell=tell, cache_folder=place.features.parent)
    if columns.helpers:
        tell("Nearest neighbours are looked for in the first [[data]] only.")
    recipe, data, rest = columns.recipe, columns.main, ~columns.test
    embeddings = cache.get(data.pictures, "plain")
    targets = data.targets[rest]
    scores = logit(cross_fitted_votes(settings, embeddings, columns))
    platt = fit_platt(scores, targets, np.ones_like(targets))
    thresholds = thresholds_of(recipe, sigmoid(scores * platt.slopes[:, 0] + platt.biases), targets)
    answer = NeighboursAnswer(settings, embeddings[rest], targets)
    answer.calibrate(platt)
    network = PackNetwork(trunk, answer).eval()
    paths = np.array(data.pictures.paths, dtype=object)
    images = few(list(paths[rest]), spec)
    built = build_files(network, place, spec, images=images, int8=recipe.pack.int8)
    report_columns(
        recipe,
        place,
        built,
        Tested(
            images=inputs_of(list(paths[~rest]), spec),
            targets=data.targets[~rest],
            priors=targets.mean(axis=0),
        ),
        thresholds,
        Provenance(
            weights=trunk_weights(recipe),
            embedding=EMBEDDING_SIZE,
            parameters=count_parameters(network),
            pictures=len(data.ids),
            epochs=0,
            steps=0,
            seconds=time.monotonic() - began,
        ),
    )


def cross_fitted_votes(
    settings: Neighbours, embeddings: NDArray[np.float16], columns: Columns
) -> NDArray[np.float32]:
    """Return the votes [M,L] on all pictures outside the test, by pictures of other folds."""
    rest, votes = ~columns.test, np.zeros_like(columns.main.targets)
    for number in np.unique(columns.folds[rest]):
        mine = rest & (columns.folds == number)
        others = rest & ~mine
        answer = NeighboursAnswer(settings, embeddings[others], columns.main.targets[others])
        with torch.inference_mode():
            parts = torch.from_numpy(embeddings[mine]).split(_BATCH)
            votes[mine] = torch.cat([answer.votes(part) for part in parts]).numpy()
    return votes[rest]


def _settings(recipe: Recipe) -> Neighbours:
    if not isinstance(recipe.network, Neighbours):
        raise RecipeError(
            f'The recipe {recipe.pack.id} has no neighbours; set kind = "neighbours".'
        )
    return recipe.network


def _principal_axes(centred: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """Return the ``count`` directions [D,count] in which values [M,D] differ most."""
    found = np.linalg.eigh(centred.T @ centred).eigenvectors
    return np.asarray(found[:, ::-1][:, :count])


def _constant(values: NDArray[np.floating], dtype: torch.dtype) -> nn.Parameter:
    """Return what is kept and never learned; as a parameter, so that it is counted."""
    return nn.Parameter(torch.tensor(np.ascontiguousarray(values)).to(dtype), requires_grad=False)
