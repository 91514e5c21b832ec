"""The pointing game sees whether evidence lies on what was pasted, and is the same every time."""

import json
from pathlib import Path

import numpy as np
import pytest

from app.labeling.pack import Pack, load_pack
from tests.support.seeing import HEIGHT, WIDTH, draw_colours, make_seeing_pack
from trainer.cli import main
from trainer.errors import DataError
from trainer.evaluate.pictures import examine
from trainer.evaluate.pointing import cells_on, play
from trainer.evaluate.scenes import Box, Judged, draw_scenes


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a pack ``pack`` and labelled pictures ``data``."""
    root = tmp_path_factory.mktemp("pointing")
    (root / "pack").mkdir()
    make_seeing_pack(root / "pack")
    draw_colours(root / "data")
    return root


@pytest.fixture
def pack(root: Path) -> Pack:
    return load_pack(root / "pack")


@pytest.fixture
def judged(root: Path, pack: Pack) -> Judged:
    examined = examine(pack, root / "data", None, tell=lambda line: None)
    return Judged(examined.paths, examined.targets > 0, examined.targets == 0)


def test_a_network_that_sees_colours_points_at_them(pack: Pack, judged: Judged) -> None:
    told = play(pack, judged, "drawn ones", pictures=6).told()
    assert told["precision"] == "int8"
    for setting in ("alone", "beside"):
        figures = told["all"][setting]
        assert figures["scenes"] == 12
        assert figures["hit"] > 0.8
        assert 0.1 < figures["chance"] < 0.45
    assert set(told["labels"]) == {"red", "blue"}
    assert set(told["groups"]) == {"Own"}


def test_the_seed_alone_decides(pack: Pack, judged: Judged) -> None:
    first, again, other = (
        play(pack, judged, "drawn ones", pictures=3, seed=seed).scenes for seed in (1, 1, 2)
    )
    assert first == again
    assert first != other


def test_scenes_say_where_the_picture_is(judged: Judged) -> None:
    scenes = list(draw_scenes(judged, 0, height=HEIGHT, width=WIDTH, count=4, seed=0))
    assert [scene.setting for scene in scenes] == ["alone", "beside"] * 4
    for scene in scenes:
        box = scene.box
        inside = scene.pixels[box.top : box.bottom, box.left : box.right].reshape(-1, 3)
        assert scene.pixels.shape == (HEIGHT, WIDTH, 3)
        assert (inside[:, 0] > 200).all()
        assert (inside[:, 2] < 60).all()
        if scene.setting == "beside":
            assert box.share(HEIGHT, WIDTH) == 0.25
            outside = (scene.pixels[:, :, 2] > 200).sum()
            assert outside == 0.75 * HEIGHT * WIDTH
        else:
            assert 0.08 < box.share(HEIGHT, WIDTH) < 0.45


def test_a_cell_is_on_a_box_that_holds_its_middle() -> None:
    on = cells_on(Box(10, 0, 30, 12), (4, 3), height=40, width=30)
    assert on.tolist() == [[False] * 3, [True, False, False], [True, False, False], [False] * 3]


def test_where_too_few_pictures_lack_a_label_none_stand_beside(judged: Judged) -> None:
    alone = Judged(judged.paths, judged.has, np.zeros_like(judged.lacks))
    scenes = draw_scenes(alone, 0, height=HEIGHT, width=WIDTH, count=2, seed=0)
    assert [scene.setting for scene in scenes] == ["alone", "alone"]


def test_a_pack_without_evidence_says_so(root: Path, tmp_path: Path, judged: Judged) -> None:
    told = json.loads((root / "pack" / "pack.json").read_text())
    told["files"] = [one for one in told["files"] if one["name"] != "evidence.onnx"]
    for name in ("model.onnx", "model.int8.onnx"):
        (tmp_path / name).write_bytes((root / "pack" / name).read_bytes())
    (tmp_path / "pack.json").write_text(json.dumps(told))
    with pytest.raises(DataError, match=r"has no evidence\.onnx, so it cannot say where"):
        play(load_pack(tmp_path), judged, "drawn ones")


def test_too_few_pictures_are_said(pack: Pack, judged: Judged) -> None:
    few = Judged(judged.paths[:4], judged.has[:4], judged.lacks[:4])
    with pytest.raises(DataError, match="has 4 pictures among the 4 given"):
        play(pack, few, "drawn ones")


def test_the_command_prints_it(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = ["--data", str(root / "data"), "--runs", str(root / "runs"), "--threads", "1"]
    command = ["evaluate", str(root / "pack"), *place, "--pointing", "4"]
    assert main([*command, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["all"]["alone"]["scenes"] == 8
    assert main(command) == 0
    assert "pointing game" in capsys.readouterr().out
