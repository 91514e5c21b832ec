"""The one stylesheet; what it draws is listed in ``app.ui.theme``."""

from __future__ import annotations

from string import Template

from app.ui.tokens import Tokens

_SHEET = Template("""
QWidget[role="panel"], QDialog { background: $panel; }
QWidget[role="ground"] { background: $bg; }
QMainWindow { background: $bg; }

QLabel { background: transparent; color: $text; }
QLabel[role="section"] { font-size: 11px; font-weight: 600; color: $dim; }
QLabel[role="title"] { font-size: 15px; font-weight: 600; }
QLabel[role="big"] { font-size: 20px; font-weight: 600; }
QLabel[role="strong"] { font-weight: 600; }
QLabel[role="dim"] { color: $dim; }
QLabel[role="small"] { font-size: 11px; color: $dim; }
QLabel[role="warn"] { color: $warn; }
QLabel[role="no"] { color: $no; }
QLabel[role="ok"] { color: $ok; }

QLineEdit, QPlainTextEdit, QTextEdit, QComboBox, QAbstractSpinBox {
    background: $raised; color: $text; border: 1px solid $line; border-radius: 6px;
    padding: 0 8px; min-height: 28px; placeholder-text-color: $dim;
    selection-background-color: $accent; selection-color: $on_accent;
}
QPlainTextEdit, QTextEdit { padding: 6px; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QComboBox:focus { border-color: $accent; }
QTextEdit[role="words"] {
    background: transparent; border: 1px solid transparent; padding: 3px; min-height: 0;
}
QTextEdit[role="words"]:focus { border-color: $accent; }
QComboBox::drop-down { border: none; width: 20px; }
QComboBox QAbstractItemView {
    background: $raised; color: $text; border: 1px solid $line;
    selection-background-color: $chip; selection-color: $text; outline: none;
}

QPushButton {
    background: $raised; color: $text; border: 1px solid $line; border-radius: 6px;
    padding: 0 12px; min-height: 30px;
}
QPushButton:hover { border-color: $dim; }
QPushButton:pressed { background: $chip; }
QPushButton:focus { border-color: $accent; }
QPushButton:disabled { color: $faint; }
QPushButton[role="primary"] {
    background: $accent; color: $on_accent; border: 1px solid $accent; font-weight: 600;
    padding: 0 18px; min-height: 34px;
}
QPushButton[role="primary"]:hover { background: $accent_hover; border-color: $accent_hover; }
QPushButton[role="primary"]:focus { border: 2px solid $text; padding: 0 17px; min-height: 32px; }
QPushButton[role="link"], QPushButton[role="quiet"] {
    background: transparent; border: 1px solid transparent; border-radius: 4px;
    padding: 0 4px; min-height: 22px;
}
QPushButton[role="link"] { color: $accent; }
QPushButton[role="quiet"] { color: $dim; }
QPushButton[role="link"]:hover { text-decoration: underline; }
QPushButton[role="quiet"]:hover { color: $text; }
QPushButton[role="link"]:focus, QPushButton[role="quiet"]:focus { border-color: $accent; }
QPushButton[role="chip"] {
    background: $chip; color: $text; border: 1px solid $chip; border-radius: 6px;
    padding: 0 10px; min-height: 26px;
}
QPushButton[role="chip"]:hover, QPushButton[role="chip"]:focus { border-color: $accent; }

QToolButton {
    background: transparent; color: $dim; border: 1px solid transparent; border-radius: 6px;
    padding: 4px;
}
QToolButton:hover { background: $hover; color: $text; }
QToolButton:pressed, QToolButton:checked { background: $chip; color: $text; }
QToolButton:focus { border-color: $accent; }
QToolButton::menu-indicator { image: none; }

QMenu {
    background: $raised; color: $text; border: 1px solid $line; border-radius: 6px; padding: 4px;
}
QMenu::item { padding: 6px 24px 6px 12px; border-radius: 4px; }
QMenu::item:selected { background: $chip; }
QMenu::item:disabled { color: $faint; }
QMenu::separator { height: 1px; background: $line; margin: 4px 8px; }
QMenu::icon { padding-left: 8px; }
QToolTip {
    background: $raised; color: $text; border: 1px solid $line; padding: 4px 6px;
}

QScrollBar { background: transparent; border: none; }
QScrollBar:vertical { width: 12px; margin: 0; }
QScrollBar:horizontal { height: 12px; margin: 0; }
QScrollBar::handle { background: $line; border-radius: 4px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::handle:hover, QScrollBar::handle:pressed { background: $faint; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QScrollArea, QAbstractScrollArea { border: none; background: transparent; }
QAbstractScrollArea::corner { background: transparent; border: none; }

QSplitter::handle { background: $line; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:hover { background: $accent; }

QSlider::groove:horizontal { height: 4px; background: $line; border-radius: 2px; }
QSlider::sub-page:horizontal { background: $accent; border-radius: 2px; }
QSlider::handle:horizontal {
    background: $accent; width: 12px; height: 12px; margin: -4px 0; border-radius: 6px;
}
QSlider::handle:horizontal:focus { background: $text; }

QProgressBar { background: $line; border: none; border-radius: 1px; }
QProgressBar::chunk { background: $accent; border-radius: 1px; }

QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }

QListView { background: $raised; }
QTreeView, QTableView { background: transparent; }
QTreeView, QListView, QTableView {
    border: none; outline: none; color: $text;
    selection-background-color: $chip; selection-color: $text;
}
QTableView, QListWidget { border: 1px solid transparent; border-radius: 6px; }
QTableView:focus, QListWidget:focus, QScrollArea:focus {
    border: 1px solid $accent; border-radius: 6px;
}
QHeaderView::section { background: $panel; color: $dim; border: none; padding: 4px 8px; }
""")

_FAINT = 0x80
_HOVER = 0x14


def stylesheet(tokens: Tokens) -> str:
    """Return the stylesheet in the given colours."""
    return _SHEET.substitute(
        panel=tokens.panel,
        bg=tokens.bg,
        raised=tokens.raised,
        line=tokens.line,
        text=tokens.text,
        dim=tokens.dim,
        accent=tokens.accent,
        on_accent=tokens.on_accent,
        ok=tokens.ok,
        no=tokens.no,
        warn=tokens.warn,
        chip=tokens.chip,
        faint=f"#{_FAINT:02x}{tokens.dim[1:]}",
        hover=f"#{_HOVER:02x}{tokens.text[1:]}",
        accent_hover="#93b8ff" if tokens.dark else "#2056bf",
    )
