"""A tuned pack that looks and reads: words move its answers, and without them it only looks."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from app.imaging.resize import resize
from app.labeling.labeler import Labeler
from app.labeling.pack import Pack, load_pack, verify
from app.labeling.tokens import Tokens
from app.labeling.words import TextEncoder
from tests.trainer.shapes import COUNT, RECIPE, draw
from trainer.cli import main
from trainer.export import open_graph

_READING = """
[reading]
networks = 2
frequent = 2000
frozen = 5
hidden = 0
strength = 10
[reading.training]
epochs = 2
batch = 8
optimiser = "adamw"
learning_rate = 1e-3
schedule = "one-cycle"
average = 0.5
[reading.joint]
hidden = 8
epochs = 3
batch = 16
[reading.joint_untuned]
hidden = 4
epochs = 2
batch = 16
[reading.ngrams]
longest = 4
buckets = 1024
least = 1
"""
_RECIPE = RECIPE.replace("networks = 2", "networks = 3", 1)
"""One network more that looks than that reads."""
_VOICES = 2 * 2 + 2 * 384
"""Two voices for each of two labels, and the states of two networks."""
_IMAGES = np.random.default_rng(0).integers(0, 256, (3, 64, 32, 3)).astype(np.uint8)


def _write_words(folder: Path) -> None:
    """What is read says the colour; a few pictures have no words."""
    lines = []
    for at, row in enumerate((folder / "train.csv").read_text().splitlines()[1:]):
        name, _, red, _ = row.split(",")
        word = "crimson rose" if red == "1" else "azure ocean"
        found = (
            [] if at % 9 == 4 else [[word, 0.9, [1, 1, 30, 12]], ["a film", 1.0, [1, 20, 30, 24]]]
        )
        lines.append(json.dumps({"id": name, "width": 40, "height": 60, "lines": found}))
    (folder / "words.jsonl").write_text("\n".join(lines) + "\n")


def _train(root: Path, recipe: str) -> int:
    place = ["--data", str(root / "data"), "--runs", str(root / "runs"), "--threads", "1"]
    return main(["train", str(root / recipe), *place])


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("reading")
    for folder, count, seed in (("shapes", COUNT, 0), ("further", 12, 1)):
        draw(root / "data" / folder, count, seed)
        _write_words(root / "data" / folder)
    (root / "shapes.toml").write_text(_RECIPE.replace("[[data]]", _READING + "[[data]]", 1))
    (root / "looks.toml").write_text(_RECIPE.replace('"tuned-shapes"', '"looks"\nint8 = false'))
    assert _train(root, "shapes.toml") == 0
    return root


@pytest.fixture
def pack(made: Path) -> Pack:
    return load_pack(made / "runs" / "tuned-shapes" / "pack")


def _vectors(pack: Pack, *texts: str) -> "np.ndarray[tuple[int, int], np.dtype[np.float32]]":
    with ThreadPoolExecutor(1) as workers:
        return TextEncoder(pack, _VOICES, workers=workers).encode(texts)


def test_the_app_reads_with_it_and_words_move_the_label_they_speak_of(pack: Pack) -> None:
    verify(pack)
    assert pack.reads is not None
    for name in ("model.onnx", "model.int8.onnx"):
        graph = open_graph(pack.directory / name)
        said = graph(_IMAGES[:2], _vectors(pack, "CRIMSON ROSE", "AZURE OCEAN"))[0]
        assert said[0, 0] > said[1, 0]
    with Labeler([pack], "cpu", resize=resize, threads=1) as labeler:
        red, blue = labeler.label([_IMAGES[0]] * 2, words=["CRIMSON ROSE", "AZURE OCEAN"])
    first, second = red[pack.id], blue[pack.id]
    assert first.words
    assert first.codes is not None
    assert second.codes is not None
    assert first.codes[0] > second.codes[0]


def test_without_words_it_says_what_the_pack_that_only_looks_says(made: Path, pack: Pack) -> None:
    assert _train(made, "looks.toml") == 0
    looks = made / "runs" / "looks" / "pack"
    reads = open_graph(pack.directory / "model.onnx")(_IMAGES)[0]
    np.testing.assert_allclose(reads, open_graph(looks / "model.onnx")(_IMAGES)[0], atol=1e-5)
    assert not (looks / "model.int8.onnx").exists()  # as its recipe says
    assert {file.precision for file in load_pack(looks).files} == {"fp32"}
    assert "8 bits" not in (looks / "MODEL_CARD.md").read_text()


def test_it_tells_what_it_is_with_and_without_words(pack: Pack) -> None:
    assert {"fp32", "int8", "fp32 without words", "int8 without words"} <= set(pack.metrics)
    card = (pack.directory / "MODEL_CARD.md").read_text()
    assert "AP without words" in card
    assert "It reads, too" in card
    assert "all-MiniLM-L6-v2 (Apache-2.0)" in card


def test_its_tokens_are_few_and_spell_any_word(pack: Pack) -> None:
    told = (pack.directory / "tokenizer.json").read_bytes()
    assert len(json.loads(told)["model"]["vocab"]) < 2100
    assert len(Tokens(told, 96).of("Zyzzyva")) > 2


def test_a_second_call_trains_nothing_again(made: Path, pack: Pack) -> None:
    runs = made / "runs" / "tuned-shapes"
    kept = [
        runs / f"words-{at}" / name
        for at in (0, 1)
        for name in ("history.jsonl", "ngrams.safetensors")
    ]
    before = [path.read_bytes() for path in kept]
    told = [file.sha256 for file in pack.files]
    assert _train(made, "shapes.toml") == 0
    assert [path.read_bytes() for path in kept] == before
    assert [file.sha256 for file in load_pack(pack.directory).files] == told


def test_pictures_that_were_not_read_are_named(
    made: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = made / "data" / "further" / "words.jsonl"
    whole = path.read_text()
    path.write_text("\n".join(whole.splitlines()[1:]) + "\n")
    try:
        assert _train(made, "shapes.toml") != 0
    finally:
        path.write_text(whole)
    told = capsys.readouterr().err
    assert "s1-0" in told
    assert "python -m trainer read" in told
