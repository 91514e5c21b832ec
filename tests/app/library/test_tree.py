"""A photo counts once in each folder that it lies in or below, however many copies there are."""

from collections import defaultdict
from pathlib import Path, PurePosixPath

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.library.library import Library
from app.library.records import FailedFile, Folder, SeenFile
from app.library.tree import Directory
from tests.support.libraries import stored_file

_FILES = st.dictionaries(
    st.lists(st.sampled_from("ab"), max_size=3).map("/".join),
    st.sets(st.tuples(st.integers(0, 5), st.booleans()), max_size=6),
    max_size=8,
)
"""By directory: a photo, and whether the file is a second copy of it."""


def _paths(directory: Directory) -> list[str]:
    return list(directory.upwards())


def _store(library: Library, folder: Folder, photos: dict[str, int]) -> None:
    library.photos.store(
        [stored_file(folder.id, path, f"photo {photo}") for path, photo in photos.items()]
    )


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files=_FILES)
def test_each_place_has_the_photos_that_lie_in_it(
    library: Library, folder: Folder, files: dict[str, set[tuple[int, bool]]]
) -> None:
    library.files.remove([known.id for known in library.files.known(folder.id).values()])
    inside: defaultdict[str, set[int]] = defaultdict(set)
    photos: dict[str, int] = {}
    for directory, found in files.items():
        place = PurePosixPath(directory)
        for photo, second in found:
            photos[str(place / f"{photo}{' again' * second}.jpg")] = photo
            for above in (place, *place.parents):
                inside["" if above == PurePosixPath() else str(above)].add(photo)
    _store(library, folder, photos)
    counted = library.files.tree().below(_paths)
    assert counted == {place: len(found) for place, found in inside.items()}


def test_a_photo_in_two_folders_counts_in_each(
    library: Library, folder: Folder, tmp_path: Path
) -> None:
    other = tmp_path / "backup"
    other.mkdir()
    backup = library.folders.add(other)
    _store(library, folder, {f"{photo}.jpg": photo for photo in range(3)})
    _store(library, backup, {"2020/0.jpg": 0})
    tree = library.files.tree()
    assert tree.below(lambda directory: [directory.folder_id]) == {folder.id: 3, backup.id: 1}
    assert tree.below(lambda _: ["everywhere"]) == {"everywhere": 3}


def test_what_cannot_be_read_is_no_photo(library: Library, folder: Folder) -> None:
    library.photos.store([FailedFile(SeenFile(folder.id, "bad/b.jpg", 1, 2), "empty", "Empty.")])
    assert library.files.tree().below(_paths) == {}
