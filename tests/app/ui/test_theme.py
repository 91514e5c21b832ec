"""The look can be read, dark and light, and follows a change at once."""

import numpy as np
import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QIcon, QImage
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from app.ui import theme
from app.ui.icons import ICONS, icon
from app.ui.sidebar.rows import FADED
from app.ui.theme import DARK, HIGH_DARK, HIGH_LIGHT, LIGHT, Tokens

READABLE = 4.5  # WCAG 2.1, 1.4.3: contrast of text of ordinary size
READABLE_HIGH = 7.0  # WCAG 2.1, 1.4.6
DISCERNIBLE = 3.0  # WCAG 2.1, 1.4.11: contrast of what is to be told from its ground


def luminance(color: str) -> float:
    """Return the relative luminance of WCAG 2.1."""
    parts = [getattr(QColor(color), part)() for part in ("redF", "greenF", "blueF")]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("tokens", [DARK, LIGHT], ids=["dark", "light"])
@pytest.mark.parametrize("ink", ["text", "dim", "accent", "ok", "no", "warn"])
@pytest.mark.parametrize("ground", ["bg", "panel"])
def test_words_can_be_read_on_their_ground(tokens: Tokens, ink: str, ground: str) -> None:
    assert contrast(getattr(tokens, ink), getattr(tokens, ground)) >= READABLE


@pytest.mark.parametrize("tokens", [DARK, LIGHT], ids=["dark", "light"])
def test_words_on_chips_and_filled_buttons_can_be_read(tokens: Tokens) -> None:
    assert contrast(tokens.text, tokens.chip) >= READABLE
    assert contrast(tokens.on_accent, tokens.accent) >= READABLE


@pytest.mark.parametrize("tokens", [DARK, LIGHT], ids=["dark", "light"])
def test_what_fades_can_still_be_told(tokens: Tokens) -> None:
    ink, ground = QColor(tokens.dim), QColor(tokens.panel)
    parts = [
        FADED * getattr(ink, part)() + (1 - FADED) * getattr(ground, part)()
        for part in ("redF", "greenF", "blueF")
    ]
    assert contrast(QColor.fromRgbF(*parts).name(), tokens.panel) >= DISCERNIBLE


@pytest.mark.parametrize("tokens", [DARK, LIGHT], ids=["dark", "light"])
def test_what_a_field_is_for_can_be_read_while_it_is_empty(
    qapp: QApplication, qtbot: QtBot, tokens: Tokens
) -> None:
    theme.apply(qapp, "dark" if tokens is DARK else "light")
    field = QLineEdit()
    qtbot.addWidget(field)
    field.setPlaceholderText("Add a label")
    field.ensurePolished()
    drawn = field.palette().placeholderText().color()
    assert contrast(drawn.name(), tokens.raised) >= READABLE
    assert drawn.alpha() == 255


def test_a_change_of_theme_reaches_everything(qapp: QApplication) -> None:
    theme.apply(qapp, "dark")
    assert theme.current() is DARK
    assert qapp.palette().window().color() == QColor(DARK.panel)
    theme.apply(qapp, "light")
    assert theme.current() is LIGHT
    assert qapp.palette().window().color() == QColor(LIGHT.panel)
    assert LIGHT.panel in qapp.styleSheet()


@pytest.mark.parametrize("tokens", [HIGH_DARK, HIGH_LIGHT], ids=["dark", "light"])
def test_high_contrast_is_high(tokens: Tokens) -> None:
    for ground in (tokens.bg, tokens.panel, tokens.raised):
        for ink in ("text", "dim", "accent", "ok", "no", "warn"):
            assert contrast(getattr(tokens, ink), ground) >= READABLE_HIGH
        assert contrast(tokens.line, ground) >= DISCERNIBLE
    assert contrast(tokens.text, tokens.chip) >= READABLE_HIGH
    assert contrast(tokens.on_accent, tokens.accent) >= READABLE_HIGH
    for filled in (tokens.accent, tokens.ok):  # bars of probabilities
        assert contrast(filled, tokens.line) >= DISCERNIBLE


def test_a_desktop_that_wants_high_contrast_gets_it_at_once(qapp: QApplication) -> None:
    preference = Qt.ContrastPreference
    dressed = theme.apply(qapp, "dark")
    wishes = dressed.hints.accessibility()
    try:
        wishes.contrastPreferenceChanged.emit(preference.HighContrast)
        assert theme.current() is HIGH_DARK
        assert HIGH_DARK.line in qapp.styleSheet()
        dressed.set_scheme("light")
        assert theme.current() is HIGH_LIGHT
    finally:
        wishes.contrastPreferenceChanged.emit(preference.NoPreference)
    assert theme.current() is LIGHT


@pytest.mark.parametrize("name", sorted(ICONS))
def test_every_icon_is_drawn_in_the_colour_of_the_theme(
    qapp: QApplication, qtbot: QtBot, name: str
) -> None:
    theme.apply(qapp, "dark")
    made = icon(name, "accent")
    assert _strongest(made) == QColor(DARK.accent)
    theme.apply(qapp, "light")
    assert _strongest(made) == QColor(LIGHT.accent)


def test_an_icon_is_sharp_on_a_sharp_screen(qapp: QApplication) -> None:
    pixmap = icon("search").pixmap(QSize(20, 20), 2.0)
    assert pixmap.size() == QSize(40, 40)
    assert pixmap.devicePixelRatio() == 2.0


def _strongest(made: QIcon) -> QColor:
    """Return the colour of the most opaque pixel."""
    image = made.pixmap(QSize(32, 32)).toImage().convertToFormat(QImage.Format.Format_RGBA8888)
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(-1, 4)
    red, green, blue, alpha = pixels[pixels[:, 3].argmax()].tolist()
    assert alpha > 200
    return QColor(red, green, blue)
