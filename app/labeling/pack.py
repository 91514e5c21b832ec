"""Label packs: a network, its labels and all that is known of them, in one folder.

Format 1 is a ``pack.json`` beside ONNX files. Everything in it is checked when it is read, so that
the rest of the program can rely on it; the files' hashes are checked when a session opens them.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from app.labeling.errors import PackError
from app.labeling.label import Id, Label, Probability, Text, label_problem, labels_from_json
from app.paths import resolved

__all__ = [
    "Gate",
    "Label",
    "Pack",
    "PackError",
    "PackFile",
    "PackInput",
    "Reads",
    "find_packs",
    "labels_from_json",
    "load_pack",
    "verify",
    "verify_file",
]

FORMAT = 1
"""The newest pack format this version reads."""

PACK_FILE = "pack.json"
USER = "user"
"""Not a pack id: keys of the user's own labels begin with it."""

LARGEST_SIDE = 4096
"""No known network reads more; a slip in a pack must not ask for gigabytes."""

MAX_TOKENS = (8, 512)
"""Of a text: fewer hold no title, and BERT, which text models are kin to, has 512 positions."""

Side = Annotated[int, msgspec.Meta(ge=1, le=LARGEST_SIDE)]
Sha256 = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$")]
Precision = Literal["fp32", "fp16", "int8", "none"]
"""Of a network's weights; ``none`` is for a file that is no network."""

Resize = Literal["stretch", "crop", "pad"]
Filter = Literal["bilinear", "bicubic", "lanczos", "box"]


class Gate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When a pack looks at a picture at all: another pack's label is likely enough."""

    pack: Id
    label: Id
    at_least: Probability

    @property
    def key(self) -> str:
        """The gate label's key, as decisions name it."""
        return f"{self.pack}/{self.label}"


class PackInput(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The picture that the network reads: its size in pixels and how it is brought to it."""

    height: Side
    width: Side
    resize: Resize
    filter: Filter


class Reads(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a pack takes the words in a picture: by a text model, whose vector its network is given.

    Attributes:
        model: the pack's file with the text model (ONNX): tokens in, a vector out.
        tokenizer: the pack's file with its tokenizer: JSON of the library ``tokenizers``.
        max_tokens: tokens of a text that it reads, those that begin and end it included.
    """

    model: Text
    tokenizer: Text
    max_tokens: Annotated[int, msgspec.Meta(ge=MAX_TOKENS[0], le=MAX_TOKENS[1])]


class PackFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file of the pack, with its SHA-256 in lower-case hex."""

    name: Text
    precision: Precision
    sha256: Sha256

    @property
    def is_network(self) -> bool:
        """Whether it is the labelling network in some precision (``evidence.onnx`` is not)."""
        return self.name.startswith("model.")

    @property
    def lacks_precision(self) -> bool:
        """Whether it needs a precision and has none."""
        return self.precision == "none" and (self.is_network or self.name.endswith(".onnx"))


class _Written(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``pack.json``, field by field."""

    format: int
    id: Id
    version: Text
    title: Text
    input: PackInput
    labels: Annotated[tuple[Label, ...], msgspec.Meta(min_length=1)]
    files: Annotated[tuple[PackFile, ...], msgspec.Meta(min_length=1)]
    description: str = ""
    license: str = ""
    gate: Gate | None = None
    reads: Reads | None = None
    embedding: Annotated[int, msgspec.Meta(ge=0)] = 0
    metrics: dict[str, Any] = {}
    training: dict[str, Any] = {}


class _FormatOnly(msgspec.Struct):
    """What is read first: a newer format may differ in everything else."""

    format: int


@dataclass(frozen=True, slots=True)
class Pack:
    """A label pack whose description has been read and checked.

    Attributes:
        directory: the pack's folder.
        embedding: length of the embedding vector; 0: the network gives none.
        reads: how the pack takes the words in a picture; None: it looks at the picture only.
        metrics: figures on held-out data, as the trainer wrote them.
        training: where the network comes from, as the trainer wrote it.
    """

    directory: Path
    id: str
    version: str
    title: str
    description: str
    license: str
    input: PackInput
    labels: tuple[Label, ...]
    gate: Gate | None
    reads: Reads | None
    embedding: int
    files: tuple[PackFile, ...]
    metrics: dict[str, Any] = field(compare=False)
    training: dict[str, Any] = field(compare=False)

    def key(self, label_id: str) -> str:
        """The key that names one of the pack's labels everywhere: ``pack/id``."""
        return f"{self.id}/{label_id}"

    def labels_json(self) -> str:
        """The labels as JSON: what the library keeps, so that it can be read without the pack."""
        return msgspec.json.encode(self.labels).decode()

    def index(self, label_id: str) -> int | None:
        """The label's place among the pack's labels, or None."""
        return next((at for at, label in enumerate(self.labels) if label.id == label_id), None)

    def network(self, preferred: Sequence[str]) -> PackFile:
        """The network file to use.

        Args:
            preferred: precisions, best first; if none is there, the first network listed.
        """
        networks = [file for file in self.files if file.is_network]
        by_precision = {file.precision: file for file in reversed(networks)}
        for precision in preferred:
            if precision in by_precision:
                return by_precision[precision]
        return networks[0]


def load_pack(directory: Path) -> Pack:
    """Reads and checks a pack's description, and that its files are there.

    Raises:
        PackError: naming the file, the field and what is wrong with it.
    """
    written = _read(directory)
    _check_files(directory, written.files)
    problem = label_problem(written.labels)
    if problem:
        raise PackError(directory, problem)
    if written.id == USER:
        raise PackError(directory, f'its id "{USER}" is reserved for the user\'s own labels.')
    if written.gate is not None and written.gate.pack == written.id:
        raise PackError(directory, "in pack.json, gate.pack names the pack itself.")
    if written.reads is not None:
        _check_reads(directory, written.reads, written.files)
    return Pack(
        directory=directory,
        **{name: getattr(written, name) for name in written.__struct_fields__ if name != "format"},
    )


def find_packs(folders: Iterable[Path]) -> tuple[list[Pack], list[PackError]]:
    """Finds the packs in some folders; a bad one never hides the others.

    Args:
        folders: each holds packs as subfolders (or is one). One that does not exist is passed over.
            A pack of a later folder stands in for one of the same id in an earlier (the user's
            own for the shipped one); twice one id in the same folder is an error.

    Returns:
        The packs, every gate's pack before those it gates, else in the order found; and the errors.
    """
    packs: dict[str, Pack] = {}
    errors: list[PackError] = []
    for folder in dict.fromkeys(resolved(folder) for folder in folders):
        packs |= _packs_in(folder, errors)
    ordered = _in_gate_order(packs, errors)
    return ordered, errors


def verify(pack: Pack) -> None:
    """Checks the hash of every file of the pack.

    Raises:
        PackError: a file is missing, cannot be read, or is not the one the pack was made with.
    """
    for file in pack.files:
        verify_file(pack, file)


def verify_file(pack: Pack, file: PackFile) -> Path:
    """Checks one file's hash, and returns its path.

    Raises:
        PackError: as in ``verify``.
    """
    path = pack.directory / file.name
    try:
        stat = path.stat()
        found = _sha256(path, stat.st_size, stat.st_mtime_ns)
    except OSError as error:
        raise PackError(
            pack.directory, f"{file.name} cannot be read ({error.strerror}); install it again."
        ) from error
    if found != file.sha256:
        raise PackError(
            pack.directory,
            f"{file.name} is damaged or was replaced: its SHA-256 is {found[:12]}… where pack.json"
            f" says {file.sha256[:12]}…; install the pack again.",
        )
    return path


@lru_cache(maxsize=64)
def _sha256(path: Path, size: int, mtime_ns: int) -> str:
    """The file's hash; size and time are there to make a changed file another question."""
    del size, mtime_ns
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _read(directory: Path) -> _Written:
    path = directory / PACK_FILE
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise PackError(directory, f"it has no {PACK_FILE}.") from error
    except OSError as error:
        raise PackError(directory, f"{PACK_FILE} cannot be read ({error.strerror}).") from error
    try:
        found = msgspec.json.decode(data, type=_FormatOnly).format
        if found > FORMAT:
            raise PackError(
                directory,
                f"it has format {found}, and this version of Lumitag reads up to {FORMAT};"
                " update Lumitag.",
            )
        if found < 1:
            raise PackError(directory, f"in {PACK_FILE}, format is {found}; the first is 1.")
        return msgspec.json.decode(data, type=_Written)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        where = str(error).replace(" - at `$.", " at `").replace(" - at `$`", "")
        raise PackError(directory, f"in {PACK_FILE}: {where}.") from error


def _check_files(directory: Path, files: Sequence[PackFile]) -> None:
    names: set[str] = set()
    for file in files:
        if not _is_plain_name(file.name):
            raise PackError(
                directory,
                f'in {PACK_FILE}, the file name "{file.name}" leaves the pack\'s folder.',
            )
        if file.name in names:
            raise PackError(directory, f'in {PACK_FILE}, the file "{file.name}" is listed twice.')
        if file.lacks_precision:
            raise PackError(
                directory, f'in {PACK_FILE}, the network "{file.name}" has the precision "none".'
            )
        names.add(file.name)
        if not (directory / file.name).is_file():
            raise PackError(directory, f"the file {file.name} is missing; install it again.")
    if not any(file.is_network for file in files):
        raise PackError(directory, f"{PACK_FILE} lists no network (model.onnx) among its files.")


def _check_reads(directory: Path, reads: Reads, files: Sequence[PackFile]) -> None:
    """Refuses a text model or tokenizer that is no file of the pack, or is another of them."""
    others = {file.name for file in files if file.is_network}
    for field_name, name in (("model", reads.model), ("tokenizer", reads.tokenizer)):
        if name not in {file.name for file in files}:
            raise PackError(
                directory, f'in {PACK_FILE}, reads.{field_name} "{name}" is not among files.'
            )
        if name in others:
            raise PackError(
                directory, f'in {PACK_FILE}, reads.{field_name} "{name}" is another file already.'
            )
        others.add(name)


def _is_plain_name(name: str) -> bool:
    """Whether a name stays inside its folder, on every system (drives and backslashes too)."""
    return not any(sign in name for sign in "/\\:\0") and name not in {".", ".."}


def _packs_in(folder: Path, errors: list[PackError]) -> dict[str, Pack]:
    packs: dict[str, Pack] = {}
    for directory in _directories(folder, errors):
        try:
            if not (directory / PACK_FILE).is_file():
                continue
            pack = load_pack(directory)
            if pack.id in packs:
                taken = packs[pack.id].directory
                raise PackError(directory, f'its id "{pack.id}" is taken by {taken}.')
        except OSError as error:
            errors.append(_closed(directory, error))
        except PackError as error:
            errors.append(error)
        else:
            packs[pack.id] = pack
    return packs


def _directories(folder: Path, errors: list[PackError]) -> list[Path]:
    """A folder and what is in it; nothing if it is no folder."""
    try:
        return [folder, *sorted(folder.iterdir())] if folder.is_dir() else []
    except OSError as error:
        errors.append(_closed(folder, error))
        return []


def _closed(folder: Path, error: OSError) -> PackError:
    return PackError(folder, f"the folder may not be looked into ({error.strerror}).")


def _in_gate_order(packs: dict[str, Pack], errors: list[PackError]) -> list[Pack]:
    """Orders packs so that a gate's pack comes first; those with an impossible gate are errors.

    A gate whose pack is not there stays: it counts as closed.
    """
    sound: dict[str, Pack] = {}
    for pack in packs.values():
        gate = packs.get(pack.gate.pack) if pack.gate else None
        if pack.gate and gate and gate.index(pack.gate.label) is None:
            why = f'its gate "{pack.gate.key}" is no label of {gate.directory}.'
            errors.append(PackError(pack.directory, why))
        else:
            sound[pack.id] = pack
    ordered: list[Pack] = []
    while len(ordered) < len(sound):
        waiting = {pack.id: pack for pack in sound.values() if pack not in ordered}
        ready = [pack for pack in waiting.values() if not (pack.gate and pack.gate.pack in waiting)]
        if not ready:
            errors.extend(
                PackError(pack.directory, "its gate waits, by way of other packs, for itself.")
                for pack in waiting.values()
            )
            break
        ordered.extend(ready)
    return ordered
