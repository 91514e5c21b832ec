"""What a query nearly finds, at the command line."""

import sys
from pathlib import Path

import pytest

from tests.app.cli.conftest import Lumitag


def test_less_sure_photos_follow_the_sure_ones(lumitag: Lumitag, pictures: Path) -> None:
    lumitag("index", pictures)
    found = lumitag("search", "light OR blue", "--less-sure", "--json").objects
    assert [(Path(each["path"]).name, each["sure"]) for each in found] == [
        ("sea.png", True),
        ("loud.png", False),  # magenta: two thirds of white
        ("sad.png", False),
    ]
    assert len(lumitag("search", "--less-sure", "light OR blue", "--limit", 2).out.split("\n")) == 3
    lines = lumitag("search", "light OR blue", "--less-sure").out.splitlines()
    assert [line.endswith("\tless sure") for line in lines] == [False, True, True]


def test_without_the_flag_the_answer_is_as_it_was(lumitag: Lumitag, pictures: Path) -> None:
    lumitag("index", pictures)
    said = lumitag("search", "light OR blue", "--json")
    assert [set(each) for each in said.objects] == [{"path", "labels"}]
    assert said.err == ""


def test_a_person_at_a_terminal_is_told_that_there_are_more(
    lumitag: Lumitag, pictures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lumitag("index", pictures)
    assert lumitag("search", "light OR blue").err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    more = lumitag("search", "light OR blue").err
    assert more == "lumitag: 2 more are less sure: --less-sure lists them.\n"
    assert lumitag("search", "light name:sad").err == (
        "lumitag: 1 is less sure: --less-sure lists it.\n"
    )
    assert lumitag("search", "blue").err == ""
    assert lumitag("search", "light", "--json").err == ""
    assert lumitag("search", "light", "--less-sure").err == ""


def test_an_accepted_photo_is_sure_from_then_on(lumitag: Lumitag, pictures: Path) -> None:
    lumitag("index", pictures)
    lumitag("accept", "light", pictures / "2021" / "sad.png")
    lumitag("reject", "light", pictures / "2021" / "loud.png")
    [found] = lumitag("search", "light", "--less-sure", "--json").objects
    assert (Path(found["path"]).name, found["sure"]) == ("sad.png", True)
