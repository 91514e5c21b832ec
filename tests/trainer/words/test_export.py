from collections.abc import Callable
from pathlib import Path
from shutil import copyfile

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn

from app.labeling.tokens import Tokens
from tests.support.texts import tokenizer
from trainer.errors import ExportError
from trainer.export import PackReads
from trainer.words import export
from trainer.words.encoder import EncoderSize, SentenceEncoder
from trainer.words.export import TextExport, export_text_encoder

SIZE = EncoderSize(vocabulary=128, positions=16, width=32, inner=64, heads=2, layers=2)
TEXTS = ("A kiss at night", "WAR", "horror\nlove\nwar 1945, and more than sixteen tokens of text")


def encoder() -> SentenceEncoder:
    torch.manual_seed(5)
    return SentenceEncoder(SIZE)


def vectors(folder: Path, texts: tuple[str, ...]) -> np.ndarray:
    tokens = Tokens((folder / "tokenizer.json").read_bytes(), 16)
    session = onnxruntime.InferenceSession(folder / "words.onnx")
    ids, mask = tokens.batch(texts)
    found = session.run(["words"], {"input_ids": ids, "attention_mask": mask})[0]
    return np.asarray(found)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, TextExport]:
    """The encoder as it was trained, written once: exporting takes seconds."""
    folder = tmp_path_factory.mktemp("plain")
    return folder, export_text_encoder(
        encoder(), tokenizer(), folder, max_tokens=16, texts=TEXTS, quantised=False
    )


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch, plain: tuple[Path, TextExport]) -> Path:
    """Spares further exports of the same encoder; returns the graph that is taken instead."""
    graph = plain[0] / "words.onnx"
    monkeypatch.setattr(export, "_write", lambda made, path, tokens: copyfile(graph, path))
    return graph


def test_the_graph_gives_the_encoders_vectors_for_any_number_and_length(
    plain: tuple[Path, TextExport],
) -> None:
    folder, written = plain
    assert written.size == 32
    assert written.difference < 1e-5
    assert written.cosine > 0.99999
    assert written.reads == PackReads(16, "fp32")
    ids, mask = map(torch.from_numpy, Tokens(tokenizer().to_str().encode(), 16).batch(TEXTS))
    with torch.no_grad():
        wanted = encoder().eval()(ids, mask).numpy()
    np.testing.assert_allclose(vectors(folder, TEXTS), wanted, atol=1e-5)


def test_in_8_bits_the_weights_take_a_quarter_and_the_vectors_hardly_turn(
    tmp_path: Path, kept: Path
) -> None:
    written = export_text_encoder(encoder(), tokenizer(), tmp_path, max_tokens=16, texts=TEXTS)
    assert written.bytes == (tmp_path / "words.onnx").stat().st_size
    assert 0.995 <= written.cosine < 1
    assert written.reads == PackReads(16, "int8")
    large, small = (
        sum(onnx.numpy_helper.to_array(each).nbytes for each in onnx.load(path).graph.initializer)
        for path in (kept, tmp_path / "words.onnx")
    )
    assert small < 0.35 * large


def test_in_8_bits_a_text_has_the_same_vector_alone_and_among_others(
    tmp_path: Path, kept: Path
) -> None:
    export_text_encoder(encoder(), tokenizer(), tmp_path, max_tokens=16, texts=TEXTS)
    together = vectors(tmp_path, TEXTS)
    for at, text in enumerate(TEXTS):
        np.testing.assert_allclose(vectors(tmp_path, (text,))[0], together[at], atol=1e-5)


def test_a_tokenizer_leaves_its_own_truncation_and_padding_behind(
    tmp_path: Path, kept: Path
) -> None:
    cutting = tokenizer()
    cutting.enable_truncation(4)
    cutting.enable_padding(length=12)
    export_text_encoder(encoder(), cutting, tmp_path, max_tokens=16, texts=TEXTS)
    written = Tokenizer.from_file(str(tmp_path / "tokenizer.json"))
    assert written.truncation is None
    assert written.padding is None
    assert cutting.truncation is not None, "the one that was given stays as it is"


class Odd(nn.Module):
    """Differs from run to run, as an encoder would whose dropout stays on."""

    def __init__(self) -> None:
        super().__init__()
        self.inside = encoder()
        self.calls = 0

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        self.calls += 1
        found: Tensor = self.inside(input_ids, attention_mask) * self.calls
        return found


@pytest.mark.parametrize(
    ("made", "limit", "value", "says"),
    [
        (Odd, "GREATEST_DIFFERENCE", 1e-4, "differs from the trained one by"),
        (encoder, "LEAST_COSINE", 1.1, "turns a vector away"),
        (encoder, "LARGEST_FILE", 1000, r"0\.\d MB"),
    ],
)
def test_what_does_not_hold_is_refused_and_nothing_is_written(
    tmp_path: Path,
    kept: Path,
    monkeypatch: pytest.MonkeyPatch,
    made: Callable[[], nn.Module],
    limit: str,
    value: float,
    says: str,
) -> None:
    monkeypatch.setattr(export, limit, value)
    with pytest.raises(ExportError, match=says):
        export_text_encoder(made(), tokenizer(), tmp_path, max_tokens=16, texts=TEXTS)
    assert list(tmp_path.iterdir()) == []
