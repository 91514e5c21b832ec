"""A pack that reads is measured with the words in the pictures, and without them."""

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image, ImageDraw, ImageFont
from torch import Tensor, nn

from app.labeling.pack import load_pack
from tests.support.labelled_folders import columns_recipe, genre_folder
from tests.support.packs import (
    GATE,
    GENRES,
    GREEN,
    PINK,
    PURPLE,
    Colour,
    picture,
    write_pack,
    write_packs,
)
from tests.support.pictures import write
from tests.support.reading_packs import write_reading_pack
from tests.support.texts import tokenizer
from trainer.cli import main
from trainer.data.words import read_words
from trainer.errors import DataError
from trainer.evaluate import evaluate_pack
from trainer.evaluate.answers import answers_of, answers_to, pictures_per_second, shipped_graph
from trainer.evaluate.reading import labels_added
from trainer.evaluate.robust import robustness
from trainer.evaluate.texts import (
    WordsWanted,
    milliseconds_a_text,
    texts_of,
    vectors_of,
)
from trainer.export import PackLabel
from trainer.packing import Provenance, Workplace, build_files, finish
from trainer.pictures import InputSpec, read
from trainer.words.encoder import EncoderSize, SentenceEncoder
from trainer.words.export import export_text_encoder

Lines = list[tuple[str, int]]
"""Texts and their heights in a picture 100 pixels high."""

ROWS: tuple[tuple[Colour, str, Lines], ...] = (
    (PURPLE, "comedy;horror", [("A night of", 5), ("HORROR", 20)]),
    (PURPLE, "comedy", [("Love", 10)]),
    (PINK, "drama", []),
    (PINK, "drama;horror", [*[("small print kiss", 2)] * 9, ("HORROR NIGHT", 30)]),
    (GREEN, "horror", [("horror", 9)]),
)
"""Colour, labels and words. Without words a picture of horror has to be green; read top to bottom,
the fourth picture's small print would leave no room for its title."""


def row(name: str, lines: Lines) -> str:
    told, top = [], 0
    for text, height in lines:
        told.append([text, 0.9, [1, top, 90, top + height]])
        top += height
    return json.dumps({"id": name, "width": 100, "height": 100, "lines": told}) + "\n"


def labelled(folder: Path, *, words: bool = True) -> Path:
    lines, read_lines = ["path,labels"], []
    for number, (colour, labels, said) in enumerate(ROWS):
        write(folder / "in" / f"p{number}.png", Image.fromarray(picture(colour)))
        lines.append(f"in/p{number}.png,{labels}")
        read_lines.append(row(f"in/p{number}", said))
    (folder / "labels.csv").write_text("\n".join(lines) + "\n")
    if words:
        (folder / "words.jsonl").write_text("".join(read_lines))
    return folder


@pytest.fixture
def packs(tmp_path: Path) -> Path:
    write_pack(tmp_path / "packs" / "photos")
    write_reading_pack(tmp_path / "packs" / "genres", gate=GATE)
    return tmp_path / "packs"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return labelled(tmp_path / "own")


def told(capsys: pytest.CaptureFixture[str], *arguments: object) -> dict[str, Any]:
    assert main(["evaluate", *map(str, arguments), "--rounds", "20", "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_words_beside_the_pictures_are_taken_largest_line_first(
    packs: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = told(capsys, packs / "genres", "--data", folder)
    graph = found["graphs"]["fp32"]
    assert graph["labels"]["horror"]["recall"] == 1
    assert graph["without_words"]["labels"]["horror"]["recall"] == pytest.approx(1 / 3, abs=1e-4)
    assert found["words"] == {
        "from": "file",
        "file": str(folder / "words.jsonl"),
        "engine": None,
        "pictures": 5,
        "with_words": 4,
        "unknown": 0,
        "read_now": 0,
    }


def test_what_words_add_is_the_difference_of_both(
    packs: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    graph = told(capsys, packs / "genres", "--data", folder)["graphs"]["fp32"]
    added = graph["words_add"]
    alone = graph["without_words"]["figures"]
    assert set(alone) == set(graph["figures"]) == set(added["figures"])
    for name in ("top3_recall", "mAP", "micro_F1", "macro_F1", "Hamming", "ECE", "BCE"):
        value, low, high = added["figures"][name]
        assert value == pytest.approx(graph["figures"][name][0] - alone[name][0], abs=2e-4)
        assert low <= high
    assert added["figures"]["micro_F1"][0] > 0
    horror = added["AP"]["horror"]
    assert horror["with_words"][0] == graph["labels"]["horror"]["average_precision"]
    assert (
        horror["without_words"][0]
        == graph["without_words"]["labels"]["horror"]["average_precision"]
    )
    assert horror["added"][0] > 0
    assert added["AP"]["drama"]["added"] == [0, 0, 0]


def test_a_label_that_no_picture_x_that_could_be_told() -> None:
    likely, truth = np.full((3, 1), 0.5, np.float32), np.zeros((3, 1), np.float32)
    (both,) = labels_added(likely, likely, truth, rounds=5)
    assert both.told() == {"with_words": None, "without_words": None, "added": None}


def test_words_may_be_left_out(
    packs: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = told(capsys, packs / "genres", "--data", folder)["graphs"]["fp32"]
    found = told(capsys, packs / "genres", "--data", folder, "--words", "none")
    assert found["words"]["from"] == "none"
    assert found["graphs"]["fp32"]["figures"] == whole["without_words"]["figures"]
    assert "without_words" not in found["graphs"]["fp32"]


def test_through_the_gate_words_help_only_the_pictures_that_are_let_in(
    packs: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = told(capsys, packs / "genres", "--data", folder, "--gated")
    assert found["gate_closed"] == 1  # the green one
    graph = found["graphs"]["fp32"]
    assert graph["labels"]["horror"]["recall"] == pytest.approx(2 / 3, abs=1e-4)
    assert graph["without_words"]["labels"]["horror"]["found"] == 0
    for figures in (graph["without_words"]["figures"], graph["words_add"]["figures"]):
        assert "BCE" not in figures


def test_the_tables_tell_both_and_where_the_words_came_from(
    packs: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = [str(packs / "genres"), "--data", str(folder), "--rounds", "5"]
    assert main(["evaluate", *arguments]) == 0
    out = capsys.readouterr().out
    assert f"Words: as {folder / 'words.jsonl'} has them; 4 of 5 pictures have some." in out
    for words in ("words in pictures (fp32)", "without", "words add", "AP (fp32)", "+0."):
        assert words in out
    assert main(["evaluate", *arguments, "--words", "none"]) == 0
    out = capsys.readouterr().out
    assert "Words: none; the pack was given the pictures alone." in out
    assert "words add" not in out


def draw(path: Path, text: str) -> Path:
    image = Image.new("RGB", (300, 200), PURPLE)
    ImageDraw.Draw(image).text((20, 70), text, "white", ImageFont.load_default(48))
    return write(path, image)


def test_the_program_reads_the_pictures_itself_and_goes_on_where_it_was(
    packs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, file = tmp_path / "posters", tmp_path / "kept" / "words.jsonl"
    draw(folder / "images" / "one.png", "HORROR")
    draw(folder / "images" / "two.png", "LOVE")
    (folder / "train.csv").write_text("Id,Comedy,Horror\none,1,1\ntwo,1,0\n")
    file.parent.mkdir()
    file.write_text(row("two", [("Love", 20)]))
    arguments = (packs / "genres", "--data", folder, "--threads", 1)
    first = told(capsys, *arguments, "--words", "read", "--words-file", file)
    assert first["words"]["from"] == "read"
    assert first["words"]["engine"].startswith("rapidocr")
    assert (first["words"]["read_now"], first["words"]["with_words"]) == (1, 2)
    labels = first["graphs"]["fp32"]["labels"]
    assert (labels["horror"]["recall"], labels["horror"]["precision"]) == (1, 1)
    assert set(read_words(file)) == {"one", "two"}
    again = told(capsys, *arguments, "--words", "read", "--words-file", file)
    assert again["words"]["read_now"] == 0
    assert again["graphs"] == first["graphs"]
    assert told(capsys, *arguments, "--words-file", file)["graphs"] == first["graphs"]


def test_without_a_file_the_pictures_are_read_and_nothing_is_left_behind(
    tmp_path: Path,
) -> None:
    path, lines = draw(tmp_path / "one.png", "HORROR"), list[str]()
    found = texts_of([path], tmp_path, WordsWanted(), tell=lines.append, shown=False)
    assert found.texts == ("HORROR",)
    assert (found.source, found.file, found.read_now) == ("read", None, 1)
    assert found.said().startswith("Words: read by this program (rapidocr")
    assert "this program reads the 1 pictures; --words none" in lines[0]
    assert [one.name for one in tmp_path.iterdir()] == ["one.png"]


def test_words_that_are_not_known_are_told(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "some.jsonl"
    file.write_text(row("in/p0", [("War", 9)]))
    lines: list[str] = []
    paths = [folder / "in" / "p0.png", folder / "in" / "p1.png"]
    found = texts_of(paths, folder, WordsWanted(file=file), tell=lines.append)
    assert found.texts == ("War", None)
    assert lines == ["Of 1 of the 2 pictures no words are known; they have none."]
    assert "1 of 2 pictures have some, 1 unknown" in found.said()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--words", "file", "--words-file", "gone.jsonl"], r"There is no gone.jsonl; .*read now"),
        (["--words", "none", "--words-file", "gone.jsonl"], "reads no file; leave out"),
        (["--words-file", "other.jsonl"], "words of none of the 5 pictures, such as in/p0"),
    ],
)
def test_a_file_that_is_of_no_use_is_an_error(
    packs: Path,
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    says: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("other.jsonl").write_text(row("elsewhere", []))
    assert main(["evaluate", str(packs / "genres"), "--data", str(folder), *arguments]) == 1
    assert re.search(says, capsys.readouterr().err)


def test_pictures_that_differ_by_their_endings_only_are_an_error(tmp_path: Path) -> None:
    paths = [tmp_path / "a.png", tmp_path / "a.jpg"]
    with pytest.raises(DataError, match=r"a\.png and .*a\.jpg .*rename one"):
        texts_of(paths, tmp_path, WordsWanted(), tell=lambda line: None)


def test_words_are_not_for_packs_that_do_not_read(tmp_path: Path, folder: Path) -> None:
    pack = write_packs(tmp_path) / "genres"
    wanted = WordsWanted("none")
    with pytest.raises(DataError, match="no pack here reads words; leave out --words"):
        evaluate_pack(pack, folder, recipe=None, words=wanted, rounds=5, tell=lambda line: None)
    found = evaluate_pack(pack, folder, recipe=None, rounds=5, tell=lambda line: None)
    assert found.told()["words"] is None


def test_words_are_not_for_the_pointing_game(
    packs: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["evaluate", str(packs / "genres"), "--data", str(folder), "--pointing"]
    assert main([*arguments, "--words", "none"]) == 1
    assert "leave them out" in capsys.readouterr().err
    assert main(arguments) == 1
    said = capsys.readouterr().err
    assert "is measured on the pictures alone here" in said
    assert "has no evidence.onnx" in said


def test_all_that_looks_at_pictures_looks_without_words_too(packs: Path, folder: Path) -> None:
    pack = load_pack(packs / "genres")
    asked = shipped_graph(pack)
    paths = [folder / "in" / f"p{number}.png" for number in range(len(ROWS))]
    alone = answers_of([asked], paths, shown=False)[0]
    decoded = (read(path) for path in paths)
    np.testing.assert_array_equal(answers_to(asked, decoded, len(paths), shown=False), alone)
    vectors = vectors_of(pack, ["horror", None, "", None, None])
    with_words, again = answers_of([asked.told(vectors), asked], paths, shown=False)
    np.testing.assert_array_equal(again, alone)
    np.testing.assert_array_equal((with_words != alone).any(axis=1), [True] + [False] * 4)
    assert pictures_per_second(asked) > 0
    assert robustness(pack, paths, most=1, shown=False).pictures == 1
    assert (milliseconds_a_text(pack, ["horror", None, "love"]) or 0) > 0
    assert milliseconds_a_text(pack, ["", None]) is None
    with pytest.raises(ValueError, match="another number of pictures"):
        answers_of([asked.told(vectors)], paths[:2], shown=False)


def test_packs_are_compared_with_the_words_as_they_ship(
    packs: Path, folder: Path, tmp_path: Path
) -> None:
    plain = write_pack(tmp_path / "plain", GENRES, embedding=False)
    out = tmp_path / "out"
    arguments = [str(packs / "genres"), str(plain), "--data", str(folder), "--out", str(out)]
    assert main(["compare", *arguments, "--rounds", "5", "--runs", str(tmp_path / "runs")]) == 0
    found = json.loads((out / "compare.json").read_text())
    assert found["words"]["from"] == "file"
    packs_told = {one["pack"]: one for one in found["packs"]}
    reading, looking = packs_told["genres"], packs_told["plain"]
    assert (reading["reads"], looking["reads"]) == (True, False)
    assert reading["milliseconds_per_text"] > 0
    assert looking["milliseconds_per_text"] is None
    assert reading["labels"]["horror"]["recall"] == 1
    assert looking["labels"]["horror"]["recall"] == pytest.approx(1 / 3, abs=1e-4)
    text = (out / "compare.md").read_text()
    assert "Packs that read: genres (" in text
    assert "4 of 5 pictures have some." in text


SPEC = InputSpec(8, 8, "stretch", "bilinear")
LENGTH = 12


class Joint(nn.Module):
    """A small network whose picture and words meet in one head."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(2)
        self.first = nn.Conv2d(3, 8, 3, stride=2)
        self.head = nn.Linear(8 + LENGTH, 3)

    def forward(self, images: Tensor, words: Tensor | None = None) -> tuple[Tensor, Tensor]:
        pixels = images.permute(0, 3, 1, 2).float() / 255
        embedding = torch.relu(self.first(pixels)).mean((2, 3))
        if words is None:
            words = torch.zeros((len(images), LENGTH))
        return torch.sigmoid(self.head(torch.cat([embedding, words], dim=1))), embedding


def test_every_graph_of_a_pack_that_the_trainer_made_is_measured(
    tmp_path: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = Workplace(tmp_path, tmp_path / "own-pack", tmp_path, tmp_path)
    random = np.random.default_rng(1)
    images = random.integers(0, 256, (24, 8, 8, 3), np.uint8)
    words = random.normal(size=(24, LENGTH)).astype(np.float32)
    build_files(Joint().eval(), place, SPEC, images=images, words=words)
    size = EncoderSize(vocabulary=128, positions=16, width=LENGTH, inner=16, heads=2, layers=1)
    text = export_text_encoder(
        SentenceEncoder(size), tokenizer(), place.out, max_tokens=16, texts=["love", "a war"]
    )
    names = ("Drama", "Comedy", "Horror")
    labels = [PackLabel(one.lower(), one, "Own", (), (), 0.5, ()) for one in names]
    recipe = columns_recipe(*names, inputs={"images": {"height": 8, "width": 8}})
    finish(recipe, place, labels, {}, Provenance("drawn", 8, 0, 24, 0, 0, 0.0), text.reads)
    found = told(capsys, place.out, "--data", folder)
    assert set(found["graphs"]) == {"fp32", "int8"}
    for graph in found["graphs"].values():
        assert graph["figures"]["BCE"] != graph["without_words"]["figures"]["BCE"]
        assert set(graph["words_add"]["AP"]) == {"drama", "comedy", "horror"}
    posters = genre_folder(
        tmp_path / "data" / "own",
        [(f"m{at}", f"{at % 2},{at % 3 % 2},{int(at < 4)}") for at in range(12)],
        ",".join(names),
    )
    (posters / "words.jsonl").write_text("".join(row(f"m{at}", [("War", 9)]) for at in range(12)))
    arguments = ("--data", posters.parent, "--part", "all", "--runs", tmp_path / "runs")
    found = told(capsys, place.out, *arguments)
    assert (found["words"]["with_words"], found["words"]["unknown"]) == (12, 0)
    assert found["words"]["file"] == str(posters / "words.jsonl")
