from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from app.engine import FolderState
from app.library.records import Folder
from app.search.query_language import parse
from app.search.syntax import FolderTerm
from app.ui.sidebar.folder_filter import folder_names, folders_asked_for, with_folder


@dataclass
class Root:
    path: str
    below: tuple[str, ...] = ()


def states(*roots: Root) -> list[FolderState]:
    now = datetime.now(UTC)
    return [
        FolderState(
            Folder(number, Path(root.path), False, now), 1, tuple((name, 1) for name in root.below)
        )
        for number, root in enumerate(roots, start=1)
    ]


def test_a_folder_is_called_by_its_name_and_the_path_below() -> None:
    names = folder_names(states(Root("/home/u/Pictures", ("2021", "2021/Lisbon"))))
    assert names == {
        (1, ""): "Pictures",
        (1, "2021"): "Pictures/2021",
        (1, "2021/Lisbon"): "Pictures/2021/Lisbon",
    }


def test_two_folders_of_one_name_are_told_apart_by_their_whole_paths() -> None:
    names = folder_names(
        states(Root("/home/u/Pictures", ("a",)), Root("/media/x/Pictures"), Root("/data/Posters"))
    )
    assert names[1, ""] == "/home/u/Pictures"
    assert names[1, "a"] == "/home/u/Pictures/a"
    assert names[2, ""] == "/media/x/Pictures"
    assert names[3, ""] == "Posters"


def test_a_name_that_is_also_a_subfolder_elsewhere_is_written_in_full() -> None:
    names = folder_names(states(Root("/data/Phone"), Root("/home/u/Pictures", ("Phone",))))
    assert names[1, ""] == "/data/Phone"
    assert names[2, "Phone"] == "Pictures/Phone"


def test_choosing_a_folder_replaces_the_one_before_and_keeps_the_rest() -> None:
    query = with_folder("dog sort:name", "Pictures/2021 Portugal", "wanted")
    assert query == 'dog folder:"Pictures/2021 Portugal" sort:name'
    assert folders_asked_for(query) == {"pictures/2021 portugal": "wanted"}
    query = with_folder(query, "Posters", "wanted")
    assert query == "dog folder:Posters sort:name"
    assert with_folder(query, "Posters", "off") == "dog sort:name"


def test_an_or_is_put_in_parentheses_before_a_folder_is_added() -> None:
    assert with_folder("dog OR cat", "Posters", "wanted") == "(dog OR cat) folder:Posters"
    assert with_folder("(dog OR cat)", "Posters", "wanted").count("folder:") == 1


def test_a_folder_can_be_excluded_and_several_too() -> None:
    query = with_folder(with_folder("", "A", "excluded"), "B", "excluded")
    assert query == "-folder:A -folder:B"
    assert folders_asked_for(query) == {"a": "excluded", "b": "excluded"}
    assert with_folder(query, "A", "wanted") == "-folder:B folder:A"


def test_a_name_with_a_quote_is_read_back_as_it_is() -> None:
    name = 'My "best" pictures'
    query = with_folder("", name, "wanted")
    root = parse(query).root
    assert isinstance(root, FolderTerm)
    assert root.text == name
    assert folders_asked_for(query) == {'my "best" pictures': "wanted"}


def test_a_query_that_does_not_parse_begins_anew() -> None:
    assert with_folder('dog "', "Posters", "wanted") == "folder:Posters"
