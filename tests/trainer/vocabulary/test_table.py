"""The vocabulary table: the shipped one is sound, a broken one is named with its line."""

from pathlib import Path

import numpy as np
import pytest

import trainer.vocabulary
from trainer.errors import RecipeError
from trainer.vocabulary.material import KINDS
from trainer.vocabulary.table import KIND_GROUP, Vocabulary, read_vocabulary

_HEADER = "id,name,group,aliases,parents,imagenet,learned,hidden_with,show\n"


@pytest.fixture(scope="module")
def shipped() -> Vocabulary:
    return read_vocabulary(Path(trainer.vocabulary.__file__).parent / "photos.csv")


def _read(folder: Path, *lines: str) -> Vocabulary:
    path = folder / "words.csv"
    path.write_text(_HEADER + "".join(f"{line}\n" for line in lines))
    return read_vocabulary(path)


def test_the_shipped_table_has_hundreds_of_words_and_every_kind(shipped: Vocabulary) -> None:
    assert 250 <= len(shipped.words) <= 450
    assert {word.id for word in shipped.words if word.group == KIND_GROUP} == set(KINDS)


def test_a_corgi_is_a_dog_and_an_animal(shipped: Vocabulary) -> None:
    place = shipped.index()
    below = shipped.descendants()
    assert below[place["dog"], place["corgi"]]
    assert below[place["animal"], place["corgi"]]
    assert not below[place["cat"], place["corgi"]]


def test_imagenets_classes_are_summed_up_the_hierarchy(shipped: Vocabulary) -> None:
    place = shipped.index()
    rolled = shipped.roll_up()
    assert rolled[:, place["dog"]].sum() == 118  # all dogs of ImageNet's 1,000 classes
    assert np.all(rolled[:, place["animal"]] >= rolled[:, place["corgi"]])


def test_words_that_hurt_a_person_fade_and_hide_beside_one(shipped: Vocabulary) -> None:
    words = {word.id: word for word in shipped.words}
    for name in ("monkey", "pig", "hippopotamus", "whale"):
        assert words[name].people_hurt
        assert "person" in words[name].hidden_with


@pytest.mark.parametrize(
    "word", ["maillot", "windsor tie", "rifle", "toilet", "bra", "diaper", "ape", "gun", "old"]
)
def test_no_silly_or_shaming_word_is_a_label(shipped: Vocabulary, word: str) -> None:
    assert word not in {each.name.casefold() for each in shipped.words}


def test_gender_and_age_are_never_said_aloud(shipped: Vocabulary) -> None:
    words = {word.id: word for word in shipped.words}
    assert not any(words[name].shown for name in ("man", "woman", "boy", "girl"))


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["a,a,Animals,,b,,,,", "b,b,Animals,,a,,,,"], "line 2: 'a' is its own ancestor"),
        (["a,a,Animals,,c,,,,"], "line 2: there is no word 'c'"),
        (["a,a,Animals,,,,,,", "a,b,Animals,,,,,,"], "line 3: the id 'a' is taken by line 2"),
        (["a,a,Animals,x,,,,,", "b,b,Animals,X,,,,,"], "line 3: 'X' is already"),
        (["a,a,Beasts,,,,,,"], "line 2: the group 'Beasts'"),
        (["a,a,Animals,,,1000,,,"], "line 2: ImageNet classes go from 0 to 999"),
        (["a,a,Animals,,,x,,,"], "line 2: 'x' is no ImageNet class"),
        (["# a remark", "a,a,Animals"], "line 3: 3 columns"),
        (["a,a,Animals,,,,,,maybe"], "line 2: show is 'maybe'"),
        (["a,,Animals,,,,,,"], "line 2: a word needs an id and a name"),
    ],
)
def test_a_broken_table_is_named_with_its_line(tmp_path: Path, lines: list[str], said: str) -> None:
    with pytest.raises(RecipeError) as told:
        _read(tmp_path, *lines)
    assert said in str(told.value)
