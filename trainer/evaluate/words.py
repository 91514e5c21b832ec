"""Measures a pack of everyday words."""

from typing import Any

import numpy as np

from app.labeling.pack import Pack
from trainer.evaluate.answers import answers_of, graphs_of
from trainer.packing import Workplace
from trainer.recipe import Recipe
from trainer.vocabulary.material import KINDS, gather
from trainer.vocabulary.measure import measure_words
from trainer.vocabulary.table import read_vocabulary


def evaluate_words(
    pack: Pack, recipe: Recipe, place: Workplace, *, threads: int = 1
) -> dict[str, Any]:
    """Return the figures of each graph on the recipe's test pictures, ready for JSON.

    Raises:
        PackError: The pack is broken.
        DataError: The data are.
    """
    vocabulary = read_vocabulary(place.tables / recipe.vocabulary)
    material = gather(recipe, place, vocabulary, None)
    tested = np.flatnonzero(material.tested(recipe))
    asked = graphs_of(pack)
    said = answers_of(asked, [material.paths[row] for row in tested], threads=threads)
    return {
        "pack": pack.id,
        "version": pack.version,
        "part": "test",
        "pictures": len(tested),
        "graphs": {
            one.file.precision: measure_words(
                vocabulary,
                probabilities,
                material.targets[tested],
                material.weights[tested],
                material.kinds[tested],
                [label.threshold for label in pack.labels],
                KINDS,
            ).summary()
            for one, probabilities in zip(asked, said, strict=True)
        },
    }
