"""A label's evidence lies where the label is; whatever is wrong with the file is said clearly."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray

from app.imaging.resize import Mode, resize
from app.labeling.device import DeviceReport
from app.labeling.errors import PackError
from app.labeling.evidence import Evidence, EvidenceSession, over_picture
from app.labeling.labeler import Labeler
from app.labeling.pack import Pack, PackInput, load_pack
from app.labeling.session import PackSession
from tests.support.cuda import GPU, LOST, FeignedRuntime
from tests.support.packs import BLUE, PHOTOS, RED, Colour, picture, write_pack
from tests.support.pointing import evidence_model, write_pointing_pack

RED_AT = [label.id for label in PHOTOS].index("red")
BLUE_AT = [label.id for label in PHOTOS].index("blue")
ON_CPU = DeviceReport("cpu", "a processor", "CPU, as you asked")


def with_square(
    colour: Colour, *, left: int, top: int, side: int = 40, width: int = 320, height: int = 240
) -> NDArray[np.uint8]:
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[top : top + side, left : left + side] = colour
    return pixels


def peak(evidence: Evidence, label: int, width: int, height: int) -> tuple[float, float]:
    """The middle of the clearest cell, in pixels of the picture."""
    cells = evidence.maps[label]
    row, column = np.unravel_index(cells.argmax(), cells.shape)
    return (column + 0.5) * width / cells.shape[1], (row + 0.5) * height / cells.shape[0]


def seen(pack: Pack, pixels: NDArray[np.uint8]) -> Evidence:
    with Labeler([pack], "cpu", resize=resize, threads=1) as labeler:
        return labeler.evidence(pixels, pack)


def pointing(folder: Path, mode: Mode = "stretch", *, size: int = 16) -> Pack:
    size_and_way = {"height": size, "width": size, "resize": mode, "filter": "bilinear"}
    made = write_pointing_pack(folder / "photos", size=size, changes={"input": size_and_way})
    return load_pack(made)


@pytest.mark.parametrize("mode", ["stretch", "crop", "pad"])
@pytest.mark.parametrize(("width", "height"), [(320, 240), (240, 320), (200, 200)])
def test_the_peak_falls_on_the_thing(tmp_path: Path, mode: Mode, width: int, height: int) -> None:
    pack = pointing(tmp_path, mode, size=32)
    for left, top in ((60, 60), (140, 60), (60, 140), (120, 130)):
        pixels = with_square(RED, left=left, top=top, width=width, height=height)
        x, y = peak(seen(pack, pixels), RED_AT, width, height)
        assert left <= x <= left + 40
        assert top <= y <= top + 40


def test_each_label_has_a_map_of_its_own(tmp_path: Path) -> None:
    pixels = with_square(RED, left=40, top=20)
    pixels[160:220, 240:300] = BLUE
    found = seen(pointing(tmp_path), pixels)
    assert found.maps.shape == (len(PHOTOS), 8, 8)
    assert found.maps.dtype == np.float32
    assert 0 <= found.maps.min() <= found.maps.max() <= 1
    red, blue = peak(found, RED_AT, 320, 240), peak(found, BLUE_AT, 320, 240)
    assert red[0] < 160 < blue[0]
    assert red[1] < 120 < blue[1]
    assert not found.maps[[label.id for label in PHOTOS].index("green")].any()


def test_the_same_look_gives_the_probabilities(tmp_path: Path) -> None:
    found = seen(pointing(tmp_path), picture(RED))
    assert found.probabilities.shape == (len(PHOTOS),)
    assert found.probabilities[RED_AT] == pytest.approx(1)


def test_what_was_cropped_away_was_not_looked_at() -> None:
    size = PackInput(height=8, width=8, resize="crop", filter="bilinear")
    laid = over_picture(np.ones((1, 4, 4), np.float32), size, width=200, height=100)
    assert laid.shape == (1, 4, 8)
    assert np.array_equal(laid[0, 0], [0, 0, 1, 1, 1, 1, 0, 0])


def test_padding_is_no_part_of_the_picture() -> None:
    size = PackInput(height=8, width=8, resize="pad", filter="bilinear")
    maps = np.zeros((1, 4, 4), np.float32)
    maps[0, 1:3] = 1
    laid = over_picture(maps, size, width=200, height=100)
    assert laid.shape == (1, 2, 4)
    assert laid.min() == 1


@pytest.mark.parametrize("mode", ["crop", "pad"])
@pytest.mark.parametrize(("width", "height"), [(1, 1), (1, 5000), (5000, 1), (3, 7)])
def test_a_strip_or_a_dot_has_a_map(mode: Mode, width: int, height: int) -> None:
    size = PackInput(height=32, width=48, resize=mode, filter="bilinear")
    laid = over_picture(np.ones((2, 4, 6), np.float32), size, width=width, height=height)
    assert laid.shape[0] == 2
    assert min(laid.shape) >= 1
    assert laid.max() == pytest.approx(1)


# What may be wrong


def test_a_pack_without_evidence_says_that_it_cannot_say_where(tmp_path: Path) -> None:
    pack = load_pack(write_pack(tmp_path / "photos"))
    with pytest.raises(PackError, match=r"this pack cannot say where: it has no evidence\.onnx"):
        seen(pack, picture(RED))


def test_a_network_without_features_is_named(tmp_path: Path) -> None:
    pack = load_pack(write_pointing_pack(tmp_path / "photos"))
    plain = load_pack(write_pack(tmp_path / "plain", size=16))
    with (
        PackSession(plain, ON_CPU, threads=1) as session,
        pytest.raises(PackError, match=r'in its network, the outputs are .* without "features"'),
    ):
        session.look(picture(RED, height=16, width=16)[None])
    assert seen(pack, picture(RED)).maps.any()


def damage(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20] + b"x" * 20)


@pytest.mark.parametrize(
    ("harm", "sentence"),
    [
        (Path.unlink, "evidence.onnx cannot be read .* install it again"),
        (damage, "evidence.onnx is damaged or was replaced"),
    ],
)
def test_a_file_harmed_since_is_refused_and_labelling_goes_on(
    tmp_path: Path, harm: Callable[[Path], None], sentence: str
) -> None:
    pack = pointing(tmp_path)
    with Labeler([pack], "cpu", resize=resize, threads=1) as labeler:
        assert labeler.label([picture(RED)])
        harm(pack.directory / "evidence.onnx")
        with pytest.raises(PackError, match=sentence):
            labeler.evidence(picture(RED), pack)
        assert labeler.label([picture(RED)])[0]["photos"].codes is not None


def _fixed() -> onnx.ModelProto:
    model = evidence_model()
    model.graph.input[0].type.tensor_type.shape.dim[0].dim_value = 1
    return model


def _flat() -> onnx.ModelProto:
    model = evidence_model()
    del model.graph.node[1:]
    model.graph.node.append(onnx.helper.make_node("Flatten", ["weighed"], ["evidence"]))
    del model.graph.output[0].type.tensor_type.shape.dim[2:]
    return model


def _not_a_number() -> onnx.ModelProto:
    model = evidence_model()
    model.graph.node[1].output[0] = "cut"
    model.graph.node.append(onnx.helper.make_node("Sub", ["cut", "cut"], ["nothing"]))
    model.graph.node.append(onnx.helper.make_node("Div", ["nothing", "nothing"], ["evidence"]))
    return model


@pytest.mark.parametrize(
    ("model", "sentence"),
    [
        (evidence_model(output="heat"), 'the outputs are "heat", without "evidence"'),
        (evidence_model(PHOTOS[:3]), "evidence has 3 maps, and pack.json 8 labels"),
        (evidence_model(channels=5), "evidence.onnx does not fit the features"),
        (evidence_model(least=-1, most=4), "evidence is not between 0 and 1"),
        (_not_a_number(), "evidence is not between 0 and 1"),
        (_fixed(), "features has a fixed number of pictures"),
        (_flat(), "evidence has the shape"),
        (onnx.ModelProto(), "evidence.onnx is no network that ONNX Runtime can run"),
    ],
)
def test_a_wrong_graph_is_refused_with_what_is_wrong(
    tmp_path: Path, model: onnx.ModelProto, sentence: str
) -> None:
    pack = load_pack(write_pointing_pack(tmp_path / "photos", model=model))
    with pytest.raises(PackError, match=sentence):
        seen(pack, with_square((255, 90, 255), left=40, top=40))


def test_a_closed_session_says_so(tmp_path: Path) -> None:
    session = EvidenceSession(pointing(tmp_path))
    session.close()
    with pytest.raises(PackError, match="no longer open"):
        session.run(np.zeros((1, 3, 8, 8), np.float32))


def test_a_closed_labeler_opens_again(tmp_path: Path) -> None:
    pack = pointing(tmp_path)
    labeler = Labeler([pack], "cpu", resize=resize, threads=1)
    before = labeler.evidence(picture(RED), pack)
    labeler.close()
    assert np.array_equal(labeler.evidence(picture(RED), pack).maps, before.maps)
    labeler.close()


def test_where_the_graphics_card_stops_the_cpu_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pack = pointing(tmp_path)

    def stop(size: int) -> None:
        raise RuntimeError(LOST)

    runtime = FeignedRuntime()
    runtime.install(monkeypatch)
    with PackSession(pack, DeviceReport("cuda", GPU), threads=1) as session:
        image = picture(RED, height=16, width=16)[None]
        on_card = session.look(image).features
        assert session.device.device == "cuda"
        runtime.cuda_fails = stop
        alone = session.look(image).features
        assert session.device.device == "cpu"
    assert on_card is not None
    assert alone is not None
    assert np.array_equal(on_card, alone)
