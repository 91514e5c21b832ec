"""What clicks in the sidebar and on chips do to the query that the user typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.search.edit import (
    TermState,
    sort_of,
    state_of,
    terms,
    with_name,
    with_sort,
    with_term,
    without,
    without_label,
)
from app.search.query_language import SORTS, parse
from app.search.syntax import Query, written
from app.search.vocabulary import LabelInfo, Vocabulary
from tests.app.search.queries import queries, texts

LABELS = Vocabulary(
    [
        LabelInfo("genres/drama", "drama", "genres", (), (), 0.5, "genres"),
        LabelInfo(
            "genres/science-fiction", "science fiction", "genres", ("sci-fi",), (), 0.5, "genres"
        ),
        LabelInfo("photos/dog", "dog", "animals", ("hound",), (), 0.5, "photos"),
        LabelInfo("photos/hot-dog", "hot dog", "food", (), (), 0.5, "photos"),
        LabelInfo("photos/water", "water", "places", (), (), 0.5, "photos"),
        LabelInfo("photos/bottle", "bottle", "things", (), (), 0.5, "photos"),
        LabelInfo("photos/water-bottle", "water bottle", "things", (), (), 0.5, "photos"),
    ]
)

words = st.one_of(
    st.sampled_from(["drama", "science fiction", "sci-fi", "dog", "hot dog", "OR", 'the "best"']),
    st.text(min_size=1, max_size=8).filter(lambda text: text.strip()),
)
states = st.sampled_from(["wanted", "excluded", "off"])


def test_chips_show_every_condition_of_a_query() -> None:
    query = 'science fiction -drama folder:"My Pictures" (a OR b) dog>0.7 IMG sort:name'

    chips = terms(query, LABELS)

    assert [(chip.text, chip.kind, chip.negated) for chip in chips] == [
        ("science fiction", "label", False),
        ("drama", "label", True),
        ('folder:"My Pictures"', "field", False),
        ("(a OR b)", "group", False),
        ("dog>0.7", "label", False),
        ("IMG", "name", False),
    ]
    assert [chip.keys for chip in chips[:2]] == [("genres/science-fiction",), ("genres/drama",)]
    assert [query[chip.start : chip.end] for chip in chips[:3]] == [
        "science fiction",
        "-drama",
        'folder:"My Pictures"',
    ]


def test_without_a_vocabulary_every_word_counts_as_a_label() -> None:
    assert [(term.text, term.kind) for term in terms("IMG name:x")] == [
        ("IMG", "label"),
        ("name:x", "name"),
    ]


@pytest.mark.parametrize(
    ("query", "state"),
    [
        ("sci-fi", "wanted"),
        ("science fiction", "wanted"),
        ('"Science Fiction" dog', "wanted"),
        ("label:sci-fi", "wanted"),
        ("-sci-fi", "excluded"),
        ("sci-fi -sci-fi", "excluded"),
        ("dog", "off"),
        ("(sci-fi OR dog)", "off"),
        ("sci-fi>0.5", "off"),
        ('"sci-fi', "off"),
    ],
)
def test_the_sidebar_knows_a_label_by_all_its_names(query: str, state: TermState) -> None:
    assert state_of(query, "science fiction", LABELS) == state


@pytest.mark.parametrize(
    ("query", "word", "state", "edited"),
    [
        ("", "science fiction", "wanted", '"science fiction"'),
        ("dog", "drama", "wanted", "dog drama"),
        ("dog sort:name", "drama", "excluded", "dog -drama sort:name"),
        ("dog AND drama x", "dog", "excluded", "-dog AND drama x"),
        ("sci-fi dog", "science fiction", "off", "dog"),
        ("sci-fi dog sci-fi", "science fiction", "wanted", "sci-fi dog"),
        ("-sci-fi", "science fiction", "wanted", '"science fiction"'),
        ("a OR b", "drama", "wanted", "(a OR b) drama"),
        ("a sort:name OR b", "drama", "wanted", "(a OR b) drama sort:name"),
        ("(a OR b)", "drama", "wanted", "(a OR b) drama"),
        ("dog drama", "dog", "off", "drama"),
        ("dog", "dog", "off", ""),
        ('"broken', "dog", "wanted", "dog"),
        ("dog", "  ", "wanted", "dog"),
        # Beside "hot", a plain "dog" would make a meal of it.
        ("hot", "dog", "wanted", 'hot "dog"'),
        ("water", "bottle", "wanted", "water bottle"),
        ("hot dog", "dog", "off", "hot dog"),
    ],
)
def test_a_click_on_a_label_edits_the_text(
    query: str, word: str, state: TermState, edited: str
) -> None:
    assert with_term(query, word, state, LABELS) == edited


def test_a_chip_is_taken_away_and_the_rest_stays_as_typed() -> None:
    query = 'dog -"hot dog" AND (a  OR b) x sort:-name'

    left = [without(query, chip) for chip in terms(query)]

    assert left == [
        '-"hot dog" AND (a  OR b) x sort:-name',
        "dog (a  OR b) x sort:-name",
        'dog -"hot dog" AND x sort:-name',
        'dog -"hot dog" AND (a  OR b) sort:-name',
    ]


def test_the_order_is_changed_in_the_text() -> None:
    assert with_sort("dog", "name") == "dog sort:name"
    assert with_sort("dog sort:name drama", "-taken") == "dog drama sort:-taken"
    assert with_sort("a OR b sort:name", None) == "a OR b"
    assert with_sort('"broken', "name") == '"broken'
    assert (sort_of("dog sort:-name"), sort_of("dog"), sort_of('"broken')) == ("-name", None, None)


@given(queries, words, states)
def test_a_label_is_in_the_state_that_was_asked_for(
    query: Query, word: str, state: TermState
) -> None:
    for vocabulary in (None, LABELS):
        edited = with_term(written(query), word, state, vocabulary)

        assert state_of(edited, word, vocabulary) == state
        parse(edited)
        assert sort_of(edited) == (None if query.sort is None else str(query.sort))


@given(queries, words)
def test_the_other_conditions_stay(query: Query, word: str) -> None:
    text = written(query)

    if state_of(text, word) == "off":
        there_and_back = with_term(with_term(text, word, "excluded"), word, "off")
        assert parse(there_and_back).root == query.root


@given(texts, words, states)
def test_whatever_stands_in_the_field_a_click_works(text: str, word: str, state: TermState) -> None:
    assert state_of(with_term(text, word, state, LABELS), word, LABELS) == state


@given(queries, st.sampled_from(SORTS))
def test_another_order_keeps_the_conditions(query: Query, sort: str) -> None:
    text = with_sort(written(query), sort)

    assert parse(text).root == query.root
    assert sort_of(text) == sort


@given(queries)
def test_every_chip_can_be_taken_away(query: Query) -> None:
    text = written(query)
    chips = terms(text, LABELS)

    for chip in chips:
        parse(without(text, chip, LABELS))
    if len(chips) == 1:
        assert terms(without(text, chips[0], LABELS)) == []


OWN = Vocabulary(
    [
        *LABELS.labels.values(),
        LabelInfo("user/ana", "Ana", "", (), (), None, "user"),
        LabelInfo("user/aunt-mary", "aunt mary", "", (), (), None, "user"),
    ]
)


@pytest.mark.parametrize(
    ("query", "key", "name", "becomes"),
    [
        ("dog ana sort:name", "user/ana", "Anna", "dog Anna sort:name"),
        ("dog -ANA", "user/ana", "Anna", "dog -Anna"),
        ("ana dog", "user/ana", "great aunt", '"great aunt" dog'),
        ("ana", "user/ana", "OR", '"OR"'),
        ("dog aunt mary", "user/aunt-mary", "Mary", "dog Mary"),
        ("dog   -cat", "user/ana", "Anna", "dog   -cat"),
        ("(ana OR dog) -cat", "user/ana", "great aunt", '("great aunt" OR dog) -cat'),
        ("dog -(aunt mary water)", "user/aunt-mary", "Mary", "dog -(Mary water)"),
        ("label:ana OR -(-ana)", "user/ana", "Great Aunt", 'label:"Great Aunt" OR "Great Aunt"'),
        ("ana>0.5", "user/ana", "Anna", "Anna>0.5"),
        ("text:ana name:ana folder:ana", "user/ana", "Anna", "text:ana name:ana folder:ana"),
        ('"ana', "user/ana", "Anna", '"ana'),
    ],
)
def test_a_query_asks_for_a_renamed_label_by_its_new_name(
    query: str, key: str, name: str, becomes: str
) -> None:
    assert with_name(query, key, name, OWN) == becomes


@pytest.mark.parametrize(
    ("query", "becomes"),
    [
        ("dog ana", "dog"),
        ("-ana", ""),
        ("label:ana sort:name", "sort:name"),
        ("dog   -cat", "dog   -cat"),
        ("(ana OR dog)", "(ana OR dog)"),
    ],
)
def test_a_query_no_longer_asks_for_a_label_that_is_gone(query: str, becomes: str) -> None:
    assert without_label(query, "user/ana", OWN) == becomes
