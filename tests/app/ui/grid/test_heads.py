"""Heads order the photos and never become a page of holes."""

from PySide6.QtCore import QLocale

from app.search.results import Section
from app.ui.grid.heads import heads_of


def months(*counts: tuple[int, int, int]) -> list[Section]:
    start, made = 0, []
    for year, month, count in counts:
        made.append(Section(year, month, start, count))
        start += count
    return made


def titles(sections: list[Section]) -> list[tuple[str, int]]:
    before = QLocale()
    QLocale.setDefault(QLocale("en_GB"))
    try:
        return [(head.title, head.count) for head in heads_of(sections)]
    finally:
        QLocale.setDefault(before)


def test_full_months_have_heads_of_their_own() -> None:
    found = titles(months((2021, 8, 38), (2021, 6, 12)))
    assert found == [("August 2021", 38), ("June 2021", 12)]


def test_sparse_months_are_put_together_by_year() -> None:
    found = titles(months((2021, 8, 3), (2021, 6, 3), (2020, 2, 4)))
    assert found == [("2021", 6), ("2020", 4)]


def test_sparse_years_have_no_heads() -> None:
    assert titles(months((2021, 8, 1), (2015, 6, 1), (2001, 2, 2))) == []


def test_a_result_that_is_not_sorted_by_date_has_no_heads() -> None:
    assert titles([]) == []
