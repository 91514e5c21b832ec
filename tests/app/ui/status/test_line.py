"""The window always says what it is doing, how far, how fast and how long still."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.indexing.events import (
    Committed,
    FileFailed,
    FolderOffline,
    Idle,
    Notice,
    Progress,
    Scanning,
    Summary,
)
from app.labeling.device import DeviceReport
from app.ui.status import line as status_line
from app.ui.status.line import StatusLine

# The offscreen platform cannot hand size limits to a window manager, and says so each time.
pytestmark = [
    pytest.mark.qt_log_ignore("propagateSizeHints"),
    pytest.mark.usefixtures("english"),
]

PROGRESS = Progress(done=8_214, total=31_877, per_second=63.2, seconds_left=370, labelling=True)
QUIET = Summary(
    added=0, updated=0, moved=0, removed=0, unchanged=9, skipped=0, failed=0, seconds=1.0,
    cancelled=False,
)  # fmt: skip


@pytest.fixture
def line(qtbot: QtBot) -> StatusLine:
    made = StatusLine()
    qtbot.addWidget(made)
    made.resize(1440, made.height())
    made.show()
    return made


def test_reading_words_says_how_far_and_how_long_still(line: StatusLine) -> None:
    reading = Progress(
        done=12, total=340, per_second=0.9, seconds_left=365, labelling=False, words=True
    )
    line.set_progress(reading)
    assert line.doing.text() == "Reading words, 12 of 340"
    assert line.speed.text() == "54 pictures a minute, 6 minutes left"
    assert line.pause.isVisible()
    assert line.progress == 12 / 340
    line.set_progress(Idle())
    assert line.doing.text() == "Ready"


def test_before_anything_happened_it_is_ready(line: StatusLine) -> None:
    assert line.doing.text() == "Ready"
    assert not line.pause.isVisible()
    assert line.progress is None


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        (0, "Looking through Pictures… 0 pictures"),
        (1, "Looking through Pictures… 1 picture"),
        (3_120, "Looking through Pictures… 3,120 pictures"),
    ],
)
def test_it_says_which_folder_it_looks_through(line: StatusLine, found: int, sentence: str) -> None:
    line.set_progress(Scanning(Path("/home/ann/Pictures"), found))
    assert line.doing.text() == sentence
    assert line.stop.isVisible()


def test_it_says_how_far_how_fast_and_how_long_still(line: StatusLine) -> None:
    line.set_progress(PROGRESS)
    assert line.doing.text() == "Labelling 8,214 of 31,877"
    assert line.speed.text() == "63 pictures a second, 6 minutes left"
    assert line.progress == pytest.approx(8_214 / 31_877)
    assert line.pause.isVisible()
    assert line.stop.isVisible()


def test_an_unknown_rate_is_not_guessed_at(line: StatusLine) -> None:
    line.set_progress(replace(PROGRESS, per_second=0.0, seconds_left=None))
    assert line.speed.text() == ""
    line.set_progress(replace(PROGRESS, per_second=12.0, seconds_left=None))
    assert line.speed.text() == "12 pictures a second"
    line.set_progress(replace(PROGRESS, per_second=1.0, seconds_left=30))
    assert line.speed.text() == "1 picture a second, less than a minute left"


def test_nothing_to_do_is_no_progress(line: StatusLine) -> None:
    line.set_progress(replace(PROGRESS, done=0, total=0))
    assert line.progress is None
    line.grab()


def test_work_that_ends_with_an_error_is_not_shown_as_going_on(line: StatusLine) -> None:
    line.set_photo_count(5)
    line.set_progress(PROGRESS)
    line.set_running(False)
    assert line.doing.text() == "5 photos up to date"
    assert line.progress is None
    assert not line.stop.isVisible()


def test_without_a_label_pack_pictures_are_only_read(line: StatusLine) -> None:
    line.set_progress(replace(PROGRESS, labelling=False))
    assert line.doing.text() == "Reading 8,214 of 31,877"


def test_pause_and_resume_are_one_click_each(line: StatusLine, qtbot: QtBot) -> None:
    line.set_progress(PROGRESS)
    with qtbot.waitSignal(line.pause_toggled) as paused:
        qtbot.mouseClick(line.pause, Qt.MouseButton.LeftButton)
    assert paused.args == [True]
    assert line.doing.text() == "Paused at 8,214 of 31,877"
    assert line.pause.text() == "Resume"
    assert line.speed.text() == ""
    with qtbot.waitSignal(line.pause_toggled) as resumed:
        qtbot.keyClick(line.pause, Qt.Key.Key_Space)
    assert resumed.args == [False]
    assert line.doing.text() == "Labelling 8,214 of 31,877"


def test_pause_and_stop_stay_under_the_mouse(line: StatusLine, qtbot: QtBot) -> None:
    def places() -> tuple[int, int]:
        line.layout().activate()
        return line.pause.x(), line.stop.x()

    line.set_progress(PROGRESS)
    before = places()
    line.set_progress(replace(PROGRESS, done=8_300, per_second=8.0, seconds_left=None))
    assert places() == before
    line.show_message("Accepted dog on 2 photos")
    assert places() == before
    line._forget_message()
    qtbot.mouseClick(line.pause, Qt.MouseButton.LeftButton)
    assert places()[0] == before[0]
    line.set_progress(Idle())
    line.set_progress(replace(PROGRESS, done=1, total=2, seconds_left=1))
    assert places() < before


def test_stop_is_acknowledged_at_once(line: StatusLine, qtbot: QtBot) -> None:
    line.set_progress(PROGRESS)
    with qtbot.waitSignal(line.stop_requested):
        qtbot.mouseClick(line.stop, Qt.MouseButton.LeftButton)
    assert line.doing.text() == "Stopping…"
    assert not line.stop.isVisible()
    line.set_progress(replace(QUIET, added=7, cancelled=True))
    assert line.doing.text() == "Stopped, added 7; F5 goes on"


@pytest.mark.parametrize(
    ("summary", "sentence"),
    [
        (replace(QUIET, added=12, moved=3, failed=2), "Added 12, moved 3, 2 could not be read"),
        (replace(QUIET, updated=1, removed=1_200), "Updated 1, removed 1,200"),
        (replace(QUIET, unchanged=0, failed=1), "1 could not be read"),
        (replace(QUIET, cancelled=True), "Stopped; F5 goes on"),
        (QUIET, "31,877 photos up to date"),
        (replace(QUIET, failed=2), "31,877 photos up to date"),
    ],
)
def test_a_run_ends_with_what_it_changed(line: StatusLine, summary: Summary, sentence: str) -> None:
    line.set_photo_count(31_877)
    line.set_progress(PROGRESS)
    line.set_progress(summary)
    line.set_progress(Idle())
    assert line.doing.text() == sentence
    assert line.progress is None


def test_one_photo_is_one_photo(line: StatusLine) -> None:
    line.set_photo_count(1)
    assert line.doing.text() == "1 photo up to date"


def test_files_that_could_not_be_read_are_one_click_away(line: StatusLine, qtbot: QtBot) -> None:
    line.set_progress(replace(QUIET, added=1, failed=2))
    assert line.problems.isVisible()
    with qtbot.waitSignal(line.problems_requested):
        qtbot.mouseClick(line.problems, Qt.MouseButton.LeftButton)
    line.set_progress(replace(QUIET, added=1))
    assert not line.problems.isVisible()


def test_a_message_stands_in_front_for_a_while(
    line: StatusLine, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    line.set_progress(PROGRESS)
    line.show_message("Took back: drama accepted on 5 photos")
    assert line.doing.text() == "Took back: drama accepted on 5 photos"
    assert line.speed.text() == ""
    line._message_timer.start(0)
    qtbot.waitUntil(lambda: line.doing.text() == "Labelling 8,214 of 31,877")
    assert status_line.MESSAGE_MS >= 5_000


def test_a_drive_that_is_away_and_a_notice_are_told(line: StatusLine) -> None:
    line.set_progress(FolderOffline(Path("/media/Backup drive")))
    assert line.doing.text() == "Backup drive is not there now; its photos and labels are kept"
    line.set_progress(Notice("This folder cannot be watched."))
    assert line.doing.text() == "This folder cannot be watched."


def test_events_of_single_files_do_not_flicker(line: StatusLine) -> None:
    line.set_progress(PROGRESS)
    line.set_progress(Committed((1, 2)))
    line.set_progress(FileFailed(Path("/a.jpg"), "The file is empty."))
    assert line.doing.text() == "Labelling 8,214 of 31,877"


def test_the_device_is_named_and_help_offered_where_there_is_some(
    line: StatusLine, qtbot: QtBot
) -> None:
    line.set_device(DeviceReport("cuda", "NVIDIA RTX 4060"))
    assert line.device.text() == "GPU, NVIDIA RTX 4060"
    assert not line.device_help.isVisible()
    line.set_device(DeviceReport("cpu", "AMD Ryzen", "CPU, as you asked"))
    assert line.device.text() == "CPU, as you asked"
    assert not line.device_help.isVisible()
    because = "CPU, because the CUDA 13 runtime was not found"
    line.set_device(DeviceReport("cpu", "AMD Ryzen", because, "Install it"))
    assert line.device.text() == because
    with qtbot.waitSignal(line.device_help_requested):
        qtbot.mouseClick(line.device_help, Qt.MouseButton.LeftButton)


def test_a_narrow_window_keeps_what_matters(line: StatusLine) -> None:
    line.set_progress(PROGRESS)
    line.set_device(DeviceReport("cpu", "x", "CPU, because the CUDA 13 runtime was not found", "y"))
    line.resize(640, line.height())
    line.grab()
    assert line.doing.shown_text() == "Labelling 8,214 of 31,877"
    for link in (line.pause, line.stop, line.device_help):
        assert link.isVisible()
        assert link.shown_text() == link.text()
