"""A pack's evidence graph is what the app reads, and its network loses nothing by giving maps."""

from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from torch import Tensor, nn

from app.labeling.device import DeviceReport
from app.labeling.evidence import EvidenceSession, evidence_file
from app.labeling.pack import Pack, load_pack, verify
from app.labeling.session import PackSession
from tests.support.seeing import (
    BLUE,
    HEIGHT,
    RED,
    WIDTH,
    Colours,
    make_seeing_pack,
    patch,
    seeing_network,
)
from trainer.errors import ExportError
from trainer.evidence import EVIDENCE, EvidenceMaps, writing
from trainer.export import open_graph

_CPU = DeviceReport("cpu", "CPU", None, None, ())


class WithoutMaps(nn.Module):
    """Answers from the pixels' mean alone, and gives no maps."""

    def __init__(self) -> None:
        super().__init__()
        self.answer = nn.Linear(3, 2)

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        means = images.float().mean((1, 2))
        return torch.sigmoid(self.answer(means)), means


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("seeing")
    built = make_seeing_pack(folder)
    assert built.evidence is not None
    assert built.evidence < 1e-4
    assert built.difference < 1e-4
    return folder


@pytest.fixture
def pack(folder: Path) -> Pack:
    return load_pack(folder)


def test_the_pack_lists_it_and_the_app_points_at_the_patches(pack: Pack) -> None:
    verify(pack)
    file = evidence_file(pack)
    assert file is not None
    assert file.precision == "fp32"
    session = EvidenceSession(pack)
    with PackSession(pack, _CPU, threads=1) as network:
        for seed in range(6):
            picture = patch(seed)
            said = network.look(picture[None])
            assert said.features is not None
            assert said.features.dtype == np.float32
            maps = session.run(said.features)
            for place, colour in enumerate((RED, BLUE)):
                row, column = np.unravel_index(int(maps[place].argmax()), maps[place].shape)
                there = picture[8 * row : 8 * row + 8, 8 * column : 8 * column + 8]
                assert (there == colour).all(axis=2).any()
    session.close()


def test_features_change_no_answer_and_agree_in_both_precisions(folder: Path) -> None:
    images = np.stack([patch(seed) for seed in range(20, 25)])
    network = seeing_network()
    with torch.inference_mode():
        probabilities, embedding, features = network(torch.from_numpy(images))
    for name, allowed in (("model.onnx", 1e-4), ("model.int8.onnx", 0.02)):
        ours = open_graph(folder / name)(images)
        np.testing.assert_allclose(ours[0], probabilities.numpy(), atol=allowed)
        outputs = {one.name: one for one in onnx.load(folder / name).graph.output}
        assert list(outputs) == ["probabilities", "embedding", "features"]
        kind = outputs["features"].type.tensor_type
        assert kind.elem_type == onnx.TensorProto.FLOAT
        assert [size.dim_value for size in kind.shape.dim[1:]] == list(features.shape[1:])
        assert not kind.shape.dim[0].dim_value
    assert embedding.shape[1] == features.shape[1]


def test_any_number_of_pictures_at_once_gives_the_same_as_one(folder: Path) -> None:
    maps = EvidenceMaps(Colours())
    features = torch.rand(5, 8, HEIGHT // 8, WIDTH // 8, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        alone = torch.cat([maps(one[None]) for one in features])
        torch.testing.assert_close(maps(features), alone)
    assert writing.check_evidence(maps, folder / EVIDENCE, features) < 1e-4


def test_a_network_without_maps_makes_a_pack_without_evidence(tmp_path: Path) -> None:
    (tmp_path / EVIDENCE).write_bytes(b"of an earlier network")
    built = make_seeing_pack(tmp_path, WithoutMaps().eval())
    assert built.evidence is None
    assert not (tmp_path / EVIDENCE).exists()
    assert evidence_file(load_pack(tmp_path)) is None


def test_an_evidence_graph_that_says_something_else_is_not_kept(
    folder: Path, tmp_path: Path
) -> None:
    copy = tmp_path / EVIDENCE
    copy.write_bytes((folder / EVIDENCE).read_bytes())
    other = Colours()
    with torch.no_grad():
        other.layer.weight.mul_(-1)
    features = torch.rand(2, 8, 8, 6, generator=torch.Generator().manual_seed(0))
    with pytest.raises(ExportError, match=r"evidence differs .* not kept"):
        writing.check_evidence(EvidenceMaps(other), copy, features)
    assert not copy.exists()
