"""Names and folders are asked for once, until a photo gets or loses a path."""

from app.library.library import Library
from app.library.records import Folder, Verdict
from app.search.names import LibraryNames
from tests.app.search.conftest import DOG
from tests.support.libraries import predicted, stored_file


def test_decisions_and_predictions_cost_no_new_question(holiday: Library) -> None:
    names = LibraryNames(holiday)

    def answers() -> tuple[object, ...]:
        folders = (names.in_folder("Home"), names.directories(), names.in_folders())
        return (names.order(), names.named("rex"), *folders)

    kept = answers()
    holiday.decisions.decide([1], "photos/dog", Verdict.REJECTED)
    holiday.predictions.store({6: [predicted("photos", *DOG)]})
    holiday.settings.set("anything", 1)

    assert all(one is other for one, other in zip(kept, answers(), strict=True))


def test_a_file_that_comes_or_goes_is_seen_at_once(holiday: Library, folder: Folder) -> None:
    names = LibraryNames(holiday)
    assert names.named("rex").tolist() == [1, 2]
    new = stored_file(folder.id, "new/rex again.jpg", "new")
    holiday.photos.store([new])
    assert names.named("rex").tolist() == [1, 2, 7]
    known = holiday.files.known(folder.id)
    holiday.files.remove([known["2020 Sylt/rex.jpg"].id])
    assert names.named("rex").tolist() == [2, 7]
    assert 1 not in names.order().tolist()

    before = holiday.paths_revision
    holiday.photos.store([new])
    assert holiday.paths_revision == before  # the same file again is no news


def test_folders_that_come_or_go_are_seen_at_once(holiday: Library, folder: Folder) -> None:
    names = LibraryNames(holiday)
    assert names.directories()["Pictures/Home"] == 3
    parent = holiday.folders.add(folder.path.parent)
    assert names.directories()[f"{parent.path.name}/Pictures/Home"] == 3
    assert names.in_folder("Home").tolist() == [3, 5, 6]
    holiday.folders.remove(parent.id)
    assert names.directories() == {}
    assert names.in_folder("Home").tolist() == []


def test_no_more_answers_are_kept_than_a_person_goes_back_to(holiday: Library) -> None:
    names = LibraryNames(holiday)
    first = names.named("first")
    for number in range(8):
        names.named(f"other {number}")

    assert names.named("first") is not first
