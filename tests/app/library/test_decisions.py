from datetime import UTC, datetime

import pytest

from app.library.errors import LabelNameError
from app.library.library import Library
from app.library.records import DecisionTally, Folder, Operation, UserLabel, Verdict
from tests.support.libraries import stored_file

DOG, CAT = "photos/dog", "photos/cat"
YES, NO = Verdict.ACCEPTED, Verdict.REJECTED


@pytest.fixture(autouse=True)
def _five_photos(library: Library, folder: Folder) -> None:
    library.photos.store([stored_file(folder.id, f"{at}.jpg", f"{at}") for at in range(5)])


def verdicts(library: Library, photo_id: int) -> dict[str, Verdict]:
    return {one.label: one.verdict for one in library.decisions.of([photo_id])[photo_id]}


def test_a_decision_is_kept_with_when_it_was_made(library: Library) -> None:
    operation = library.decisions.decide([3, 1], DOG, YES)
    assert operation == Operation(operation.id, DOG, YES, (1, 3))
    (decision,) = library.decisions.of([3])[3]
    assert (decision.photo_id, decision.label, decision.verdict) == (3, DOG, YES)
    assert not decision.carried_over
    assert abs((datetime.now(UTC) - decision.decided_at).total_seconds()) < 60
    assert library.decisions.of([2, 1])[2] == []


def test_a_decision_can_be_changed_and_taken_back(library: Library) -> None:
    library.decisions.decide([1], DOG, YES)
    library.decisions.decide([1], DOG, NO)
    assert verdicts(library, 1) == {DOG: NO}
    operation = library.decisions.decide([1, 2], DOG, None)
    assert operation.photo_ids == (1,)
    assert operation.verdict is None
    assert verdicts(library, 1) == {}


def test_decisions_on_many_photos_are_counted_by_label(library: Library, folder: Folder) -> None:
    library.decisions.decide([1, 2, 3], DOG, YES)
    library.decisions.decide([2, 5], DOG, NO)
    library.decisions.decide([4], CAT, NO)
    library.photos.store([stored_file(folder.id, "0.jpg", "edited", size=2)])

    assert library.decisions.tally([2, 3, 4, 5, 6, 6, 99]) == {
        DOG: DecisionTally(accepted=2, rejected=2, carried_over=1),
        CAT: DecisionTally(rejected=1),
    }
    assert library.decisions.tally([]) == {}


def test_deciding_the_same_again_is_nothing_to_undo(library: Library) -> None:
    first = library.decisions.decide([1], DOG, YES)
    again = library.decisions.decide([1], DOG, YES)
    assert again == Operation(0, DOG, YES, ())
    assert library.decisions.undo() == first
    assert library.decisions.undo() is None


def test_numbers_that_are_no_photos_are_passed_over(library: Library) -> None:
    assert library.decisions.decide([1, 77], DOG, YES).photo_ids == (1,)
    assert library.decisions.decide([77], DOG, YES).photo_ids == ()
    assert library.decisions.decide([], DOG, YES).photo_ids == ()


def test_undo_gives_back_what_was_there_before(library: Library) -> None:
    library.decisions.decide([1], DOG, NO)
    batch = library.decisions.decide([1, 2], DOG, YES)
    assert library.decisions.undo() == batch
    assert verdicts(library, 1) == {DOG: NO}
    assert verdicts(library, 2) == {}
    assert library.decisions.redo() == batch
    assert verdicts(library, 1) == verdicts(library, 2) == {DOG: YES}
    assert library.decisions.redo() is None


def test_undo_gives_back_a_decision_that_was_carried_over(library: Library, folder: Folder) -> None:
    library.decisions.decide([1], DOG, YES)
    library.photos.store([stored_file(folder.id, "0.jpg", "edited")])
    (carried,) = library.decisions.of([6])[6]
    assert carried.carried_over
    library.decisions.decide([6], DOG, YES)  # the user confirms it
    assert not library.decisions.of([6])[6][0].carried_over
    library.decisions.undo()
    assert library.decisions.of([6])[6] == [carried]


def test_undo_goes_back_step_by_step_and_redo_forward(library: Library) -> None:
    for label in (DOG, CAT, DOG):
        library.decisions.decide([1], label, NO if verdicts(library, 1) else YES)
    assert verdicts(library, 1) == {DOG: NO, CAT: NO}
    assert [library.decisions.undo().label for _ in range(3)] == [DOG, CAT, DOG]
    assert verdicts(library, 1) == {}
    assert [library.decisions.redo().label for _ in range(3)] == [DOG, CAT, DOG]
    assert verdicts(library, 1) == {DOG: NO, CAT: NO}


def test_a_new_decision_ends_what_can_be_repeated(library: Library) -> None:
    library.decisions.decide([1], DOG, YES)
    library.decisions.undo()
    library.decisions.decide([1], CAT, YES)
    assert library.decisions.redo() is None
    assert library.decisions.undo().label == CAT
    assert library.decisions.undo() is None


def test_undo_and_redo_work_after_a_restart(library: Library) -> None:
    library.decisions.decide([1], DOG, YES)
    library.decisions.decide([1], CAT, YES)
    library.close()
    with Library.open(library.path) as again:
        assert again.decisions.undo().label == CAT
    with Library.open(library.path) as again:
        assert again.decisions.undo().label == DOG
        assert again.decisions.redo().label == DOG
    with Library.open(library.path) as again:
        assert again.decisions.redo().label == CAT
        assert verdicts(again, 1) == {DOG: YES, CAT: YES}


def test_nothing_to_undo_leaves_the_library_as_it_is(library: Library) -> None:
    before = library.revision
    assert library.decisions.undo() is None
    assert library.decisions.redo() is None
    assert library.decisions.decide([77], DOG, YES).id == 0
    assert library.revision == before


def test_ten_thousand_photos_are_decided_as_one(library: Library, folder: Folder) -> None:
    library.photos.store(
        [stored_file(folder.id, f"many/{at}.jpg", f"many {at}") for at in range(10_000)]
    )
    operation = library.decisions.decide(range(1, 20_000), DOG, YES)
    assert len(operation.photo_ids) == 10_005
    assert len(library.decisions.undo().photo_ids) == 10_005
    assert library.facts.decisions_since(0) == []


def test_every_decision_waits_for_the_disk(library: Library) -> None:
    # What SQLite is told: FULL waits for the disk, so that a power cut costs no decision.
    import sqlalchemy as sa

    told: list[str] = []
    engine = library._database._engine
    engine.dispose()
    sa.event.listen(engine, "connect", lambda driver, _: driver.set_trace_callback(told.append))
    library.decisions.decide([1], DOG, YES)
    assert told.index("PRAGMA synchronous = FULL") < told.index("BEGIN IMMEDIATE")
    assert told.index("BEGIN IMMEDIATE") < told.index("COMMIT")


@pytest.mark.parametrize("key", ["dog", "", "/dog", "photos/"])
def test_a_malformed_key_is_refused(library: Library, key: str) -> None:
    with pytest.raises(LabelNameError, match="no label key"):
        library.decisions.decide([1], key, YES)


def test_a_label_of_the_users_own_can_be_decided_at_once(library: Library) -> None:
    library.decisions.decide([1], "user/grandma", YES, label_name="Grandma")
    assert library.labels.user() == [UserLabel("user/grandma", "Grandma")]
    assert library.labels.create("GRANDMA") == UserLabel("user/grandma", "Grandma")


def test_two_names_that_differ_only_in_case_are_one_label(library: Library) -> None:
    first = library.labels.create("  Grüne   Straße ")
    assert first == UserLabel("user/grüne-strasse", "Grüne Straße")
    library.decisions.decide([1], first.key, YES)
    assert library.labels.create("grüne strasse") == first
    assert library.labels.user() == [first]


def test_names_that_make_the_same_key_are_different_labels(library: Library) -> None:
    keys = {library.labels.create(name).key for name in ("c", "C++", "c#", "++", "c 2", "C_2")}
    assert len(keys) == 6


def test_a_label_needs_a_name(library: Library) -> None:
    with pytest.raises(LabelNameError, match="needs a name"):
        library.labels.create("  ")


def test_a_name_that_is_taken_does_not_stop_a_decision(library: Library) -> None:
    library.decisions.decide([2], "user/grandma", YES, label_name="Grandma")
    library.decisions.decide([1], "user/oma", YES, label_name="Grandma")
    assert verdicts(library, 1) == {"user/oma": YES}
    assert [one.key for one in library.labels.user()] == ["user/grandma", "user/oma"]


def test_muted_labels_stay_muted(library: Library) -> None:
    library.labels.set_muted(DOG, True)
    library.labels.set_muted(CAT, True)
    library.labels.set_muted(CAT, False)
    assert library.labels.muted() == {DOG}
    library.decisions.decide([1], DOG, YES)
    assert library.labels.muted() == {DOG}
    assert library.labels.user() == []
