"""N-grams are counted in the graph as scikit-learn cuts them, and learn what words mean."""

from collections import Counter

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import CountVectorizer
from tokenizers import Tokenizer

from app.labeling.tokens import Tokens, padded
from trainer.reading_settings import NGramSettings
from trainer.words.encoder import load_tokenizer
from trainer.words.ngrams import (
    NGrams,
    TextSet,
    fit_ngrams,
    logits_of,
    spelling_of,
    weigh_ngrams,
)

_SETTINGS = NGramSettings(shortest=3, longest=5, buckets=4096, least=1)


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return load_tokenizer()


@pytest.fixture(scope="module")
def tokens(tokenizer: Tokenizer) -> Tokens:
    return Tokens(tokenizer.to_str().encode(), 64)


@pytest.fixture(scope="module")
def ngrams(tokenizer: Tokenizer) -> NGrams:
    return NGrams(spelling_of(tokenizer), _SETTINGS, outputs=2)


def _bucket(ngram: str) -> int:
    hashed = 0
    for letter in ngram:
        hashed = (hashed * 1031 + ord(letter)) % (2**31 - 1)
    return (hashed * 48271 + len(ngram) * 7919) % (2**31 - 1) % _SETTINGS.buckets


@given(texts=st.lists(st.text("abcdeilnorst    \n", max_size=40), min_size=1, max_size=4))
def test_they_are_those_of_scikit_learn(texts: list[str], ngrams: NGrams, tokens: Tokens) -> None:
    cut = CountVectorizer(
        analyzer="char_wb", ngram_range=(_SETTINGS.shortest, _SETTINGS.longest)
    ).build_analyzer()
    counted = ngrams.counts(*map(torch.from_numpy, tokens.batch(texts))).numpy()
    for text, row in zip(texts, counted, strict=True):
        expected = Counter(_bucket(ngram) for ngram in cut(" ".join(text.split())))
        assert {place: row[place] for place in np.flatnonzero(row)} == expected


@given(texts=st.lists(st.text(max_size=30), min_size=2, max_size=4))
def test_a_text_is_counted_alike_whatever_stands_beside_it(
    texts: list[str], ngrams: NGrams, tokens: Tokens
) -> None:
    together = ngrams.counts(*map(torch.from_numpy, tokens.batch(texts)))
    for text, row in zip(texts, together, strict=True):
        alone = ngrams.counts(*map(torch.from_numpy, tokens.batch([text])))
        assert torch.equal(alone[0], row)


def test_a_misread_word_still_speaks(tokenizer: Tokenizer, tokens: Tokens) -> None:
    texts = ["night of terror", "terror returns", "a merry wedding", "the wedding party"] * 4
    rows = [tokens.of(text) for text in texts]
    ngrams = NGrams(spelling_of(tokenizer), _SETTINGS, outputs=3)
    weigh_ngrams(ngrams, rows)
    targets = np.tile(np.array([[1, 0, 0], [1, 0, 0], [0, 1, 0], [0, 1, 0]], np.float32), (4, 1))
    count = len(rows)
    fit_ngrams(ngrams, TextSet(rows, targets, np.ones(count, np.float32), np.zeros(count, int)))
    said = logits_of(ngrams, [tokens.of("terrcr"), tokens.of("weddinq")])
    assert said[0, 0] > said[0, 1]
    assert said[1, 1] > said[1, 0]
    assert (said[:, 2] == -6).all()  # no text had it


def test_a_collection_of_other_shares_moves_no_prior(tokenizer: Tokenizer, tokens: Tokens) -> None:
    texts = ["red", "blue", "green", "grey", "white", "black", "brown", "pink"] * 4
    rows = [tokens.of(text) for text in texts]
    targets = np.zeros((len(rows), 1), np.float32)
    targets[0:16:8] = 1  # rare in the first collection
    targets[16:] = 1  # nearly all of the second
    targets[20] = 0
    origin = np.repeat([0, 1], 16)
    ngrams = NGrams(spelling_of(tokenizer), _SETTINGS, outputs=1)
    weigh_ngrams(ngrams, rows)
    fit_ngrams(ngrams, TextSet(rows, targets, np.ones(len(rows), np.float32), origin))
    assert logits_of(ngrams, [tokens.of("violet")])[0, 0] < 0


def test_special_tokens_are_spelled_by_nothing(tokenizer: Tokenizer) -> None:
    spelling = spelling_of(tokenizer)
    for word in ("[CLS]", "[SEP]", "[PAD]", "[UNK]"):
        assert not spelling[tokenizer.token_to_id(word)].any()
    assert bytes(spelling[tokenizer.token_to_id("the")]).rstrip(b"\0") == b" the"
    assert bytes(spelling[tokenizer.token_to_id("##ing")]).rstrip(b"\0") == b"ing"


def test_padding_is_no_text(ngrams: NGrams) -> None:
    ids, mask = padded([[], []])
    assert not ngrams.counts(torch.from_numpy(ids), torch.from_numpy(mask)).any()
