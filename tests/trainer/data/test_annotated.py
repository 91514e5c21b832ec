"""Annotations of several sources: what is known, what is not, and how surely."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from trainer.data.annotated import read_annotated
from trainer.errors import DataError

_COMPLETE = {
    "labels": ["dog", "cat", "ball", "tree"],
    "kinds": ["photo"],
    "complete": {"full": ["dog", "cat"]},
    "weak": {"vague": ["dog"]},
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "images").mkdir()
    for name in ("a.png", "b.png", "c.png"):
        Image.new("RGB", (8, 8)).save(tmp_path / "images" / name)
    (tmp_path / "index.csv").write_text(
        "file,source,labels,unsure\na.png,full,dog|photo,cat\nb.png,vague,cat,\nc.png,full,,\n"
    )
    (tmp_path / "completeness.json").write_text(json.dumps(_COMPLETE))
    return tmp_path


def test_what_a_source_is_complete_for_counts_fully(folder: Path) -> None:
    data = read_annotated(folder, ["dog", "cat"])
    np.testing.assert_array_equal(data.targets, [[1, 0], [0, 1], [0, 0]])
    assert data.weights[0, 0] == 1
    assert data.weights[2].tolist() == [1, 1]


def test_what_is_unsure_is_masked_even_where_the_source_is_complete(folder: Path) -> None:
    assert read_annotated(folder, ["cat"]).weights[0, 0] == 0


def test_silence_counts_a_little_and_less_for_what_often_goes_unnamed(folder: Path) -> None:
    data = read_annotated(folder, ["dog", "ball", "tree"], often_unnamed=["tree"])
    assert 0 < data.weights[1, 0] < 0.5  # its source is weak for dogs
    assert 0 < data.weights[2, 2] < data.weights[2, 1] < 1


def test_an_unknown_label_or_column_is_named(folder: Path) -> None:
    with pytest.raises(DataError, match="horse"):
        read_annotated(folder, ["horse"])
    (folder / "index.csv").write_text("file,labels\na.png,dog\n")
    with pytest.raises(DataError, match="no column source, unsure"):
        read_annotated(folder, ["dog"])
