"""Recipes of small networks, for tests."""

from pathlib import Path
from typing import Any

from trainer.recipe import Recipe, read_recipe, recipe_from

SHIPPED = Path(__file__).parents[2] / "trainer" / "recipes"


def published(name: str) -> Recipe:
    """Return one of the shipped recipes of published networks."""
    return read_recipe(SHIPPED / "published" / f"{name}.toml")


def network_recipe(network: dict[str, Any], *, side: int = 16, **parts: dict[str, Any]) -> Recipe:
    """Return a recipe of a whole network.

    Args:
        network: The table ``[network]``, less its kind.
        side: Of the pictures, in pixels.
        parts: Further tables, such as ``training``.
    """
    return recipe_from(
        {
            "makes": "columns",
            "pack": {
                "id": "small",
                "version": "1",
                "title": "Small",
                "description": "A small network.",
                "license": "CC0-1.0",
            },
            "split": {"seed": "test"},
            "data": [{"folder": "shapes", "reader": "genre-csv"}],
            "network": {"kind": "trained", **network},
            "inputs": {"images": {"height": side, "width": side}},
            **parts,
        },
        named="small",
    )
