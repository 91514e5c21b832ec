"""Labels of the user's own are renamed and deleted, and every step can be taken back."""

import pytest

from app.library.errors import LabelNameError
from app.library.library import Library
from app.library.records import Folder, Operation, Renaming, UserLabel, Verdict
from tests.support.libraries import stored_file

ANA, OMA = "user/ana", "user/oma"
YES, NO = Verdict.ACCEPTED, Verdict.REJECTED


@pytest.fixture(autouse=True)
def _decided(library: Library, folder: Folder) -> None:
    library.photos.store([stored_file(folder.id, f"{at}.jpg", f"{at}") for at in range(5)])
    library.decisions.decide([1, 2], ANA, YES, label_name="Ana")
    library.decisions.decide([3], ANA, NO)


def names(library: Library) -> dict[str, str]:
    return {one.key: one.name for one in library.labels.user()}


def verdicts(library: Library, label: str) -> dict[int, Verdict]:
    found = library.decisions.of(range(1, 6))
    return {at: one.verdict for at, all_ in found.items() for one in all_ if one.label == label}


def undone(library: Library) -> Operation:
    operation = library.decisions.undo()
    assert operation is not None
    return operation


def test_a_renamed_label_keeps_its_photos_and_gets_its_name_back(library: Library) -> None:
    before, revision = verdicts(library, ANA), library.revision
    operation = library.decisions.rename(ANA, "  Anna   Maria ")
    assert operation.renamed == Renaming("Ana", "Anna Maria")
    assert names(library) == {ANA: "Anna Maria"}
    assert verdicts(library, ANA) == before
    assert library.revision > revision
    assert undone(library).renamed == Renaming("Ana", "Anna Maria")
    assert names(library) == {ANA: "Ana"}
    assert library.decisions.redo().renamed == Renaming("Ana", "Anna Maria")
    assert names(library) == {ANA: "Anna Maria"}


def test_undo_walks_over_renamings_and_decisions_in_their_order(library: Library) -> None:
    library.decisions.rename(ANA, "Anna")
    library.decisions.decide([4], ANA, YES)
    library.decisions.rename(ANA, "Anne")
    assert undone(library).renamed == Renaming("Anna", "Anne")
    assert undone(library).photo_ids == (4,)
    assert undone(library).renamed == Renaming("Ana", "Anna")
    assert undone(library).photo_ids == (3,)


def test_only_another_way_of_writing_it_is_a_name_too(library: Library) -> None:
    library.decisions.rename(ANA, "ANA")
    assert names(library) == {ANA: "ANA"}


def test_the_same_name_changes_nothing(library: Library) -> None:
    revision = library.revision
    assert library.decisions.rename(ANA, " Ana ").id == 0
    assert library.revision == revision


@pytest.mark.parametrize(
    ("key", "name", "says"),
    [
        (ANA, "  ", "needs a name"),
        (ANA, "OMA", "“Oma” already"),
        ("photos/dog", "hound", "no label of your own"),
        ("user/nobody", "somebody", "no label of your own"),
    ],
)
def test_what_cannot_be_renamed_stays(library: Library, key: str, name: str, says: str) -> None:
    library.decisions.decide([5], OMA, YES, label_name="Oma")
    before = names(library)
    with pytest.raises(LabelNameError, match=says):
        library.decisions.rename(key, name)
    assert names(library) == before


def test_a_deleted_label_is_gone_and_comes_back_with_all_that_was_decided(library: Library) -> None:
    before = library.decisions.of(range(1, 6))
    operation = library.decisions.forget(ANA)
    assert (operation.photo_ids, operation.name) == ((1, 2, 3), "Ana")
    assert names(library) == {}
    assert verdicts(library, ANA) == {}
    assert undone(library).photo_ids == (1, 2, 3)
    assert names(library) == {ANA: "Ana"}
    assert library.decisions.of(range(1, 6)) == before
    library.decisions.redo()
    assert names(library) == {}


def test_only_the_users_own_labels_are_deleted(library: Library) -> None:
    library.decisions.decide([1], "photos/dog", YES)
    with pytest.raises(LabelNameError, match="no label of your own"):
        library.decisions.forget("photos/dog")
    assert verdicts(library, "photos/dog") == {1: YES}


def test_a_label_that_nothing_holds_is_not_listed(library: Library) -> None:
    library.decisions.decide([5], OMA, YES, label_name="Oma")
    library.decisions.decide([5], OMA, None)
    assert OMA not in names(library)
    library.decisions.decide([5], OMA, NO)
    assert OMA in names(library)
    library.decisions.decide([5], OMA, None)
    library.labels.set_muted(OMA, True)
    assert OMA in names(library)


def test_a_deleted_label_that_is_made_again_is_written_as_it_is_typed(library: Library) -> None:
    library.decisions.forget(ANA)
    assert library.labels.create("ANA") == UserLabel(ANA, "ANA")


def test_the_name_of_a_deleted_label_is_free_and_both_come_back(library: Library) -> None:
    library.decisions.decide([5], OMA, YES, label_name="Oma")
    library.decisions.forget(ANA)
    library.decisions.rename(OMA, "Ana")
    assert names(library) == {OMA: "Ana"}
    undone(library)
    undone(library)
    assert names(library) == {ANA: "Ana", OMA: "Oma"}


def test_a_renaming_is_taken_back_though_another_has_the_name_now(library: Library) -> None:
    library.decisions.rename(ANA, "Anna")
    other = library.labels.create("Ana")
    assert other.key == "user/ana-2"
    # As when its decisions are carried over to an edited picture.
    library.labels.set_muted(other.key, True)
    undone(library)
    assert names(library) == {ANA: ANA, other.key: "Ana"}
