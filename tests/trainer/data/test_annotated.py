"""Annotations of several sources: what is known, what is not, and how surely."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from trainer.data.annotated import read_annotated
from trainer.errors import DataError
from trainer.settings import Absence

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


def test_what_a_source_marks_as_unsure_may_be_presumed_absent(folder: Path) -> None:
    presumed = [Absence(source="full", labels=("cat", "dog", "ball"), weight=0.5)]
    data = read_annotated(folder, ["dog", "cat"], presumed_absent=presumed)
    assert data.targets[0].tolist() == [1, 0]
    assert data.weights[0].tolist() == [1, 0.5]  # what it has, and what was unsure
    assert data.weights[2].tolist() == [1, 1]  # what is known stays known
    assert data.weights[1].tolist() == read_annotated(folder, ["dog", "cat"]).weights[1].tolist()


def test_only_pictures_of_the_sources_asked_for_are_read(folder: Path) -> None:
    data = read_annotated(folder, ["dog"], sources=["full"])
    assert data.ids == ("a.png", "c.png")
    assert data.pictures.name != read_annotated(folder, ["dog"]).pictures.name


def test_an_unknown_source_is_named(folder: Path) -> None:
    presumed = [Absence(source="nobody", labels=("cat",), weight=0.5)]
    with pytest.raises(DataError, match="'nobody'"):
        read_annotated(folder, ["dog"], presumed_absent=presumed)
    with pytest.raises(DataError, match="'none'"):
        read_annotated(folder, ["dog"], sources=["none"])


def test_an_unknown_label_or_column_is_named(folder: Path) -> None:
    with pytest.raises(DataError, match="horse"):
        read_annotated(folder, ["horse"])
    (folder / "index.csv").write_text("file,labels\na.png,dog\n")
    with pytest.raises(DataError, match="no column source, unsure"):
        read_annotated(folder, ["dog"])
