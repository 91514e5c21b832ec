"""A few letters find the label that is meant, and a new word is never added by accident."""

from hypothesis import given
from hypothesis import strategies as st

from app.ui.inspector.offers import Choice, Offer, offers

CHOICES = (
    Choice("photos/cart", "cart"),
    Choice("photos/car", "car", ("automobile",)),
    Choice("photos/race-car", "race car"),
    Choice("genres/sci-fi", "science fiction", ("sci-fi",)),
    Choice("photos/drama", "drama"),
    Choice("genres/drama", "drama"),
)


def names(typed: str) -> list[str]:
    return [offer.name for offer in offers(typed, CHOICES)]


def test_the_label_called_exactly_so_comes_first_and_nothing_new_is_offered() -> None:
    found = offers("Car", CHOICES)
    assert [offer.key for offer in found] == ["photos/car", "photos/cart", "photos/race-car"]


def test_a_new_word_is_offered_last() -> None:
    assert offers("holiday", CHOICES) == (Offer("holiday", None),)
    assert offers("ca", CHOICES)[-1] == Offer("ca", None)


def test_another_word_for_a_label_finds_it() -> None:
    assert offers("Sci-Fi", CHOICES) == (Offer("science fiction", "genres/sci-fi", "sci-fi"),)
    assert names("autom") == ["car", "autom"]


def test_a_label_of_two_packs_is_offered_once() -> None:
    assert offers("drama", CHOICES) == (Offer("drama", "photos/drama"),)


def test_spaces_around_and_between_words_do_not_matter() -> None:
    assert names("  race   car ") == ["race car"]
    assert offers("   ", CHOICES) == ()


@given(st.text(max_size=30))
def test_whatever_is_typed_there_is_something_to_add(typed: str) -> None:
    found = offers(typed, CHOICES)
    assert bool(found) == bool(typed.split())
    assert sum(offer.key is None for offer in found) <= 1
