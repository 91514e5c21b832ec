"""The shipped packs are what recipes and table say, and keep quiet where there is nothing."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

import trainer.vocabulary
from app.labeling.codes import to_codes
from app.labeling.hierarchy import Hierarchy
from app.labeling.pack import Pack, load_pack, verify
from app.paths import shipped
from trainer.blanks import draw_blank
from trainer.evaluate.texts import vectors_of
from trainer.export import LARGEST_FILE, open_graph
from trainer.pictures import resize
from trainer.recipe import read_recipe
from trainer.vocabulary.table import read_vocabulary

_RECIPES = Path(trainer.__file__).parent / "recipes"
_BLANKS = range(1000, 1018)
"""Other pictures of nothing than the 240 that the pack was trained on."""


def _pack(name: str) -> Pack:
    return load_pack(shipped("models") / name)


def _words_shown(pack: Pack, file: str, images: NDArray[np.uint8]) -> list[list[str]]:
    hierarchy = Hierarchy(pack.labels)
    codes = to_codes(open_graph(pack.directory / file)(images)[0])
    return [[pack.labels[at].id for at in hierarchy.shown(row)] for row in codes]


def _inputs(pictures: list[NDArray[np.uint8]], pack: Pack) -> NDArray[np.uint8]:
    size = pack.input
    return np.stack(
        [
            resize(
                pixels, height=size.height, width=size.width, mode=size.resize, filter=size.filter
            )
            for pixels in pictures
        ]
    )


@pytest.mark.parametrize("name", ["photos", "genres"])
def test_files_are_whole_and_under_30_mb_and_the_recipe_is_the_packs(name: str) -> None:
    pack, recipe = _pack(name), read_recipe(_RECIPES / f"{name}.toml")
    verify(pack)
    assert {file.precision for file in pack.files if file.name != "tokenizer.json"} == {
        "fp32",
        "int8",
    }
    assert all((pack.directory / file.name).stat().st_size <= LARGEST_FILE for file in pack.files)
    assert (pack.id, pack.version) == (recipe.pack.id, recipe.pack.version)
    assert pack.input.resize == recipe.images.resize
    assert (pack.directory / "MODEL_CARD.md").is_file()
    assert pack.metrics["greatest_difference"] < 1e-4


def test_the_words_are_those_of_the_table() -> None:
    table = read_vocabulary(Path(trainer.vocabulary.__file__).parent / "photos.csv")
    pack = _pack("photos")
    for word, label in zip(table.words, pack.labels, strict=True):
        assert (word.id, word.name, word.group) == (label.id, label.name, label.group)
        assert (word.aliases, word.parents) == (label.aliases, label.parents)
        assert word.hidden_with == label.hidden_with
        assert word.shown or label.threshold is None


def test_genres_look_only_at_posters_and_never_say_that_nothing_is_known() -> None:
    genres, photos = _pack("genres"), _pack("photos")
    assert genres.gate is not None
    assert genres.gate.key == "photos/poster"
    assert photos.index("poster") is not None
    assert len(genres.labels) == 25
    assert genres.labels[15].id == "not-available"
    assert genres.labels[15].threshold is None


def test_genres_read_what_a_poster_says_and_it_matters() -> None:
    pack = _pack("genres")
    graph = open_graph(pack.directory / "model.onnx")
    texts = [
        "THE HAUNTED CRYPT\nTerror has a new name\nEvil never dies",
        "MY BEST FRIEND'S WEDDING CAKE\nA romantic comedy",
        "",
    ]
    said = graph(_inputs([_grey(number) for number in range(3)], pack), vectors_of(pack, texts))[0]
    horror, comedy, romance = (pack.index(label) for label in ("horror", "comedy", "romance"))
    assert said[0, horror] > 0.5 > said[1, horror]
    assert said[1, comedy] > 0.5 > said[0, comedy]
    assert said[1, romance] > said[0, romance]
    alone = graph(_inputs([_grey(2)], pack))[0]
    np.testing.assert_allclose(said[2], alone[0], atol=1e-3)


def _grey(seed: int) -> NDArray[np.uint8]:
    """A picture that says nothing of any genre."""
    random = np.random.default_rng(seed)
    return random.integers(90, 120, (384, 256, 3)).astype(np.uint8)


@pytest.mark.parametrize("file", ["model.onnx", "model.int8.onnx"])
def test_pictures_of_nothing_get_no_label(file: str) -> None:
    pack = _pack("photos")
    images = _inputs([draw_blank(number) for number in (*range(6), *_BLANKS)], pack)
    assert [words for words in _words_shown(pack, file, images) if words] == []


def _colours(data: Callable[[], NDArray[np.uint8]]) -> NDArray[np.uint8]:
    return np.ascontiguousarray(data()[..., :3])


@pytest.mark.parametrize("file", ["model.onnx", "model.int8.onnx"])
def test_a_cat_is_a_cat_and_an_astronaut_is_a_person(file: str) -> None:
    data = pytest.importorskip("skimage.data")
    pack = _pack("photos")
    pictures = [_colours(data.cat), _colours(data.coffee), _colours(data.astronaut)]
    hierarchy = Hierarchy(pack.labels)
    codes = to_codes(open_graph(pack.directory / file)(_inputs(pictures, pack))[0])
    matched = [
        {pack.labels[at].id for at in np.flatnonzero(hierarchy.matches(row))} for row in codes
    ]
    assert {"cat", "animal"} <= matched[0]
    assert "person" in matched[2]
    assert "poster" not in set.union(*matched)
    assert not {"dog", "food"} & matched[2]
    assert "photo" in matched[1]
