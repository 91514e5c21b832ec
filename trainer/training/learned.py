"""What the training loop needs to know of the pictures that it trains on."""

from collections.abc import Mapping
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

Inputs = Mapping[str, Tensor]
"""What a network is given of B pictures, by the names of its inputs: [B,…] each."""


class Learned(Protocol):
    """N labelled pictures, in whatever form a network takes them."""

    @property
    def targets(self) -> NDArray[np.float32]:
        """Return float32 [N,L], 0 or 1."""
        ...

    @property
    def weights(self) -> NDArray[np.float32] | None:
        """Return float32 [N,L], how much each target counts; None: all alike."""
        ...

    @property
    def training(self) -> NDArray[np.int64]:
        """Return the places that are trained on."""
        ...

    @property
    def validation(self) -> NDArray[np.int64]:
        """Return the places that epochs are compared on."""
        ...

    @property
    def digest(self) -> str:
        """Return what changes with pictures, labels and split."""
        ...

    @property
    def lengths(self) -> NDArray[np.int64] | None:
        """Return int64 [N], how long each input is, where batches shall be of like ones."""
        ...

    @property
    def counted(self) -> int | None:
        """Return how many of the L targets, the first ones, epochs are measured by; None: all."""
        ...

    def inputs(self, places: NDArray[np.int64], seed: int | None) -> Inputs:
        """Return what the network is given of the pictures at ``places``.

        Called ahead, in another thread.

        Args:
            places: [B].
            seed: Of what is drawn at random for training; None: as it is measured.
        """
        ...

    def varied(self, inputs: Inputs, targets: Tensor, seed: int) -> tuple[Inputs, Tensor]:
        """Return inputs and targets float32 [B,L] as training shall see them this time."""
        ...
