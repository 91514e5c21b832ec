"""Whatever stands in the search field, its chips say the same query."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from app.engine import Engine
from app.search.query_language import parse
from app.ui.top_bar.term_row import TermRow

QUERIES = st.one_of(
    st.text(),
    st.lists(
        st.sampled_from(
            ["dog", "-cat", "science", "fiction", "OR", "AND", "NOT", "(", ")", "  ", "sort:name",
             '"science fiction"', "folder:Pictures", "taken:2021", "drama>0.7", '"', "-", ":"]
        ),
        max_size=8,
    ).map(" ".join),
)  # fmt: skip
WITH_WIDGET = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def row(qtbot: QtBot, engine: Engine) -> TermRow:
    row = TermRow()
    qtbot.addWidget(row)
    row.resize(400, 30)
    row.set_vocabulary(engine.searcher.vocabulary)
    return row


@WITH_WIDGET
@given(query=QUERIES)
def test_any_query_is_read_back_as_it_was_set(row: TermRow, query: str) -> None:
    row.set_query(query)
    assert row.query() == query
    row.commit()
    assert row.query() == query


@WITH_WIDGET
@given(query=QUERIES, data=st.data())
def test_opening_a_chip_and_closing_it_again_changes_nothing_but_blanks(
    row: TermRow, query: str, data: st.DataObject
) -> None:
    row.set_query(query)
    if row.chips:
        chip = row.chips[data.draw(st.integers(0, len(row.chips) - 1))]
        row.open_chip(chip)
        row.commit()
        assert row.query().rstrip() == query.rstrip()


@WITH_WIDGET
@given(query=QUERIES, data=st.data())
def test_removing_a_chip_never_breaks_a_query(
    row: TermRow, query: str, data: st.DataObject
) -> None:
    row.set_query(query)
    before = len(row.chips)
    if before:
        row.remove_chip(row.chips[data.draw(st.integers(0, before - 1))])
        parse(row.query())
        assert len(row.chips) < before


@WITH_WIDGET
@given(query=QUERIES, data=st.data())
def test_excluding_and_including_again_means_the_same(
    row: TermRow, query: str, data: st.DataObject
) -> None:
    row.set_query(query)
    if row.chips:
        place = data.draw(st.integers(0, len(row.chips) - 1))
        if row.chips[place].text().startswith("sort:"):
            return
        meaning = parse(query)
        row.flip_chip(row.chips[place])
        assert parse(row.query()) != meaning
        row.flip_chip(row.chips[place])
        assert parse(row.query()) == meaning
