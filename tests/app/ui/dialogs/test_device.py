"""Why the GPU is not used, and what to do about it, in words and with a command to copy."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.labeling.device import DeviceReport
from app.ui.dialogs.device import DeviceDialog, steps

# The offscreen platform cannot hand size limits to a window manager, and says so each time.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

CPU = DeviceReport(
    "cpu",
    "AMD Ryzen 7",
    "CPU, because the CUDA 13 runtime was not found",
    'Install it beside Lumitag with: pip install "lumitag[cuda]"',
    ("Failed to load libcudart.so.13", "second line"),
)


def texts(dialog: DeviceDialog) -> str:
    return "\n".join(label.text() for label in dialog.findChildren(QLabel))


def test_the_reason_comes_first_in_plain_words(qtbot: QtBot) -> None:
    dialog = DeviceDialog(CPU)
    qtbot.addWidget(dialog)
    assert "CPU, because the CUDA 13 runtime was not found." in texts(dialog)
    assert "AMD Ryzen 7" in texts(dialog)


def test_the_command_can_be_copied(qtbot: QtBot) -> None:
    dialog = DeviceDialog(CPU)
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.command is not None
    assert dialog.command.text() == 'pip install "lumitag[cuda]"'
    qtbot.mouseClick(dialog.copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == 'pip install "lumitag[cuda]"'
    assert dialog.copy.text() == "Copied"


def test_technical_details_are_folded_away(qtbot: QtBot) -> None:
    dialog = DeviceDialog(CPU)
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.details is not None
    assert not dialog.details.isVisible()
    qtbot.mouseClick(dialog.fold, Qt.MouseButton.LeftButton)
    assert dialog.details.isVisible()
    assert dialog.details.toPlainText() == "Failed to load libcudart.so.13\nsecond line"


def test_on_the_gpu_there_is_nothing_to_do(qtbot: QtBot) -> None:
    dialog = DeviceDialog(DeviceReport("cuda", "NVIDIA RTX 4060"))
    qtbot.addWidget(dialog)
    assert "GPU, NVIDIA RTX 4060." in texts(dialog)
    assert "nothing to do" in texts(dialog)
    assert dialog.command is None
    assert dialog.details is None


def test_a_remedy_without_a_command_is_said_as_it_is() -> None:
    assert steps("Update the NVIDIA driver.") == ("Update the NVIDIA driver.", "")
    assert steps("Check with nvidia-smi that the system sees the graphics card.")[1] == ""
    assert steps('Install it: pip install "lumitag[cuda]"') == (
        "Install it:",
        'pip install "lumitag[cuda]"',
    )
