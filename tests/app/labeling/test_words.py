import sys
import threading
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import TensorProto

from app.labeling.pack import PackError, load_pack
from app.labeling.tokens import CHARACTERS_PER_TOKEN, Tokens, padded
from app.labeling.words import TOGETHER, TextEncoder
from tests.support.packs import write_pack
from tests.support.reading_packs import LENGTH, MAX_TOKENS, text_model, write_reading_pack
from tests.support.texts import WORDS, number, tokenizer

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=120)
"""Lone surrogates, control signs and all."""


@pytest.fixture
def workers() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as pool:
        yield pool


class AtOnce(Executor):
    """No threads: the work is done by who asks for it."""

    def submit(self, work: Any, /, *given: Any, **named: Any) -> Future[Any]:
        done: Future[Any] = Future()
        done.set_result(work(*given, **named))
        return done


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TextEncoder]:
    pack = load_pack(write_reading_pack(tmp_path_factory.mktemp("packs") / "genres"))
    encoder = TextEncoder(pack, LENGTH, workers=AtOnce())
    yield encoder
    encoder.close()


def made(directory: Path, workers: ThreadPoolExecutor, **parts: bytes) -> TextEncoder:
    names = {"model": "words.onnx", "tokens": "tokenizer.json"}
    written = {names[name]: data for name, data in parts.items()}
    pack = load_pack(write_reading_pack(directory / "genres", parts=written))
    return TextEncoder(pack, LENGTH, workers=workers)


def counts(text: str) -> list[float]:
    return [float(text.split().count(word)) for word in WORDS]


def test_texts_become_vectors_in_the_order_given(encoder: TextEncoder) -> None:
    texts = ["Love", "a night of horror and love and love", "WAR"]
    found = encoder.encode(texts)
    assert found.dtype == np.float32
    assert found.tolist() == [counts(text.lower()) for text in texts]


def test_without_any_text_nothing_is_loaded(tmp_path: Path, workers: ThreadPoolExecutor) -> None:
    encoder = made(tmp_path, workers, model=b"no network")
    assert encoder.encode([]).shape == (0, LENGTH)
    assert encoder.encode(["", "  ", "\n\u2003\t"]).tolist() == [[0.0] * LENGTH] * 3


def test_a_text_of_which_no_token_remains_has_the_vector_of_none(
    tmp_path: Path, workers: ThreadPoolExecutor
) -> None:
    bare = tokenizer()
    bare.post_processor = None  # neither [CLS] nor [SEP]
    encoder = made(tmp_path, workers, tokens=bare.to_str().encode())
    assert encoder.encode(["\u200b\u0007", "love"]).tolist() == [counts(""), counts("love")]


@settings(max_examples=60)
@given(texts=st.lists(ANY_TEXT | st.sampled_from([*WORDS, ""]), max_size=12))
def test_any_text_has_a_finite_vector_which_is_the_same_alone(
    encoder: TextEncoder, texts: list[str]
) -> None:
    together = encoder.encode(texts)
    assert together.shape == (len(texts), LENGTH)
    assert np.isfinite(together).all()
    for text, vector in zip(texts, together, strict=True):
        np.testing.assert_allclose(encoder.encode([text])[0], vector, atol=1e-5)


@settings(max_examples=60)
@given(text=ANY_TEXT, max_tokens=st.integers(8, 32))
def test_no_text_has_more_tokens_than_are_read(text: str, max_tokens: int) -> None:
    row = Tokens(tokenizer().to_str().encode(), max_tokens).of(text * 3)
    assert len(row) <= max_tokens
    assert bool(row) == bool(text.strip())


def test_what_comes_after_the_last_token_is_not_read(encoder: TextEncoder) -> None:
    filled = "kiss " * (MAX_TOKENS - 2)
    assert encoder.encode([filled + "horror"]).tolist() == [counts(filled)]


def test_a_page_of_ten_thousand_lines_takes_no_longer_than_what_is_read_of_it(
    encoder: TextEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens, _ = encoder._open()
    looked_at: list[int] = []
    own = tokens._tokenizer

    class Measured:
        def encode(self, text: str) -> Any:
            looked_at.append(len(text))
            return own.encode(text)

    monkeypatch.setattr(tokens, "_tokenizer", Measured())
    page = "\n".join(["a line of a page, and a rather long one, about war"] * 10_000)
    assert encoder.encode([page]).shape == (1, LENGTH)
    assert max(looked_at) <= MAX_TOKENS * CHARACTERS_PER_TOKEN


def test_words_that_mean_something_to_the_tokenizer_are_text_like_any_other() -> None:
    tokens = Tokens(tokenizer().to_str().encode(), 32)
    row = tokens.of("[SEP] love [PAD]")
    assert row.count(3) == 1, "only the one that ends every text"
    assert 0 not in row
    assert number("love") in row


def test_a_tokenizers_own_padding_and_truncation_are_left_out() -> None:
    own = tokenizer()
    own.enable_padding(length=40)
    own.enable_truncation(4)
    row = Tokens(own.to_str().encode(), 32).of("love war horror night kiss")
    assert len(row) == 7


def test_rows_stand_side_by_side_with_a_mask() -> None:
    ids, mask = padded([[5, 6, 7], [], [8]])
    assert ids.tolist() == [[5, 6, 7], [0, 0, 0], [8, 0, 0]]
    assert mask.tolist() == [[1, 1, 1], [0, 0, 0], [1, 0, 0]]
    assert ids.dtype == mask.dtype == np.int64
    assert padded([])[0].shape == (0, 1)


def test_many_texts_run_in_batches_of_bounded_size(
    encoder: TextEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = encoder._run
    sizes: list[int] = []

    def counted(session: Any, rows: list[list[int]]) -> Any:
        sizes.append(len(rows) * max(map(len, rows)))
        return own(session, rows)

    monkeypatch.setattr(encoder, "_run", counted)
    texts = [" ".join(WORDS[: 1 + at % 5]) for at in range(400)]
    assert encoder.encode(texts).tolist() == [counts(text) for text in texts]
    assert max(sizes) <= TOGETHER
    assert len(sizes) < 5


def test_threads_may_share_an_encoder_and_open_it_once(
    tmp_path: Path, workers: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder = made(tmp_path, workers)
    own, opened = encoder._session, list[Any]()

    def counted() -> Any:
        opened.append(own())
        return opened[-1]

    monkeypatch.setattr(encoder, "_session", counted)
    found: list[list[float]] = []
    threads = [
        threading.Thread(target=lambda: found.extend(encoder.encode(["love", "war"]).tolist()))
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [counts("love"), counts("war")] * 6
    assert len(opened) == 1


def test_a_closed_encoder_opens_again_with_the_next_text(
    tmp_path: Path, workers: ThreadPoolExecutor
) -> None:
    encoder = made(tmp_path, workers)
    encoder.encode(["love"])
    encoder.close()
    assert encoder.encode(["love"]).tolist() == [counts("love")]


def test_without_its_threads_an_encoder_says_that_it_is_closed(tmp_path: Path) -> None:
    pool = ThreadPoolExecutor(1)
    encoder = made(tmp_path, pool)
    encoder.encode(["love"])
    pool.shutdown()
    with pytest.raises(PackError, match="no longer open"):
        encoder.encode(["love"])


def test_a_pack_that_does_not_read_has_no_encoder(
    tmp_path: Path, workers: ThreadPoolExecutor
) -> None:
    pack = load_pack(write_pack(tmp_path / "photos"))
    with pytest.raises(ValueError, match="does not read"):
        TextEncoder(pack, LENGTH, workers=workers)


@pytest.mark.parametrize(
    ("model", "says"),
    [
        (b"no network", "no network that ONNX Runtime can run"),
        (
            text_model(names=("ids", "attention_mask", "words")),
            "the inputs are ids, attention_mask",
        ),
        (text_model(names=("input_ids", "attention_mask", "vector")), 'vector, without "words"'),
        (text_model(kind=TensorProto.INT32), r"input_ids has the type tensor\(int32\)"),
        (text_model(shape=("N", 16)), r"input_ids has the shape \['N', 16\]"),
        (text_model(shape=(1, "T")), r"input_ids has the shape \[1, 'T'\]"),
        (text_model(length=4), r"words has the shape \['N', 4\], not \[N, 5\]"),
        (text_model(told=TensorProto.DOUBLE), r"words has the type tensor\(double\)"),
    ],
)
def test_a_text_model_of_another_signature_is_refused(
    tmp_path: Path, workers: ThreadPoolExecutor, model: Any, says: str
) -> None:
    data = model if isinstance(model, bytes) else model.SerializeToString()
    encoder = made(tmp_path, workers, model=data)
    with pytest.raises(PackError, match=says) as caught:
        encoder.encode(["love"])
    assert "words.onnx" in str(caught.value)
    assert str(tmp_path) in str(caught.value)


@pytest.mark.parametrize("data", [b"{}", b"", b"\xff\xfe", b'{"version": "1.0"}'])
def test_what_is_no_tokenizer_is_refused(
    tmp_path: Path, workers: ThreadPoolExecutor, data: bytes
) -> None:
    encoder = made(tmp_path, workers, tokens=data)
    with pytest.raises(PackError, match=r"tokenizer\.json is no tokenizer"):
        encoder.open()


def test_a_damaged_text_model_is_noticed_when_it_is_opened(
    tmp_path: Path, workers: ThreadPoolExecutor
) -> None:
    encoder = made(tmp_path, workers)
    (tmp_path / "genres" / "words.onnx").write_bytes(b"another")
    with pytest.raises(PackError, match=r"words\.onnx is damaged or was replaced"):
        encoder.open()


def test_without_the_library_of_tokenizers_the_pack_says_what_to_do(
    tmp_path: Path, workers: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder = made(tmp_path, workers)
    monkeypatch.setitem(sys.modules, "tokenizers", None)
    with pytest.raises(PackError, match=r"library tokenizers.*install Lumitag again"):
        encoder.open()


class Failing:
    def __init__(self, answer: Any) -> None:
        self.answer = answer

    def run(self, *_: Any) -> Any:
        if isinstance(self.answer, Exception):
            raise self.answer
        return [self.answer]


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (MemoryError("no memory"), "its text model failed"),
        (np.full((1, LENGTH), np.nan, np.float32), "no 5 finite numbers"),
        (np.zeros((2, LENGTH), np.float32), "no 5 finite numbers"),
    ],
)
def test_a_text_model_that_fails_is_the_packs_error_and_tells_no_text(
    tmp_path: Path,
    workers: ThreadPoolExecutor,
    monkeypatch: pytest.MonkeyPatch,
    answer: Any,
    says: str,
) -> None:
    encoder = made(tmp_path, workers)
    tokens, _ = encoder._open()
    monkeypatch.setattr(encoder, "_opened", (tokens, Failing(answer)))
    with pytest.raises(PackError, match=says) as caught:
        encoder.encode(["secret love"])
    assert "secret" not in str(caught.value)
