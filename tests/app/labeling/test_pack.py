import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from app.errors import LumitagError
from app.labeling.pack import PackError, Reads, find_packs, labels_from_json, load_pack, verify
from tests.support.packs import GATE, GENRES, PHOTOS, write_pack, write_packs
from tests.support.reading_packs import write_reading_pack

MODELS = Path(__file__).parents[3] / "models"


def label(label_id: str, **fields: Any) -> dict[str, Any]:
    return {"id": label_id, "name": label_id, "group": "things", "threshold": 0.5, **fields}


def refusal(directory: Path) -> str:
    with pytest.raises(PackError) as caught:
        load_pack(directory)
    assert isinstance(caught.value, LumitagError)
    assert str(directory) in str(caught.value)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_pack_says_everything_that_its_description_says(tmp_path: Path) -> None:
    pack = load_pack(write_pack(tmp_path / "genres", GENRES, gate=GATE, version="2026.1"))
    assert (pack.id, pack.version, pack.license) == ("genres", "2026.1", "Apache-2.0")
    assert pack.key("drama") == "genres/drama"
    assert [each.id for each in pack.labels] == ["drama", "comedy", "horror", "sci-fi", "n-a"]
    assert pack.labels[3].aliases == ("science fiction", "scifi")
    assert pack.labels[4].threshold is None
    assert pack.gate is not None
    assert (pack.gate.key, pack.gate.at_least) == ("photos/poster", 0.5)
    assert (pack.input.height, pack.input.width, pack.input.resize) == (8, 8, "stretch")
    assert pack.embedding == 4
    assert pack.metrics == {"top3_recall": 1.0}
    assert pack.index("horror") == 2
    assert pack.index("western") is None


def test_stored_labels_can_be_read_without_the_pack(tmp_path: Path) -> None:
    pack = load_pack(write_pack(tmp_path / "photos"))
    assert labels_from_json(pack.labels_json()) == pack.labels


def test_stored_labels_that_are_no_labels_are_refused() -> None:
    with pytest.raises(ValueError, match="Expected `array`"):
        labels_from_json('{"no": "labels"}')


def test_the_best_network_for_a_device_is_found(tmp_path: Path) -> None:
    both = load_pack(write_pack(tmp_path / "both", int8_bias=0.1))
    single = load_pack(write_pack(tmp_path / "single"))
    assert both.network(("int8", "fp32")).name == "model.int8.onnx"
    assert both.network(("fp32", "int8")).name == "model.onnx"
    assert single.network(("int8",)).name == "model.onnx"


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"labels": [{"id": "x", "group": "g"}]}, ["name", "labels[0]"]),
        ({"labels": [label("x", threshold="high")]}, ["threshold", "labels[0]", "str"]),
        ({"labels": [label("x", threshold=1.5)]}, ["threshold"]),
        ({"labels": [label("x", treshold=0.5)]}, ["treshold"]),
        ({"labels": [label("Not An Id")]}, ["labels[0].id"]),
        ({"labels": [label("x/y")]}, ["labels[0].id"]),
        ({"labels": []}, ["labels"]),
        ({"files": []}, ["files"]),
        ({"input": {"height": 0, "width": 8, "resize": "crop", "filter": "box"}}, ["height"]),
        ({"input": {"height": 8, "width": 8, "resize": "zoom", "filter": "box"}}, ["resize"]),
        ({"input": {"height": 8, "width": 8, "resize": "crop", "filter": "blur"}}, ["filter"]),
        ({"gate": {"pack": "photos", "label": "poster"}}, ["at_least", "gate"]),
        ({"embedding": -1}, ["embedding"]),
        ({"format": "one"}, ["format"]),
        ({"format": 0}, ["format"]),
        ({"id": "Über"}, ["id"]),
        ({"version": ""}, ["version"]),
        ({"colour": "red"}, ["colour"]),
    ],
)
def test_a_wrong_field_is_refused_by_its_name(
    tmp_path: Path, change: dict[str, Any], named: list[str]
) -> None:
    message = refusal(write_pack(tmp_path / "pack", changes=change))
    assert "pack.json" in message
    for word in named:
        assert word in message


@pytest.mark.parametrize(
    ("labels", "named"),
    [
        ([label("a"), label("a", name="other")], ["two labels", '"a"']),
        ([label("a"), label("b", aliases=["A"])], ['"A"', '"a" and "b"']),
        ([label("a", aliases=["x"]), label("b", aliases=["X"])], ['"X"', '"a" and "b"']),
        ([label("a", aliases=["x", "X"])], ["alias twice", '"a"']),
        ([label("a", parents=["gone"])], ['"gone"', "parents", '"a"']),
        ([label("a", hidden_with=["gone"])], ['"gone"', "hidden_with", '"a"']),
        ([label("a", parents=["a"])], ["circle", "a → a"]),
        (
            [label("a", parents=["b"]), label("b", parents=["c"]), label("c", parents=["a"])],
            ["parents goes in a circle", "→"],
        ),
        (
            [label("a", hidden_with=["b"]), label("b", hidden_with=["a"])],
            ["hidden_with goes in a circle"],
        ),
    ],
)
def test_labels_that_contradict_each_other_are_refused_by_name(
    tmp_path: Path, labels: list[dict[str, Any]], named: list[str]
) -> None:
    message = refusal(write_pack(tmp_path / "pack", changes={"labels": labels}))
    for word in named:
        assert word in message


def test_a_very_long_chain_of_parents_is_no_problem(tmp_path: Path) -> None:
    chain = [label("l0"), *(label(f"l{n}", parents=[f"l{n - 1}"]) for n in range(1, 3000))]
    pack = load_pack(write_pack(tmp_path / "deep", changes={"labels": chain}))
    assert len(pack.labels) == 3000


def test_a_newer_format_is_refused_even_if_all_else_is_strange(tmp_path: Path) -> None:
    directory = tmp_path / "future"
    directory.mkdir()
    (directory / "pack.json").write_text('{"format": 2, "everything": "is new"}')
    message = refusal(directory)
    assert "format 2" in message
    assert "update Lumitag" in message


@pytest.mark.parametrize(
    "name", ["../model.onnx", "/etc/model.onnx", "sub\\model.onnx", "C:model.onnx", "..", "a/b"]
)
def test_a_file_name_that_leaves_the_folder_is_refused(tmp_path: Path, name: str) -> None:
    outside = {"name": name, "precision": "fp32", "sha256": "0" * 64}
    message = refusal(write_pack(tmp_path / "pack", changes={"files": [outside]}))
    assert "leaves" in message


def test_a_pack_that_reads_says_how(tmp_path: Path) -> None:
    pack = load_pack(write_reading_pack(tmp_path / "genres"))
    assert pack.reads == Reads("words.onnx", "tokenizer.json", 16)
    assert [(file.name, file.precision) for file in pack.files] == [
        ("model.onnx", "fp32"),
        ("words.onnx", "fp32"),
        ("tokenizer.json", "none"),
    ]
    assert pack.network(("none",)).name == "model.onnx"
    verify(pack)


def test_a_replaced_tokenizer_is_noticed(tmp_path: Path) -> None:
    pack = load_pack(write_reading_pack(tmp_path / "genres"))
    (pack.directory / "tokenizer.json").write_text("{}")
    with pytest.raises(PackError, match=r"tokenizer\.json is damaged or was replaced"):
        verify(pack)


@pytest.mark.parametrize(
    ("reads", "named"),
    [
        ({"encoder": "words.onnx"}, ["`encoder` at `reads`"]),
        ({"max_tokens": 7}, ["reads.max_tokens"]),
        ({"max_tokens": 513}, ["reads.max_tokens"]),
        ({"max_tokens": "many"}, ["reads.max_tokens"]),
        ({"model": "other.onnx"}, ['reads.model "other.onnx" is not among files']),
        ({"tokenizer": "../tokenizer.json"}, ['"../tokenizer.json" is not among files']),
        ({"model": "model.onnx"}, ['reads.model "model.onnx" is another file already']),
        ({"tokenizer": "words.onnx"}, ['reads.tokenizer "words.onnx" is another file already']),
        ({"language": "en"}, ["language"]),
    ],
)
def test_a_wrong_way_to_read_is_refused_by_its_field(
    tmp_path: Path, reads: dict[str, Any], named: list[str]
) -> None:
    whole = {"model": "words.onnx", "tokenizer": "tokenizer.json", "max_tokens": 16}
    told = reads if "encoder" in reads else {**whole, **reads}
    message = refusal(write_reading_pack(tmp_path / "genres", changes={"reads": told}))
    assert "pack.json" in message
    for word in named:
        assert word in message


def test_the_shipped_packs_read_as_ever() -> None:
    for directory in (MODELS / "photos", MODELS / "genres"):
        written = json.loads((directory / "pack.json").read_text(encoding="utf-8"))
        pack = load_pack(directory)
        assert [file.precision for file in pack.files] == [
            file["precision"] for file in written["files"]
        ]
        assert (pack.reads is None) == (written["reads"] is None)


def test_the_users_own_labels_cannot_be_taken_over(tmp_path: Path) -> None:
    assert "user" in refusal(write_pack(tmp_path / "user"))


def test_a_pack_cannot_gate_itself(tmp_path: Path) -> None:
    gate = {"pack": "photos", "label": "poster", "at_least": 0.5}
    assert "gate" in refusal(write_pack(tmp_path / "photos", gate=gate))


def change_files(change: Callable[[list[dict[str, Any]]], None]) -> Callable[[Path], None]:
    def apply(directory: Path) -> None:
        path = directory / "pack.json"
        written = json.loads(path.read_text())
        change(written["files"])
        path.write_text(json.dumps(written))

    return apply


@pytest.mark.parametrize(
    ("damage", "named"),
    [
        (lambda directory: (directory / "model.onnx").unlink(), "model.onnx is missing"),
        (lambda directory: (directory / "pack.json").unlink(), "no pack.json"),
        (lambda directory: (directory / "pack.json").write_text("{"), "pack.json"),
        (
            lambda directory: (directory / "pack.json").write_bytes(b'{"format": 1, "id": "\xff"}'),
            "pack.json",
        ),
        (lambda directory: (directory / "pack.json").write_text("[1, 2]"), "pack.json"),
        (change_files(lambda files: files.append(files[0])), "twice"),
        (change_files(lambda files: files[0].update(name="pack.json")), "lists no network"),
        (
            change_files(lambda files: files[0].update(precision="none")),
            '"model.onnx" has the prec',
        ),
    ],
)
def test_a_pack_with_missing_or_doubled_parts_is_refused(
    tmp_path: Path, damage: Callable[[Path], None], named: str
) -> None:
    directory = write_pack(tmp_path / "pack")
    damage(directory)
    assert named in refusal(directory)


def test_an_unreadable_description_is_refused_with_the_systems_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = write_pack(tmp_path / "pack")

    def denied(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_bytes", denied)
    assert "Permission denied" in refusal(directory)


def test_a_replaced_network_is_noticed(tmp_path: Path) -> None:
    directory = write_pack(tmp_path / "pack")
    pack = load_pack(directory)
    verify(pack)
    network = directory / "model.onnx"
    data = bytearray(network.read_bytes())
    data[-1] ^= 1
    network.write_bytes(data)
    os.utime(network, ns=(1, 1))
    with pytest.raises(PackError, match=r"model\.onnx is damaged or was replaced"):
        verify(pack)


def test_a_network_that_vanishes_later_is_noticed(tmp_path: Path) -> None:
    pack = load_pack(write_pack(tmp_path / "pack"))
    (pack.directory / "model.onnx").unlink()
    with pytest.raises(PackError, match=r"model\.onnx cannot be read"):
        verify(pack)


def test_a_gates_pack_comes_before_those_it_gates(tmp_path: Path) -> None:
    packs, errors = find_packs([write_packs(tmp_path)])
    assert [pack.id for pack in packs] == ["photos", "genres"]
    assert errors == []


def test_gates_in_a_row_come_in_order(tmp_path: Path) -> None:
    write_packs(tmp_path)
    chain = {"pack": "genres", "label": "horror", "at_least": 0.5}
    write_pack(tmp_path / "a-ghosts", gate=chain)
    packs, errors = find_packs([tmp_path])
    assert [pack.id for pack in packs] == ["photos", "genres", "a-ghosts"]
    assert errors == []


def test_a_bad_pack_never_hides_the_others(tmp_path: Path) -> None:
    write_packs(tmp_path)
    write_pack(tmp_path / "broken", changes={"labels": "none"})
    packs, errors = find_packs([tmp_path])
    assert [pack.id for pack in packs] == ["photos", "genres"]
    assert [error.directory.name for error in errors] == ["broken"]


def test_folders_that_may_not_be_read_are_named_and_hide_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_packs(tmp_path / "packs")
    for locked in (tmp_path / "packs" / "locked", tmp_path / "other"):
        locked.mkdir()
    real = Path.stat

    def stat(path: Path, *, follow_symlinks: bool = True) -> os.stat_result:
        if path.parent.name == "locked" or path.name == "other":
            raise PermissionError(13, "Permission denied")  # root may read everything
        return real(path, follow_symlinks=follow_symlinks)

    monkeypatch.setattr(Path, "stat", stat)
    packs, errors = find_packs([tmp_path / "packs", tmp_path / "other"])
    assert [pack.id for pack in packs] == ["photos", "genres"]
    assert [error.directory.name for error in errors] == ["locked", "other"]
    assert all("Permission denied" in str(error) for error in errors)


def test_a_bottomless_description_is_refused(tmp_path: Path) -> None:
    packs = write_packs(tmp_path)
    (packs / "genres" / "pack.json").write_text('{"format":' * 100_000)
    found, (error,) = find_packs([packs])
    assert [pack.id for pack in found] == ["photos"]
    assert "genres" in str(error)


def test_the_users_own_pack_stands_in_for_the_shipped_one(tmp_path: Path) -> None:
    write_pack(tmp_path / "shipped" / "photos", version="theirs")
    write_pack(tmp_path / "user" / "photos", version="mine")
    packs, errors = find_packs([tmp_path / "shipped", tmp_path / "user"])
    assert [pack.version for pack in packs] == ["mine"]
    assert errors == []


def test_two_packs_of_one_id_in_one_folder_are_an_error(tmp_path: Path) -> None:
    first = write_pack(tmp_path / "user" / "photos", version="mine")
    shutil.copytree(first, tmp_path / "user" / "photos (copy)")
    packs, errors = find_packs([tmp_path / "user"])
    assert [pack.version for pack in packs] == ["mine"]
    assert len(errors) == 1
    assert str(first) in str(errors[0])


def test_folders_that_do_not_exist_or_hold_other_things_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "readme.txt").write_text("hello")
    assert find_packs([tmp_path, tmp_path / "gone"]) == ([], [])


def test_a_folder_given_twice_counts_once_and_may_be_a_pack_itself(tmp_path: Path) -> None:
    directory = write_pack(tmp_path / "photos")
    packs, errors = find_packs([directory, tmp_path, tmp_path])
    assert [pack.id for pack in packs] == ["photos"]
    assert errors == []


def test_a_missing_gate_pack_leaves_the_gated_pack_waiting(tmp_path: Path) -> None:
    write_pack(tmp_path / "genres", GENRES, gate=GATE)
    packs, errors = find_packs([tmp_path])
    assert [pack.id for pack in packs] == ["genres"]
    assert errors == []


def test_a_gate_on_an_unknown_label_is_refused(tmp_path: Path) -> None:
    write_pack(tmp_path / "photos")
    write_pack(tmp_path / "genres", GENRES, gate={**GATE, "label": "placard"})
    packs, errors = find_packs([tmp_path])
    assert [pack.id for pack in packs] == ["photos"]
    assert "photos/placard" in str(errors[0])


def test_gates_that_wait_for_each_other_are_refused(tmp_path: Path) -> None:
    write_pack(tmp_path / "a", PHOTOS, gate={"pack": "b", "label": "red", "at_least": 0.5})
    write_pack(tmp_path / "b", PHOTOS, gate={"pack": "a", "label": "red", "at_least": 0.5})
    packs, errors = find_packs([tmp_path])
    assert packs == []
    assert len(errors) == 2


def test_reading_packs_does_not_load_onnx_runtime() -> None:
    code = (
        "import sys, app.labeling.pack, app.labeling.hierarchy, app.labeling.codes;"
        "sys.exit('onnxruntime' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_labels_keep_every_sign_of_every_script(tmp_path: Path) -> None:
    odd = [label("x", name="Кіно “映画” 🎬", aliases=["naïve\\café"])]
    pack = load_pack(write_pack(tmp_path / "pack", changes={"labels": odd}))
    assert labels_from_json(pack.labels_json())[0].name == "Кіно “映画” 🎬"
    assert msgspec.json.decode(pack.labels_json())[0]["aliases"] == ["naïve\\café"]
