"""The networks that are trained as a whole: recipes in, modules out."""

from typing import Final

import torch
from torch import nn

from trainer.errors import RecipeError
from trainer.network_settings import Trained
from trainer.networks.convolutional import convolutional_base, dense_base, dense_layers, glorot
from trainer.networks.preprocessing import Preparation
from trainer.networks.pretrained import PRETRAINED, pretrained_base
from trainer.networks.trained import Base, TrainedNetwork, count_parameters
from trainer.networks.weights import load_weights
from trainer.recipe import Recipe

__all__ = ["TrainedNetwork", "build", "count_parameters", "parameters_of"]

_CONVOLUTIONAL: Final = "convolutional"
_DENSE: Final = "dense"


def build(recipe: Recipe, *, outputs: int, side: int | None = None) -> TrainedNetwork:
    """Return the network that a recipe trains, with the weights that it starts from.

    The recipe's seed fixes the random weights. Convolutions are in channels-last format.

    Args:
        recipe: Its network is of the kind ``trained``.
        outputs: Labels L.
        side: Height and width in pixels of the pictures of a smoke run; None: as the recipe says.
            A published count of parameters is checked at the recipe's own size in both cases.

    Raises:
        RecipeError: The recipe's network is of another kind, has another count of parameters than
            the recipe says, cannot see pictures of that size, or its weights cannot be had and
            ``fallback`` is ``stop``.
        TrainerError: The file of weights is broken or belongs to another network.
    """
    settings = _trained(recipe)
    counted = settings.parameters
    if counted is not None and (found := parameters_of(recipe, outputs=outputs)) != counted:
        raise RecipeError(
            f"The network of the recipe {recipe.pack.id} has {found:,} parameters with {outputs} "
            f"labels, where the recipe says {counted:,}; change its layers, input or labels, or "
            "take `parameters` out."
        )
    height, width = (recipe.images.height, recipe.images.width) if side is None else (side, side)
    features = _features(recipe, height, width)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(recipe.training.seed)
        network = _assembled(recipe, features, outputs)
    network.started_from = load_weights(network, settings)
    return network.to(memory_format=torch.channels_last)


def parameters_of(recipe: Recipe, *, outputs: int) -> int:
    """Return the count of parameters at the recipe's own input size, without making them.

    Raises:
        RecipeError: The recipe's network is of another kind or cannot see pictures of that size.
    """
    features = _features(recipe, recipe.images.height, recipe.images.width)
    with torch.device("meta"):
        return count_parameters(_assembled(recipe, features, outputs))


def _trained(recipe: Recipe) -> Trained:
    if not isinstance(recipe.network, Trained):
        raise RecipeError(
            f'The recipe {recipe.pack.id} trains no whole network; set kind = "trained".'
        )
    return recipe.network


def _base(settings: Trained) -> Base:
    if settings.architecture == _CONVOLUTIONAL:
        return convolutional_base(settings.blocks)
    if settings.architecture == _DENSE:
        return dense_base()
    if settings.architecture.startswith(PRETRAINED):
        return pretrained_base(settings.architecture, flatten=settings.flatten)
    raise RecipeError(
        f"There is no architecture {settings.architecture!r}; write convolutional, dense, "
        "timm:NAME or torchvision:NAME."
    )


def _features(recipe: Recipe, height: int, width: int) -> int:
    """Return how many numbers the base gives for a picture, tried without computing them."""
    settings = _trained(recipe)
    with torch.device("meta"):
        whole = nn.Sequential(Preparation(recipe.preprocessing), _base(settings).module).eval()
        images = torch.zeros((2, height, width, 3), dtype=torch.uint8)
        try:
            found = whole(images)
        except (RuntimeError, AssertionError, ValueError) as error:
            raise RecipeError(
                f"The network {settings.architecture} cannot see pictures of {height}x{width} "
                f"pixels ({error}); change [inputs.images]."
            ) from error
    return int(found[0].numel())


def _assembled(recipe: Recipe, features: int, outputs: int) -> TrainedNetwork:
    settings = _trained(recipe)
    base = _base(settings)
    dense, width = dense_layers(features, settings.dense)
    last = nn.Linear(width, outputs)
    glorot(last)
    return TrainedNetwork(
        Preparation(recipe.preprocessing), base, dense, last, frozen=settings.frozen
    )
