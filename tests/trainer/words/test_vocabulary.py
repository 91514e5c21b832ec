"""A pruned tokenizer reads known texts as before, and others in pieces."""

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from trainer.words.encoder import keep_tokens, load_minilm, load_tokenizer
from trainer.words.vocabulary import prune

_TEXTS = ["THE BLACK STALLION\nA Francis Ford Coppola film", "Zwölf 龙 chihuahuas?"]


def _pruned() -> tuple[Tokenizer, Tokenizer, "np.ndarray[tuple[int], np.dtype[np.int64]]"]:
    whole = load_tokenizer()
    small, kept = prune(whole, _TEXTS, frequent=5000)
    return whole, small, kept


def test_known_texts_have_the_tokens_that_they_had() -> None:
    whole, small, kept = _pruned()
    for text in _TEXTS:
        before, after = whole.encode(text), small.encode(text)
        assert after.tokens == before.tokens
        assert kept[after.ids].tolist() == before.ids
    assert len(kept) == small.get_vocab_size() < 5100


def test_an_encoder_of_fewer_tokens_says_the_same() -> None:
    whole, small, kept = _pruned()
    encoder = load_minilm(layers=1).eval()
    before = encoder(*_given(whole, _TEXTS[0]))
    keep_tokens(encoder, kept)
    assert torch.equal(before, encoder(*_given(small, _TEXTS[0])))
    assert encoder.size.vocabulary == len(kept)


@given(text=st.text(max_size=60))
def test_any_text_can_be_read(text: str) -> None:
    _, small, kept = _PRUNED
    ids = small.encode(text).ids
    assert all(0 <= one < len(kept) for one in ids)
    assert small.encode(text).tokens[0] == "[CLS]"
    assert small.encode(text).tokens[-1] == "[SEP]"


def _given(tokenizer: Tokenizer, text: str) -> tuple[torch.Tensor, torch.Tensor]:
    ids = torch.tensor([tokenizer.encode(text).ids])
    return ids, torch.ones_like(ids)


_PRUNED = _pruned()
