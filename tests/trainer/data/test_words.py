"""What was read on a collection's pictures is kept line by line, and a kill costs one picture."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from app.labeling.opening import Opener
from app.reading import Reader
from trainer.cli import main
from trainer.data.words import read_words
from trainer.data.words_writing import WordsFile, collection, read_collection
from trainer.errors import DataError

ROW = '{"id":"a","width":300,"height":400,"lines":[["TOM",0.99,[3,12,296,36]]]}\n'


def draw(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    picture = Image.new("RGB", (300, 400), "white")
    ImageDraw.Draw(picture).text((20, 100), text, "black", ImageFont.load_default(40))
    picture.save(path)
    return path


def write(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_a_file_of_words_is_read(tmp_path: Path) -> None:
    second = '{"id":"b","width":2,"height":2,"lines":[]}\n'
    words = read_words(write(tmp_path / "words.jsonl", ROW + second))
    assert list(words) == ["a", "b"]
    assert words["b"] == ()
    (line,) = words["a"]
    assert (line.text, line.confidence) == ("TOM", 0.99)
    assert line.box == pytest.approx((0.01, 0.03, 296 / 300, 0.09))
    assert line.quad is None


def test_boxes_are_kept_inside_and_never_empty(tmp_path: Path) -> None:
    row = {"id": "a", "width": 10, "height": 10, "lines": [["x", 1.2, [-1, 10, 12, 10]]]}
    (line,) = read_words(write(tmp_path / "words.jsonl", json.dumps(row)))["a"]
    assert line.box == pytest.approx((0.0, 0.9, 1.0, 1.0))
    assert line.confidence == 1


@pytest.mark.parametrize(
    ("second", "said"),
    [
        ("{", "line 2"),
        ("\n", "line 2"),
        ('{"id":"b","width":1,"height":1}\n', "lines"),
        ('{"id":"b","width":0,"height":1,"lines":[]}\n', "no size"),
        ('{"id":"b","width":1,"height":1,"lines":[["x",1,[1,2,3]]]}\n', "line 2"),
        ('{"id":"b","width":1,"height":1,"lines":[],"more":1}\n', "more"),
        (ROW, "a second time"),
        (b'{"id":"\xff","width":1,"height":1,"lines":[]}\n', "line 2"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, second: str | bytes, said: str) -> None:
    content = ROW.encode() + (second if isinstance(second, bytes) else second.encode())
    with pytest.raises(DataError, match=said) as raised:
        read_words(write(tmp_path / "words.jsonl", content))
    assert "line 2" in str(raised.value)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be read"):
        read_words(tmp_path / "words.jsonl")


def test_a_stopped_run_goes_on_and_mends_the_last_line(tmp_path: Path) -> None:
    for name, text in (("one", "FIRST"), ("two", "SECOND"), ("three", "THIRD")):
        draw(tmp_path / "images" / f"{name}.png", text)
    pictures = collection(tmp_path)
    assert list(pictures) == ["one", "three", "two"]
    out = tmp_path / "words.jsonl"
    with Reader(Opener("cpu", threads=1), max_seconds=10_000) as reader:
        with WordsFile(out) as file:
            next(read_collection(pictures, file, reader))
        before = out.read_bytes()
        write(out, before + b'{"id":"three","width":300,"hei')
        with WordsFile(out) as file:
            done = list(read_collection(pictures, file, reader))
    assert [one.path.stem for one in done] == ["three", "two"]
    assert out.read_bytes().startswith(before)
    words = read_words(out)
    assert {name: [line.text for line in lines] for name, lines in words.items()} == {
        "one": ["FIRST"], "three": ["THIRD"], "two": ["SECOND"],
    }  # fmt: skip


def test_a_line_damaged_in_the_middle_stops_the_run(tmp_path: Path) -> None:
    out = write(tmp_path / "words.jsonl", "nonsense\n" + ROW)
    with pytest.raises(DataError, match="line 1"):
        WordsFile(out)
    assert out.read_text() == "nonsense\n" + ROW


def test_two_pictures_of_one_name_are_told(tmp_path: Path) -> None:
    draw(tmp_path / "a.png", "A")
    draw(tmp_path / "a.jpg", "A")
    with pytest.raises(DataError, match="rename one"):
        collection(tmp_path)


def test_the_command_reads_a_folder_and_names_bad_pictures(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    draw(tmp_path / "pictures" / "good.png", "HELLO")
    (tmp_path / "pictures" / "bad.jpg").write_bytes(b"no picture")
    out = tmp_path / "made" / "words.jsonl"
    asked = ["read", "--data", str(tmp_path / "pictures"), "--out", str(out), "--threads", "1"]
    assert main([*asked, "--device", "cpu"]) == 1
    assert "bad.jpg" in capsys.readouterr().err
    (line,) = read_words(out)["good"]
    assert line.text == "HELLO"
    (tmp_path / "pictures" / "bad.jpg").unlink()
    before = out.read_bytes()
    assert main(asked) == 0
    assert out.read_bytes() == before
    row = json.loads(before)
    assert (row["width"], row["height"]) == (300, 400)
    assert np.array(row["lines"][0][2]).shape == (4,)


def test_an_empty_folder_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", "--data", str(tmp_path)]) == 1
    assert "no pictures" in capsys.readouterr().err
