"""The labels of all pack versions in the library, each with its row among the bits."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.labeling.hierarchy import Hierarchy
from app.labeling.pack import labels_from_json
from app.library.records import PackVersion, UserLabel
from app.search.vocabulary import OWN, LabelInfo, Vocabulary

VISIBLE = "#visible"
DECIDED = "#decided"


def seen_row(version_id: int) -> str:
    """Name the row of the photos that a pack version has given probabilities to."""
    return f"#seen/{version_id}"


@dataclass(frozen=True, slots=True, eq=False)
class Version:
    """A pack version, ready to turn codes into matches.

    Attributes:
        id: The library's number of it.
        pack: The pack's id.
        version: The pack's word for it.
        current: It is the version that labels photos now.
        hierarchy: Its labels and what holds between them.
        keys: The labels' keys, in the order of the codes.
        columns: The place of each key among the codes.
    """

    id: int
    pack: str
    version: str
    current: bool
    hierarchy: Hierarchy
    keys: tuple[str, ...]
    columns: Mapping[str, int]

    @classmethod
    def read(cls, stored: PackVersion) -> "Version":
        """Read a version from what the library keeps of it."""
        labels = labels_from_json(stored.labels_json)
        keys = tuple(f"{stored.pack}/{label.id}" for label in labels)
        columns = {key: at for at, key in enumerate(keys)}
        return cls(
            stored.id,
            stored.pack,
            stored.version,
            stored.current,
            Hierarchy(labels),
            keys,
            columns,
        )

    def infos(self) -> Iterable[LabelInfo]:
        """Describe its labels."""
        for key, label in zip(self.keys, self.hierarchy.labels, strict=True):
            parents = tuple(f"{self.pack}/{parent}" for parent in label.parents)
            yield LabelInfo(
                key, label.name, label.group, label.aliases, parents, label.threshold, self.pack
            )


@dataclass(frozen=True, slots=True, eq=False)
class Versions:
    """All pack versions, and the row of every label and every other set of photos.

    Attributes:
        by_id: The versions by the library's number.
        rows: Row of each label key and other set; rows are only ever added.
    """

    by_id: Mapping[int, Version]
    rows: Mapping[str, int]

    @classmethod
    def read(
        cls,
        stored: Sequence[PackVersion],
        others: Iterable[str],
        before: "Versions | None" = None,
        rows: Sequence[str] = (VISIBLE, DECIDED),
    ) -> "Versions":
        """Read all versions, keeping the rows that are there.

        Args:
            stored: The library's pack versions.
            others: Keys of labels outside them: the user's own, and decided ones of lost packs.
            before: What was read last.
            rows: The rows to begin with, where there is no ``before``.
        """
        old = before.by_id if before else {}
        by_id = {
            each.id: old[each.id]
            if each.id in old and old[each.id].current == each.current
            else Version.read(each)
            for each in stored
        }
        places = dict(before.rows) if before else {key: row for row, key in enumerate(rows)}
        for version in by_id.values():
            for key in (*version.keys, seen_row(version.id)):
                places.setdefault(key, len(places))
        for key in others:
            places.setdefault(key, len(places))
        return cls(by_id, places)

    def current(self, pack: str) -> Version | None:
        """Return the version of a pack that labels photos now."""
        found = [version for version in self.by_id.values() if version.pack == pack]
        return next((version for version in found if version.current), None)

    def places(self, version: Version) -> NDArray[np.int64]:
        """Return the rows of a version's labels: int64 [L]."""
        return np.array([self.rows[key] for key in version.keys], np.int64)

    def column_keys(self) -> tuple[str, ...]:
        """Return every key that any version predicts, pack by pack."""
        ordered = sorted(self.by_id.values(), key=lambda version: version.pack)
        return tuple(dict.fromkeys(key for version in ordered for key in version.keys))

    def seeing(self, key: str) -> list[int]:
        """Return the rows of photos that were given a probability of a label."""
        return [
            self.rows[seen_row(version.id)]
            for version in self.by_id.values()
            if key in version.columns
        ]

    def unknown(self, own: Sequence[UserLabel]) -> list[str]:
        """Return keys that have a row, but that no version and not the user knows any more."""
        known = {key for version in self.by_id.values() for key in version.keys}
        known.update(label.key for label in own)
        return [key for key in self.rows if key not in known and not key.startswith("#")]

    def vocabulary(
        self, own: Sequence[UserLabel], muted: frozenset[str], lost: Sequence[str]
    ) -> Vocabulary:
        """Name every label; where versions differ, as the current one does.

        Args:
            own: The user's labels.
            muted: Keys of muted labels.
            lost: Keys of labels that were accepted somewhere and whose pack is gone: decisions
                stay, under the name that the key keeps.
        """
        infos: dict[str, LabelInfo] = {}
        newest_first = sorted(
            self.by_id.values(), key=lambda version: (version.current, version.id), reverse=True
        )
        for version in sorted(newest_first, key=lambda version: version.pack):
            for info in version.infos():
                infos.setdefault(info.key, info)
        for label in own:
            infos[label.key] = LabelInfo(label.key, label.name, "", (), (), None, OWN)
        for key in lost:
            pack, _, label_id = key.partition("/")
            name = label_id.replace("-", " ").replace("_", " ")
            infos[key] = LabelInfo(key, name, "", (), (), None, pack)
        return Vocabulary(infos.values(), muted)
