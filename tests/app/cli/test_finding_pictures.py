"""Index a folder, find its pictures by label: the main job, at the command line."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.library.library import Library
from app.library.records import NewReading
from app.reading import Line, lines_to_bytes, plain_text
from tests.app.cli.conftest import Lumitag


def names(found: list[dict[str, object]]) -> set[str]:
    return {Path(str(each["path"])).name for each in found}


def test_an_indexed_folder_is_found_by_label(lumitag: Lumitag, pictures: Path) -> None:
    indexed = lumitag("index", pictures, "--json")
    assert indexed.code == 0
    summary = indexed.objects[-1]
    assert summary["type"] == "summary"
    assert {name: summary[name] for name in ("added", "failed", "skipped", "unchanged")} == {
        "added": 4,
        "failed": 0,
        "skipped": 0,
        "unchanged": 0,
    }
    assert set(summary) == {
        "type", "added", "updated", "moved", "removed", "unchanged", "skipped", "failed", "seconds",
        "read",
    }  # fmt: skip

    drama = lumitag("search", "drama", "--json")
    assert names(drama.objects) == {"loud.png", "sad.png"}
    assert names(lumitag("search", "drama -comedy", "--json").objects) == {"sad.png"}
    assert names(lumitag("search", "red OR blue", "--json").objects) == {"red.jpg", "sea.png"}


def test_search_prints_the_first_path_and_the_shown_labels(
    lumitag: Lumitag, pictures: Path
) -> None:
    lumitag("index", pictures)
    [found] = lumitag("search", "red", "--json").objects
    assert found["path"] == str(pictures / "red.jpg")
    labels = {label["label"]: label for label in found["labels"]}
    assert "red" in labels
    assert "colourful" not in labels  # red's parent says less
    assert labels["red"]["pack"] == "photos"
    assert labels["red"]["probability"] == pytest.approx(1.0, abs=0.05)

    line = lumitag("search", "red").out
    assert line.startswith(f"{pictures / 'red.jpg'}\t")
    assert "red " in line


def test_a_query_may_begin_with_a_minus(lumitag: Lumitag, pictures: Path) -> None:
    lumitag("index", pictures)
    assert names(lumitag("search", "-drama", "--json").objects) == {"red.jpg", "sea.png"}
    assert names(lumitag("search", "--json", "-drama", "-red").objects) == {"sea.png"}
    assert names(lumitag("search", "--limit", "1", "--json", "--", "-drama").objects) <= {
        "red.jpg",
        "sea.png",
    }


def test_limit_holds(lumitag: Lumitag, pictures: Path) -> None:
    lumitag("index", pictures)
    assert len(lumitag("search", "name:*", "--limit", "3", "--json").objects) == 3


def test_common_options_stand_before_or_after(
    lumitag: Lumitag, pictures: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.sqlite"
    assert lumitag("--library", other, "--device", "cpu", "index", pictures).code == 0
    assert lumitag("search", "red", "--json").objects == []
    assert names(lumitag("search", "red", "--json", "--library", other).objects) == {"red.jpg"}


def test_an_empty_library_variable_counts_as_unset(
    lumitag: Lumitag, monkeypatch: pytest.MonkeyPatch, pictures: Path, tmp_path: Path
) -> None:
    monkeypatch.setenv("LUMITAG_LIBRARY", "")
    assert lumitag("index", pictures).code == 0
    assert not (tmp_path / "library.sqlite").exists()
    assert names(lumitag("search", "red", "--json").objects) == {"red.jpg"}


def test_a_word_that_is_no_label_searches_file_names_and_says_so(
    lumitag: Lumitag, pictures: Path
) -> None:
    lumitag("index", pictures)
    said = lumitag("search", "dramma", "--json")
    assert said.objects == []
    assert "“dramma” is no label" in said.err
    assert "drama" in said.err
    assert names(lumitag("search", "loud", "--json").objects) == {"loud.png"}


def test_the_words_in_pictures_are_found_and_the_line_is_said(
    lumitag: Lumitag, pictures: Path, tmp_path: Path
) -> None:
    lumitag("index", pictures)
    lines = (
        Line("THE BEST FILM", 0.9, (0.1, 0.1, 0.9, 0.2)),
        Line("ACADEMYAWARD WINNER", 0.9, (0.1, 0.8, 0.9, 0.9)),
    )
    with Library.open(tmp_path / "library.sqlite") as library:
        [photo] = library.files.photo_ids(name_contains="loud").tolist()
        library.words.store({photo: NewReading("1", lines_to_bytes(lines), plain_text(lines))})
    [found] = lumitag("search", 'text:"academy award"', "--json").objects
    assert Path(found["path"]).name == "loud.png"
    assert found["text"] == "ACADEMYAWARD WINNER"
    assert "“ACADEMYAWARD WINNER”" in lumitag("search", "winner").out
    assert "text" not in lumitag("search", "drama", "--json").objects[0]
    assert lumitag("search", "text:loud", "--json").objects == []
    [by_name] = lumitag("search", "sad", "--json").objects
    assert "text" not in by_name
    refused = lumitag("search", "text:!!")
    assert refused.code == 2
    assert "no letter or digit" in refused.err


def test_a_second_run_finds_nothing_new(lumitag: Lumitag, pictures: Path) -> None:
    lumitag("index", pictures)
    summary = lumitag("index", pictures, "--json").objects[-1]
    assert (summary["added"], summary["unchanged"]) == (0, 4)


def test_a_renamed_file_keeps_its_decisions(lumitag: Lumitag, pictures: Path) -> None:
    lumitag("index", pictures)
    assert lumitag("accept", "holiday", pictures / "red.jpg").code == 0
    assert lumitag("reject", "drama", pictures / "2021" / "sad.png").code == 0
    (pictures / "red.jpg").rename(pictures / "2021" / "renamed.jpg")
    summary = lumitag("index", pictures, "--json").objects[-1]
    assert (summary["moved"], summary["added"], summary["removed"]) == (1, 0, 0)
    assert names(lumitag("search", "holiday", "--json").objects) == {"renamed.jpg"}
    assert names(lumitag("search", "drama", "--json").objects) == {"loud.png"}


def test_accepting_a_poster_opens_the_gate(lumitag: Lumitag, pictures: Path) -> None:
    lumitag("index", pictures)
    asked_by_genres = ("search", "name:red.jpg drama>=0", "--json")
    assert lumitag(*asked_by_genres).objects == []
    assert lumitag("accept", "poster", pictures / "red.jpg").code == 0
    lumitag("index", pictures)
    assert names(lumitag(*asked_by_genres).objects) == {"red.jpg"}


def test_a_subfolder_of_a_known_folder_is_looked_through_alone(
    lumitag: Lumitag, pictures: Path
) -> None:
    lumitag("index", pictures)
    (pictures / "red.jpg").unlink()
    summary = lumitag("index", pictures / "2021", "--json").objects[-1]
    assert (summary["unchanged"], summary["removed"]) == (3, 0)
    assert len(lumitag("folders", "--json").objects) == 1


def test_label_needs_no_library(lumitag: Lumitag, pictures: Path, tmp_path: Path) -> None:
    found = lumitag("label", pictures / "red.jpg", pictures / "2021", "--json").objects
    assert [Path(each["path"]).name for each in found] == [
        "red.jpg", "loud.png", "sad.png", "sea.png",
    ]  # fmt: skip
    assert {label["pack"] for label in found[0]["labels"]} == {"photos"}
    assert {"drama", "comedy"} <= {label["label"] for label in found[1]["labels"]}
    assert not (tmp_path / "library.sqlite").exists()


def test_top_and_all_look_behind_the_gate(lumitag: Lumitag, pictures: Path) -> None:
    [top] = lumitag("label", pictures / "red.jpg", "--top", "2", "--json").objects
    packs = [label["pack"] for label in top["labels"]]
    assert packs.count("photos") == 2
    assert packs.count("genres") == 2
    [every] = lumitag("label", pictures / "red.jpg", "--all", "--json").objects
    assert len(every["labels"]) > 4


def test_all_tells_probabilities_as_the_network_gave_them_and_not_as_stored(
    lumitag: Lumitag, tmp_path: Path
) -> None:
    pixels = np.full((32, 32, 3), 100, np.uint8)
    pixels[16:] = 101
    Image.fromarray(pixels).save(tmp_path / "grey.png")
    [every] = lumitag("label", tmp_path / "grey.png", "--all", "--json").objects
    [light] = [one["probability"] for one in every["labels"] if one["label"] == "light"]
    assert light == pytest.approx(100.5 / 255, abs=1e-4)  # the library knows 100 and 101
