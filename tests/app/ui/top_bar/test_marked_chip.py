"""A chip that is marked when another query takes its place."""

import pytest
from pytestqt.qtbot import QtBot

from app.ui.top_bar.term_row import TermRow

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def test_keys_do_not_come_to_a_chip_that_went_while_the_window_was_behind_another(
    qtbot: QtBot,
) -> None:
    row = TermRow()
    qtbot.addWidget(row)
    row.set_query("dog beach")
    row.chips[0].setFocus()
    assert row.focusWidget() is row.chips[0]
    row.set_query("cat")
    assert row.focusWidget() is row.edit
