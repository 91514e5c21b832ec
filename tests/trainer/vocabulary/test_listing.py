"""The user guide's list of words: what a pack has, and current."""

from pathlib import Path

import pytest

from app.labeling.pack import load_pack
from app.paths import shipped
from tests.support.packs import ColourLabel, write_pack
from trainer.vocabulary.listing import main, vocabulary_page

_DOCS = Path(__file__).parents[3] / "docs"
_GREY = (0.3, 0.3, 0.3)
_LABELS = (
    ColourLabel("person", _GREY, group="People", aliases=("people", "human")),
    ColourLabel("man", _GREY, group="People", parents=("person",), threshold=None),
    ColourLabel("animal", _GREY, group="Animals", hidden_with=("person",)),
    ColourLabel("cow", _GREY, group="Animals", parents=("animal",)),
    ColourLabel(
        "buffalo", _GREY, group="Animals", parents=("animal",), hidden_with=("cow", "person", "man")
    ),
    ColourLabel("snail", _GREY, group="Animals", hidden_with=("person", "man")),
    ColourLabel(
        "photo", _GREY, group="kind", hidden_with=("animal", "cow", "buffalo", "snail", "person")
    ),
)


def _page(folder: Path) -> str:
    return vocabulary_page(load_pack(write_pack(folder / "photos", _LABELS)))


def test_every_word_stands_in_its_group_with_names_and_parents(tmp_path: Path) -> None:
    page = _page(tmp_path)
    people, animals = page.index("## People"), page.index("## Animals")
    assert people < page.index("| person | people, human |  |  |") < animals
    assert animals < page.index("| cow |  | animal |  |") < page.index("## Kind of picture")
    assert "7 words (version 1), 6 of them shown" in page


def test_it_says_when_a_word_is_not_shown(tmp_path: Path) -> None:
    page = _page(tmp_path)
    assert "| man |  | person | only searched |" in page
    assert "| animal |  |  | not beside person |" in page
    assert "| snail |  |  | not beside people |" in page
    assert "| buffalo |  | animal | not beside people; not beside cow |" in page
    assert "| photo |  |  | where nothing else is shown |" in page


def test_the_guides_list_is_that_of_the_shipped_pack() -> None:
    """A new pack needs a new list: ``python -m trainer.vocabulary.listing``, as the list says."""
    said = (_DOCS / "vocabulary.md").read_text(encoding="utf-8")
    assert said == vocabulary_page(load_pack(shipped("models") / "photos"))
    assert "(vocabulary.md)" in (_DOCS / "guide.md").read_text(encoding="utf-8")


def test_the_command_prints_the_page_or_says_what_is_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = _page(tmp_path)
    assert main([str(tmp_path / "photos")]) == 0
    assert capsys.readouterr().out == page
    assert main([str(tmp_path / "none")]) == 1
    assert "none" in capsys.readouterr().err
