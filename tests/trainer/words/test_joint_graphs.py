"""Networks that take a picture and the words in it, as graphs of a pack."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from torch import Tensor, nn

from app.labeling.device import DeviceReport
from app.labeling.pack import load_pack
from app.labeling.session import PackSession
from app.labeling.why import weigh_lines
from tests.support.labelled_folders import columns_recipe
from tests.support.texts import tokenizer
from trainer.errors import ExportError
from trainer.export import PackLabel, check_parity, open_graph, write_onnx
from trainer.packing import Provenance, Workplace, build_files, finish
from trainer.pictures import InputSpec
from trainer.words.encoder import EncoderSize, SentenceEncoder
from trainer.words.export import export_text_encoder
from trainer.words.sharing import takes_many

SPEC = InputSpec(8, 8, "stretch", "bilinear")
LENGTH = 12
LABELS = 3


class Joint(nn.Module):
    """A small network whose picture and words meet in one head."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(2)
        self.first = nn.Conv2d(3, 8, 3, stride=2)
        self.head = nn.Linear(8 + LENGTH, LABELS)

    def picture(self, images: Tensor) -> Tensor:
        pixels = images.permute(0, 3, 1, 2).float() / 255
        embedding: Tensor = torch.relu(self.first(pixels)).mean((2, 3))
        return embedding

    def forward(self, images: Tensor, words: Tensor | None = None) -> tuple[Tensor, Tensor]:
        embedding = self.picture(images)
        if words is None:
            words = torch.zeros((len(images), LENGTH))
        return torch.sigmoid(self.head(torch.cat([embedding, words], dim=1))), embedding


class Added(Joint):
    """One whose words move the picture's log-odds."""

    def forward(self, images: Tensor, words: Tensor | None = None) -> tuple[Tensor, Tensor]:
        embedding = self.picture(images)
        logits = embedding @ self.head.weight[:, :8].T
        if words is not None:
            logits = logits * (1 + words[:, :1]) + words @ self.head.weight[:, 8:].T
        return torch.sigmoid(logits), embedding


class Turned(Joint):
    """One whose pictures lie along another axis where they meet the words."""

    def forward(self, images: Tensor, words: Tensor | None = None) -> tuple[Tensor, Tensor]:
        embedding = self.picture(images)
        assert words is not None
        logits = embedding.T * words[:, 0]
        return torch.sigmoid(logits.T[:, :LABELS]), embedding


def pictures(count: int) -> np.ndarray:
    return np.random.default_rng(1).integers(0, 256, (count, 8, 8, 3), np.uint8)


def vectors(count: int) -> np.ndarray:
    return np.random.default_rng(2).normal(size=(count, LENGTH)).astype(np.float32)


@pytest.mark.parametrize("made", [Joint, Added])
def test_one_picture_may_come_with_many_texts(tmp_path: Path, made: type[Joint]) -> None:
    network, path = made().eval(), tmp_path / "model.onnx"
    write_onnx(network, path, SPEC, words=LENGTH)
    assert takes_many(path)
    assert check_parity(network, path, pictures(5), vectors(5)) < 1e-5
    graph = open_graph(path)
    once, embedding = graph(pictures(1), vectors(7))
    assert len(embedding) == 1, "the picture was looked at once"
    each, _ = graph(np.repeat(pictures(1), 7, axis=0), vectors(7))
    np.testing.assert_allclose(once, each, atol=1e-6)


def test_without_words_the_graph_answers_as_for_zeros(tmp_path: Path) -> None:
    network, path = Joint().eval(), tmp_path / "model.onnx"
    write_onnx(network, path, SPEC, words=LENGTH)
    with torch.no_grad():
        wanted = network(torch.from_numpy(pictures(20)))[0].numpy()
    np.testing.assert_allclose(open_graph(path)(pictures(20))[0], wanted, atol=1e-6)


def test_a_graph_that_cannot_share_its_picture_stays_as_it_is(tmp_path: Path) -> None:
    network, path = Turned().eval(), tmp_path / "model.onnx"
    write_onnx(network, path, SPEC, words=LENGTH)
    assert not takes_many(path)
    assert check_parity(network, path, pictures(5), vectors(5)) < 1e-5


def test_a_graph_of_a_picture_alone_takes_no_words(tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    write_onnx(Joint().eval(), path, SPEC)
    assert [value.name for value in onnx.load(path).graph.input] == ["images"]
    assert not takes_many(path)
    assert open_graph(path)(pictures(2))[0].shape == (2, LABELS)


@pytest.mark.parametrize(
    "change", [lambda weights: weights.add_(0.1), lambda weights: weights.mul_(float("nan"))]
)
def test_a_graph_that_answers_words_otherwise_is_refused(
    tmp_path: Path, change: Callable[[Tensor], Tensor]
) -> None:
    network, path = Joint().eval(), tmp_path / "model.onnx"
    write_onnx(network, path, SPEC, words=LENGTH)
    with torch.no_grad():
        change(network.head.weight[:, 8:])
    with pytest.raises(ExportError, match="differs from the network"):
        check_parity(network, path, pictures(5), vectors(5))


def test_a_pack_that_reads_is_made_and_opened(tmp_path: Path) -> None:
    place = Workplace(tmp_path, tmp_path / "genres", tmp_path, tmp_path)
    network = Joint().eval()
    built = build_files(network, place, SPEC, images=pictures(24), words=vectors(24))
    assert built.difference < 1e-4
    for graph in built.graphs.values():
        assert graph(pictures(1), vectors(4))[0].shape == (4, LABELS)
    size = EncoderSize(vocabulary=128, positions=16, width=LENGTH, inner=16, heads=2, layers=1)
    text = export_text_encoder(
        SentenceEncoder(size), tokenizer(), place.out, max_tokens=16, texts=["love", "a war"]
    )
    labels = [PackLabel(name, name, "Own", (), (), 0.5, ()) for name in ("a", "b", "c")]
    recipe = columns_recipe("A", "B", "C", inputs={"images": {"height": 8, "width": 8}})
    provenance = Provenance("drawn", 8, 0, 24, 0, 0, 0.0)
    finish(recipe, place, labels, {}, provenance, text.reads)
    pack = load_pack(place.out)
    assert pack.reads is not None
    assert (pack.reads.model, pack.reads.max_tokens) == ("words.onnx", 16)
    with PackSession(pack, DeviceReport("cpu", "a processor"), threads=1) as session:
        words = session.encode(["love", None])
        assert words is not None
        assert words.shape == (2, LENGTH)
        assert not words[1].any()
        assert session.run(pictures(2), words).probabilities.shape == (2, LABELS)
        weighed = weigh_lines(session, pictures(1), 0, ["love", "war"])
    assert 0 <= weighed.whole <= 1
