"""The look: colours, fonts and one stylesheet, dark and light, following the system.

Widgets say what they are with a dynamic property, ``widget.setProperty("role", ...)``, and the
stylesheet draws it:

- any QWidget: ``panel`` (top bar, sidebars, status line), ``ground`` (behind the pictures)
- QLabel: ``section`` (11 px heads), ``title`` (15 px), ``big`` (20 px), ``strong``, ``dim``,
  ``small`` (11 px, dim), ``warn``, ``no``, ``ok``
- QPushButton: ``primary`` (filled with accent), ``link`` (a word in accent), ``quiet`` (a word in
  dim that brightens), ``chip``
- QToolButton: flat by default; checked ones stand on ``chip``

Whatever paints itself takes ``color("accent")`` and so on when it paints, and is repainted when the
theme changes.
"""

from typing import Final, Literal

from PySide6.QtCore import QMargins, QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

from app.ui.stylesheet import stylesheet
from app.ui.tokens import DARK as DARK
from app.ui.tokens import HIGH_DARK as HIGH_DARK
from app.ui.tokens import HIGH_LIGHT as HIGH_LIGHT
from app.ui.tokens import LIGHT as LIGHT
from app.ui.tokens import Tokens as Tokens

Scheme = Literal["system", "dark", "light"]

BODY_PX: Final = 13
SECTION_PX: Final = 11
TITLE_PX: Final = 15
BIG_PX: Final = 20

BAR_HEIGHT: Final = 56
STATUS_HEIGHT: Final = 32
ROW_HEIGHT: Final = 28
FIELD_HEIGHT: Final = 32
SEARCH_HEIGHT: Final = 38
SIDEBAR_WIDTH: Final = 248
INSPECTOR_WIDTH: Final = 320
GAP: Final = 8
MARGIN: Final = 16
RADIUS: Final = 6
SEARCH_RADIUS: Final = 10
TITLE_BAR: Final = QMargins(0, 0, 0, 40)
"""Stands above a window's or dialog's own size; a low screen must show both."""


class Theme(QObject):
    """The look of one application; follows the system's colours while its scheme is ``system``.

    It follows the system's wish for high contrast in any scheme.
    """

    changed = Signal()

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self.scheme: Scheme = "system"
        self.tokens = LIGHT
        self._high = False
        self.hints = app.styleHints()
        self.hints.colorSchemeChanged.connect(self._follow_system)
        if hasattr(self.hints, "accessibility"):  # Qt 6.10 and later
            wishes = self.hints.accessibility()
            self._high = wishes.contrastPreference() == Qt.ContrastPreference.HighContrast
            wishes.contrastPreferenceChanged.connect(self._follow_contrast)

    def set_scheme(self, scheme: Scheme) -> None:
        """Dress the application; ``system`` follows the desktop's setting from then on."""
        self.scheme = scheme
        wanted = {"dark": Qt.ColorScheme.Dark, "light": Qt.ColorScheme.Light}
        # Also asks the desktop for matching title bars and native dialogs.
        self._app.styleHints().setColorScheme(wanted.get(scheme, Qt.ColorScheme.Unknown))
        self._dress(self._wanted_tokens())

    def _wanted_tokens(self) -> Tokens:
        dark = self.scheme == "dark"
        if self.scheme == "system":
            dark = _system_is_dark(self._app)
        if self._high:
            return HIGH_DARK if dark else HIGH_LIGHT
        return DARK if dark else LIGHT

    def _follow_contrast(self, preference: Qt.ContrastPreference) -> None:
        self._high = preference == Qt.ContrastPreference.HighContrast
        self._dress(self._wanted_tokens())

    def _follow_system(self) -> None:
        if self.scheme == "system" and self._wanted_tokens() is not self.tokens:
            self._dress(self._wanted_tokens())

    def _dress(self, tokens: Tokens) -> None:
        self.tokens = tokens
        # Qt 6.11 takes a sheet off and puts another on three times as fast as it exchanges them.
        self._app.setStyleSheet("")
        self._app.setPalette(_palette(tokens))
        self._app.setStyleSheet(stylesheet(tokens))
        self.changed.emit()


def apply(app: QApplication, scheme: Scheme) -> Theme:
    """Dress the application (Fusion, font, palette, stylesheet) and return its theme."""
    theme = app.findChild(Theme)
    if theme is None:
        app.setStyle(QStyleFactory.create("Fusion"))
        app.setFont(_body_font())
        theme = Theme(app)
    theme.set_scheme(scheme)
    return theme


def current() -> Tokens:
    """Return the colours in use now (the light ones before ``apply``)."""
    app = QGuiApplication.instance()
    theme = app.findChild(Theme) if app is not None else None
    return theme.tokens if theme is not None else LIGHT


def color(name: str, alpha: float = 1.0) -> QColor:
    """Return a colour by its token's name, with an opacity from 0 to 1."""
    found = QColor(getattr(current(), name))
    found.setAlphaF(alpha)
    return found


def font(pixels: int = BODY_PX, *, bold: bool = False) -> QFont:
    """Return the system's font at a size, with figures of equal width."""
    found = QFont(QGuiApplication.font())
    found.setPixelSize(pixels)
    if bold:
        found.setWeight(QFont.Weight.DemiBold)
    return found


def _body_font() -> QFont:
    found = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    found.setPixelSize(BODY_PX)
    # Counts stand in columns and change while indexing: equal widths keep them still.
    found.setFeature(QFont.Tag("tnum"), 1)
    return found


def _system_is_dark(app: QApplication) -> bool:
    scheme = app.styleHints().colorScheme()
    if scheme == Qt.ColorScheme.Unknown:
        # A desktop that does not say: what its own palette looks like tells.
        standard = app.style().standardPalette()
        return standard.color(QPalette.ColorRole.Window).lightnessF() < 0.5
    return scheme == Qt.ColorScheme.Dark


def _palette(tokens: Tokens) -> QPalette:
    role = QPalette.ColorRole
    colors = {
        role.Window: tokens.panel,
        role.WindowText: tokens.text,
        role.Base: tokens.raised,
        role.AlternateBase: tokens.panel,
        role.Text: tokens.text,
        role.PlaceholderText: tokens.dim,
        role.Button: tokens.raised,
        role.ButtonText: tokens.text,
        role.BrightText: tokens.no,
        role.Highlight: tokens.accent,
        role.HighlightedText: tokens.on_accent,
        role.Accent: tokens.accent,
        role.Link: tokens.accent,
        role.LinkVisited: tokens.accent,
        role.ToolTipBase: tokens.raised,
        role.ToolTipText: tokens.text,
        role.Light: tokens.raised,
        role.Midlight: tokens.line,
        role.Mid: tokens.line,
        role.Dark: tokens.line,
        role.Shadow: tokens.bg,
    }
    palette = QPalette()
    for which, value in colors.items():
        palette.setColor(which, QColor(value))
    disabled = QPalette.ColorGroup.Disabled
    for which in (role.Text, role.WindowText, role.ButtonText):
        faded = QColor(tokens.dim)
        faded.setAlphaF(0.5)
        palette.setColor(disabled, which, faded)
    return palette
