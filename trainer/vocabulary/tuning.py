"""Tunes the last stages of a trunk for the photos pack, for words and for steadiness.

The same picture comes as it is, worn, grey, framed, badly compressed; all shall say the same: the
words that are known of it, what untuned heads say of the other words of the picture as it is, and
what ImageNet's classifier says of it, untuned, on that same picture. So the trunk goes on to know
ImageNet's classes, which most words come from, and learns to know them on poor pictures too
(knowledge distillation, Hinton 2015; learning without forgetting, Li and Hoiem 2016).
"""

import hashlib
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from trainer.calibration import sigmoid
from trainer.heads import Head, logits_of
from trainer.network_settings import Tuned
from trainer.recipe import Recipe
from trainer.training.checkpoint import Position
from trainer.training.kept import kept_states
from trainer.training.run import RunOptions, carry_out
from trainer.trunk import Trunk
from trainer.tuned.halves import Front, Tail
from trainer.tuned.material import MapMaterial
from trainer.tuned.network import embeddings, set_dropout
from trainer.vocabulary.material import KINDS, Material

_TAUGHT: Final = 0.3
"""How much it counts, against a known label, what untuned heads say of an unknown one."""
_SPARSE: Final = 3
"""Of the pictures of which no word is known, posters that is, each so-manieth is learned from."""


@dataclass(frozen=True, slots=True)
class WordHeads:
    """The words' head and the kinds' head."""

    words: Head
    kinds: Head


class WordNetwork(nn.Module):
    """Maps in; logits of words, kinds and ImageNet's classes out.

    Attributes:
        started_from: The weights that training starts from, in words.
    """

    def __init__(
        self, tail: Tail, heads: WordHeads, classifier: nn.Linear, settings: Tuned, weights: str
    ) -> None:
        """Join the parts.

        Args:
            tail: Gives embeddings.
            heads: Trained on the untuned tail's.
            classifier: ImageNet's, which stays as it is.
            settings: Rates of the heads.
            weights: What training starts from, in words.
        """
        super().__init__()
        self.tail, self.words, self.kinds = tail, heads.words, heads.kinds
        self.classifier = deepcopy(classifier)
        self._settings = settings
        self.started_from = weights
        self.words.requires_grad_(True)
        self.kinds.requires_grad_(True)
        self.classifier.requires_grad_(False)
        for head in (self.words, self.kinds):
            set_dropout(head, settings.dropout)

    def forward(self, maps: Tensor, origin: Tensor) -> Tensor:
        """Return logits float32 [N,H+K+1+1000]; those of kinds and classes are of a softmax.

        Args:
            maps: float [N,h,w,C].
            origin: Not asked for.
        """
        embedding = self.tail(maps)
        parts = [
            self.words(embedding).float(),
            log_odds(self.kinds(embedding).float()),
            log_odds(self.classifier(embedding).float()),
        ]
        return torch.cat(parts, dim=1)

    def train(self, mode: bool = True) -> "WordNetwork":
        """Set the mode; the embedding's scale stays as the heads were trained with it."""
        super().train(mode)
        self.words.scale.eval()
        self.kinds.scale.eval()
        return self

    def groups(self) -> Iterator[dict[str, Any]]:
        """Yield the optimiser's groups: kernels, the tail's biases, heads."""
        tail = [value for value in self.tail.parameters() if value.requires_grad]
        yield {"params": [value for value in tail if value.ndim > 1]}
        yield {"params": [value for value in tail if value.ndim <= 1], "weight_decay": 0.0}
        yield {
            "params": [*self.words.parameters(), *self.kinds.parameters()],
            "lr": self._settings.head_rate,
            "weight_decay": self._settings.head_decay,
        }


def log_odds(logits: Tensor) -> Tensor:
    """Return the log-odds [N,C] of a softmax over logits [N,C]."""
    likely = torch.log_softmax(logits, dim=1).clamp(max=-1e-6)
    return likely - torch.log(-torch.expm1(likely))


class TunedTrunk(nn.Module):
    """A front and its tuned tail: pixels in, embedding out."""

    def __init__(self, front: Front, tail: Tail) -> None:
        super().__init__()
        self.front, self.tail = front, tail

    def maps(self, images: Tensor) -> Tensor:
        """Return the last maps float [N,1280,h,w] (all >= 0) of uint8 images [N,H,W,3]."""
        found: Tensor = self.tail.last_maps(self.tail.before(self.front(images)))
        return found

    def pooled(self, maps: Tensor) -> Tensor:
        """Return embeddings float [N,1280] of maps [N,1280,h,w]: their means."""
        return maps.mean((2, 3))


@dataclass(frozen=True, slots=True)
class Tuning:
    """What all networks of a pack are trained with.

    Attributes:
        recipe: Its network is of the kind ``tuned``.
        material: All pictures; views are embeddings of the untuned trunk.
        maps: By collection, its views' maps.
        trunk: Untuned.
        weights: Its weights, in words.
        words: int64 [H], which words the head answers.
        run: Folder of the runs.
        options: How they are carried out.
    """

    recipe: Recipe
    material: Material
    maps: Sequence[Sequence[NDArray[np.float16]]]
    trunk: Trunk
    weights: str
    words: NDArray[np.int64]
    run: Path
    options: RunOptions

    def tail(self) -> Tail:
        """Return the untuned tail."""
        settings = tuned_settings(self.recipe)
        return Tail(self.trunk, settings.cut, learning=settings.first, drop=settings.drop)

    def train(
        self, name: str, heads: WordHeads, rows: NDArray[np.bool_], apart: NDArray[np.bool_]
    ) -> tuple[WordNetwork, Position]:
        """Train a network, or take the finished one of that name; say how far it came.

        Args:
            name: Of the run's folder.
            heads: Trained on the same rows, untuned.
            rows: bool [N], which pictures are learned from.
            apart: bool [N], which ones epochs are compared on.
        """
        settings = tuned_settings(self.recipe)
        material = self._learned(heads, rows, apart)
        folder = self.run / name

        def build() -> WordNetwork:
            return WordNetwork(
                self.tail(), deepcopy(heads), self.trunk.classifier, settings, self.weights
            )

        self.options.tell(f"Network {name}.")
        position = carry_out(self.recipe, material, build, folder, self.options)
        states, _ = kept_states(self.recipe, folder)
        network = build()
        network.load_state_dict(states)
        return network.eval().requires_grad_(False), position

    def embedded(
        self, network: WordNetwork, rows: NDArray[np.int64], view: int
    ) -> NDArray[np.float16]:
        """Return a network's embeddings float16 [n,1280] of some pictures in a view."""
        collection, row = self._places()
        maps = np.stack(
            [
                self.maps[which][view % len(self.maps[which])][at]
                for which, at in zip(collection[rows].tolist(), row[rows].tolist(), strict=True)
            ]
        )
        return embeddings(network.tail, maps).to(torch.float16).numpy()

    def _places(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return each picture's collection, and its row there."""
        sizes = [len(views[0]) for views in self.maps]
        return (
            np.repeat(np.arange(len(sizes)), sizes),
            np.concatenate([np.arange(size) for size in sizes]),
        )

    def _learned(
        self, heads: WordHeads, rows: NDArray[np.bool_], apart: NDArray[np.bool_]
    ) -> MapMaterial:
        targets, weights = self._taught(heads)
        known = np.asarray((self.material.weights[:, self.words] > 0).any(axis=1), dtype=bool)
        places = np.flatnonzero(rows)
        sparse = places[~known[places]][::_SPARSE]
        training = np.sort(np.concatenate([places[known[places]], sparse]))
        validation = np.flatnonzero(apart & known)
        digest = hashlib.blake2b(digest_size=16)
        digest.update("\n".join(self.material.ids).encode())
        for values in (self.material.targets, self.material.weights, training, validation):
            digest.update(np.ascontiguousarray(values).tobytes())
        collection, row = self._places()
        return MapMaterial(
            recipe=self.recipe,
            maps=self.maps,
            collection=collection.astype(np.int64),
            row=row.astype(np.int64),
            targets=targets,
            weights=weights,
            training=training,
            validation=validation,
            digest=digest.hexdigest(),
            counted=len(self.words),
        )

    def _taught(self, heads: WordHeads) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return targets and weights float32 [N,H+K+1+1000]: what is known, and what is taught."""
        material, plain = self.material, self.material.views[0]
        known = material.weights[:, self.words]
        said = sigmoid(logits_of(heads.words, plain))
        taught = _TAUGHT * (1 - known)
        words = (known * material.targets[:, self.words] + taught * said) / (known + taught)
        told = material.kinds >= 0
        kinds = np.eye(len(KINDS) + 1, dtype=np.float32)[np.maximum(material.kinds, 0)]
        with torch.inference_mode():
            classes = torch.softmax(
                self.trunk.classifier(torch.from_numpy(plain).float()), dim=1
            ).numpy()
        weights = [
            known + taught,
            np.repeat((material.kind_weights * told)[:, None], kinds.shape[1], axis=1),
            np.ones_like(classes),
        ]
        return (
            np.concatenate([words, kinds, classes], axis=1).astype(np.float32),
            np.concatenate(weights, axis=1).astype(np.float32),
        )


def tuned_settings(recipe: Recipe) -> Tuned:
    """Return the settings of a recipe whose network is tuned."""
    if not isinstance(recipe.network, Tuned):
        raise TypeError("The recipe's network is not of the kind tuned.")
    return recipe.network
