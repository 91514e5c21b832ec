"""Tails of trunks are tuned on kept maps and become packs that answer as one network.

One pack looks, the other looks and reads: words move its answers, and without them it only looks.
"""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnx
import pytest

from app.imaging.resize import resize
from app.labeling.device import DeviceReport
from app.labeling.labeler import Labeler
from app.labeling.pack import Pack, load_pack, verify
from app.labeling.session import PackSession
from app.labeling.tokens import Tokens
from app.labeling.words import TextEncoder
from tests.trainer.tuned.shapes import COUNT, LOOKS, READS, draw, train, write_words
from trainer.cli import main
from trainer.export import open_graph

_VOICES = 2 * 2 + 2 * 384
"""Two voices for each of two labels, and the states of two networks."""
_IMAGES = np.random.default_rng(0).integers(0, 256, (3, 64, 32, 3)).astype(np.uint8)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the pictures, their words and both recipes."""
    root = tmp_path_factory.mktemp("tuned")
    for folder, count, seed in (("shapes", COUNT, 0), ("further", 12, 1)):
        draw(root / "data" / folder, count, seed)
        write_words(root / "data" / folder)
    (root / "looks.toml").write_text(LOOKS)
    (root / "reads.toml").write_text(READS)
    return root


@pytest.fixture(scope="module")
def looks(place: Path) -> Path:
    """The run of a pack that only looks."""
    assert train(place, "looks.toml") == 0
    return place / "runs" / "looks"


@pytest.fixture(scope="module")
def reads(place: Path) -> Path:
    """The run of a pack that reads, too."""
    assert train(place, "reads.toml") == 0
    return place / "runs" / "reads"


@pytest.fixture
def pack(reads: Path) -> Pack:
    return load_pack(reads / "pack")


def test_what_features_computes_ahead_is_what_training_asks_for(place: Path, looks: Path) -> None:
    def computed(runs: Path) -> set[Path]:
        return {path.relative_to(runs) for path in (runs / "features").rglob("*.npy")}

    options = ["--data", str(place / "data"), "--runs", str(place / "ahead")]
    assert main(["features", str(place / "looks.toml"), *options]) == 0
    assert computed(place / "ahead") == computed(looks.parent)


def test_the_pack_opens_in_the_app_and_its_graphs_agree(looks: Path) -> None:
    pack = load_pack(looks / "pack")
    verify(pack)
    with PackSession(pack, DeviceReport("cpu", "CPU", None, None, ()), threads=1) as session:
        answers = session.run(_IMAGES)
    assert answers.probabilities.shape == (3, 2)
    assert answers.embedding is not None
    assert answers.embedding.shape == (3, 1280)
    assert pack.metrics["greatest_difference"] < 1e-4


def test_large_weights_are_kept_in_few_bytes(looks: Path) -> None:
    folder = looks / "pack"
    kinds = {
        constant.data_type
        for constant in onnx.load(folder / "model.onnx").graph.initializer
        if np.prod(constant.dims) >= 1024 and not constant.name.endswith(".scales")
    }
    assert kinds == {onnx.TensorProto.FLOAT16, onnx.TensorProto.INT8}


def test_every_fold_has_its_run_and_its_learning_curve(looks: Path) -> None:
    for number in range(3):
        lines = (looks / f"fold-{number}" / "history.jsonl").read_text()
        told = [json.loads(line) for line in lines.splitlines()]
        assert [line["epoch"] for line in told if line["kind"] == "epoch"] == [1, 2]


def test_a_recipe_may_do_without_8_bits(looks: Path) -> None:
    assert not (looks / "pack" / "model.int8.onnx").exists()
    assert {file.precision for file in load_pack(looks / "pack").files} == {"fp32"}
    assert "8 bits" not in (looks / "pack" / "MODEL_CARD.md").read_text()


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


def test_without_words_it_says_what_the_pack_that_only_looks_says(looks: Path, pack: Pack) -> None:
    said, alone = (
        open_graph(folder / "model.onnx")(_IMAGES)[0] for folder in (pack.directory, looks / "pack")
    )
    np.testing.assert_allclose(said, alone, atol=1e-5)


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


def test_a_second_call_trains_nothing_again(place: Path, reads: Path, pack: Pack) -> None:
    networks = [*(f"fold-{at}" for at in range(3)), *(f"words-{at}" for at in range(2))]
    kept = [reads / name / "history.jsonl" for name in networks]
    kept += [reads / f"words-{at}" / "ngrams.safetensors" for at in range(2)]
    before = [path.read_bytes() for path in kept]
    told = [file.sha256 for file in pack.files]
    assert train(place, "reads.toml") == 0
    assert [path.read_bytes() for path in kept] == before
    assert [file.sha256 for file in load_pack(pack.directory).files] == told


def test_pictures_that_were_not_read_are_named(
    place: Path, reads: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = place / "data" / "further" / "words.jsonl"
    whole = path.read_text()
    path.write_text("\n".join(whole.splitlines()[1:]) + "\n")
    try:
        assert train(place, "reads.toml") != 0
    finally:
        path.write_text(whole)
    told = capsys.readouterr().err
    assert "s1-0" in told
    assert "python -m trainer read" in told
