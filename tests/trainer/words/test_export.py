from collections.abc import Callable
from pathlib import Path

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
from trainer.words import export
from trainer.words.encoder import EncoderSize, SentenceEncoder
from trainer.words.export import export_text_encoder

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


def test_the_graph_gives_the_encoders_vectors_for_any_number_and_length(tmp_path: Path) -> None:
    made = encoder()
    written = export_text_encoder(
        made, tokenizer(), tmp_path, max_tokens=16, texts=TEXTS, quantised=False
    )
    assert written.size == 32
    assert written.difference < 1e-5
    assert written.cosine > 0.99999
    ids, mask = map(torch.from_numpy, Tokens(tokenizer().to_str().encode(), 16).batch(TEXTS))
    with torch.no_grad():
        wanted = made(ids, mask).numpy()
    np.testing.assert_allclose(vectors(tmp_path, TEXTS), wanted, atol=1e-5)


def test_in_8_bits_the_file_is_a_quarter_and_the_vectors_hardly_turn(tmp_path: Path) -> None:
    large, small = tmp_path / "large", tmp_path / "small"
    for folder, quantised in ((large, False), (small, True)):
        folder.mkdir()
        written = export_text_encoder(
            encoder(), tokenizer(), folder, max_tokens=16, texts=TEXTS, quantised=quantised
        )
        assert written.bytes == (folder / "words.onnx").stat().st_size
        assert written.cosine >= 0.995
    weights = [
        sum(
            onnx.numpy_helper.to_array(each).nbytes
            for each in onnx.load(folder / "words.onnx").graph.initializer
        )
        for folder in (large, small)
    ]
    assert weights[1] < 0.35 * weights[0]


def test_in_8_bits_a_text_has_the_same_vector_alone_and_among_others(tmp_path: Path) -> None:
    export_text_encoder(encoder(), tokenizer(), tmp_path, max_tokens=16, texts=TEXTS)
    together = vectors(tmp_path, TEXTS)
    for at, text in enumerate(TEXTS):
        np.testing.assert_allclose(vectors(tmp_path, (text,))[0], together[at], atol=1e-5)


def test_a_tokenizer_leaves_its_own_truncation_and_padding_behind(tmp_path: Path) -> None:
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
