"""What a tried picture answers with."""

from pathlib import Path

import numpy as np

from app.engine.tried import TriedLabel, TriedPicture


def tried(
    name: str, probability: float, *, sure: bool = False, withheld: bool = False
) -> TriedLabel:
    return TriedLabel(
        f"photos/{name}", name, "things", "photos", probability, sure, withheld=withheld
    )


def test_the_likeliest_labels_fill_up_with_less_sure_ones_but_not_with_withheld_ones() -> None:
    shown = (tried("person", 0.9, sure=True),)
    every = (*shown, tried("monkey", 0.5, withheld=True), tried("tree", 0.4), tried("sky", 0.3))
    picture = TriedPicture(Path("a.jpg"), np.zeros((2, 2, 3), np.uint8), 2, 2, shown, every)
    assert [label.name for label in picture.likeliest] == ["person", "tree", "sky"]
