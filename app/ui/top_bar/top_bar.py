"""The bar along the top: where one is, what is searched for, and how the pictures are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QActionGroup,
    QKeySequence,
    QLinearGradient,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QSlider, QToolButton, QWidget

from app.ui import theme
from app.ui.background import Background
from app.ui.grid.layout import DEFAULT_CELL, LARGEST_CELL, SMALLEST_CELL
from app.ui.icons import icon
from app.ui.shortcuts import KEYS
from app.ui.top_bar.orders import DEFAULT_ORDER, ORDERS, order_name
from app.ui.top_bar.search_field import SearchField

if TYPE_CHECKING:
    from app.engine import Engine
    from app.search.errors import QueryError
    from app.search.results import SearchResult

CELL_STEP = 8

_BUTTON = 32
_ICON = 20
_SLIDER_WIDTH = 96
_NARROW_BELOW = 1080
"""Below this width the word beside the brand mark gives its room to the search field."""


class Brand(QWidget):
    """The mark and the name, above the sidebar."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.narrow = False
        self.setFixedSize(self.sizeHint())
        self.setAccessibleName("Lumitag")

    def set_narrow(self, narrow: bool) -> None:
        """Show the mark alone, or with the name."""
        if narrow != self.narrow:
            self.narrow = narrow
            self.setFixedSize(self.sizeHint())
            self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the room above the sidebar, or for the mark alone."""
        return QSize(48 if self.narrow else theme.SIDEBAR_WIDTH - 8, theme.BAR_HEIGHT - 1)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the mark, and the name beside it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        mark = QRectF(16, (self.height() - 18) / 2, 18, 18)
        ground = QLinearGradient(mark.topLeft(), mark.bottomRight())
        ground.setColorAt(0, theme.color("accent"))
        ground.setColorAt(1, theme.color("ok"))
        painter.setBrush(ground)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawRoundedRect(mark, 5, 5)
        if not self.narrow:
            painter.setFont(theme.font(theme.TITLE_PX, bold=True))
            painter.setPen(theme.color("text"))
            text = self.rect().adjusted(42, 0, 0, 0)
            painter.drawText(text, Qt.AlignmentFlag.AlignVCenter, "Lumitag")


class TopBar(QFrame):
    """Brand, back and forward, search field, order, cell size, fit or fill, menu."""

    query_submitted = Signal(str)
    search_left = Signal()
    back = Signal()
    forward = Signal()
    sort_changed = Signal(str)
    cell_size_changed = Signal(int)
    fit_changed = Signal(bool)
    settings_requested = Signal()
    add_folder_requested = Signal()
    try_requested = Signal()
    help_requested = Signal()
    about_requested = Signal()
    theme_chosen = Signal(str)
    toggle_left = Signal()
    toggle_right = Signal()

    def __init__(self, engine: Engine, background: Background, parent: QWidget | None = None):
        super().__init__(parent)
        self.setProperty("role", "panel")
        self.setFixedHeight(theme.BAR_HEIGHT)
        self.brand = Brand(self)
        self.back_button = self._button("back", self.tr("Back"), key="back")
        self.back_button.clicked.connect(self.back)
        self.forward_button = self._button("forward", self.tr("Forward"), key="forward")
        self.forward_button.clicked.connect(self.forward)
        self.search = SearchField(engine, background, self)
        self.search.submitted.connect(self.query_submitted)
        self.search.left.connect(self.search_left)
        self._build_sort()
        self._build_size()
        self._build_menu()
        self._arrange()
        self.set_can_go(False, False)
        self.set_sort(DEFAULT_ORDER)
        self.set_fit(False)

    def _button(self, icon_name: str, name: str, *, key: str = "") -> QToolButton:
        button = QToolButton(self)
        button.setIcon(icon(icon_name))
        button.setIconSize(QSize(_ICON, _ICON))
        button.setFixedSize(_BUTTON, _BUTTON)
        button.setAccessibleName(name)
        button.setToolTip(f"{name} ({_keys(key)})" if key else name)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        return button

    def _build_sort(self) -> None:
        self._sort = DEFAULT_ORDER
        self._labelled = self._worded = False
        self.sort_button = QToolButton(self)
        self.sort_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self.sort_button.setFixedHeight(_BUTTON)
        self.sort_button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.sort_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.sort_button.setToolTip(self.tr("Order of the pictures"))
        self.sort_menu = QMenu(self.sort_button)
        self.sort_menu.aboutToShow.connect(self._fill_sort_menu)
        self.sort_button.setMenu(self.sort_menu)

    def _build_size(self) -> None:
        self.small_button = self._button("small", self.tr("Smaller pictures"), key="smaller")
        self.small_button.clicked.connect(lambda: self.step_cell_size(-1))
        self.size_slider = QSlider(Qt.Orientation.Horizontal, self)
        self.size_slider.setRange(SMALLEST_CELL, LARGEST_CELL)
        self.size_slider.setSingleStep(CELL_STEP)
        self.size_slider.setPageStep(4 * CELL_STEP)
        self.size_slider.setValue(DEFAULT_CELL)
        self.size_slider.setFixedSize(_SLIDER_WIDTH, _BUTTON)
        self.size_slider.setAccessibleName(self.tr("Size of the pictures"))
        self.size_slider.setToolTip(
            f"{self.tr('Size of the pictures')} ({_keys('larger')}, {_keys('smaller')})"
        )
        self.size_slider.valueChanged.connect(self.cell_size_changed)
        self.fit_button = self._button("fit", "")
        self.fit_button.clicked.connect(self._flip_fit)

    def _build_menu(self) -> None:
        self.menu_button = self._button("settings", self.tr("Menu and settings"))
        self.menu_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self.menu_button)
        self._add(
            menu, "add-folder", self.tr("Add a folder…"), "add folder", self.add_folder_requested
        )
        self._add(menu, "try", self.tr("Try a picture…"), "try", self.try_requested)
        menu.addSeparator()
        self.left_action = self._add(
            menu, "left-panel", self.tr("Folders and labels"), "left panel", self.toggle_left
        )
        self.right_action = self._add(
            menu, "right-panel", self.tr("Details"), "right panel", self.toggle_right
        )
        for action in (self.left_action, self.right_action):
            action.setCheckable(True)
            action.setChecked(True)
        menu.addMenu(self._theme_menu(menu))
        menu.addSeparator()
        self._add(menu, "settings", self.tr("Settings…"), "settings", self.settings_requested)
        self._add(menu, "help", self.tr("Searching and keys"), "help", self.help_requested)
        self._add(menu, "info", self.tr("About Lumitag"), "", self.about_requested)
        self.menu_button.setMenu(menu)

    def _add(self, menu: QMenu, icon_name: str, text: str, key: str, signal: object) -> QAction:
        """Add an entry that shows its keys; the window owns the shortcut itself."""
        action = QAction(icon(icon_name), text, menu)
        if key:
            action.setText(f"{text}\t{_keys(key)}")
        action.triggered.connect(lambda: signal.emit())  # type: ignore[attr-defined]
        menu.addAction(action)
        return action

    def _theme_menu(self, parent: QMenu) -> QMenu:
        menu = QMenu(self.tr("Appearance"), parent)
        menu.setIcon(icon("eye"))
        group = QActionGroup(menu)
        self.theme_actions: dict[str, QAction] = {}
        for scheme, name in (
            ("system", self.tr("As the system")),
            ("light", self.tr("Light")),
            ("dark", self.tr("Dark")),
        ):
            action = menu.addAction(name)
            action.setCheckable(True)
            action.triggered.connect(lambda _=False, scheme=scheme: self.theme_chosen.emit(scheme))
            group.addAction(action)
            self.theme_actions[scheme] = action
        return menu

    def _arrange(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 16, 1)
        layout.setSpacing(theme.GAP)
        layout.addWidget(self.brand)
        layout.setSpacing(0)
        layout.addWidget(self.back_button)
        layout.addSpacing(theme.GAP)
        layout.addWidget(self.forward_button)
        layout.addSpacing(5)
        layout.addWidget(self.search, 1)
        layout.addStretch(0)
        layout.addSpacing(theme.GAP)
        for widget in (self.sort_button, self.small_button, self.size_slider):
            layout.addWidget(widget)
            layout.addSpacing(4)
        layout.addSpacing(4)
        layout.addWidget(self.fit_button)
        layout.addSpacing(theme.GAP)
        layout.addWidget(self.menu_button)

    # What the window tells

    def set_query(self, query: str) -> None:
        """Show the query of the place where the user is."""
        self.search.set_query(query)

    def set_result(self, result: SearchResult | None) -> None:
        """Show how many photos the query found; None while that is not known."""
        self.search.set_result(result)

    def set_error(self, error: QueryError | None) -> None:
        """Show where and why the query fails."""
        self.search.set_error(error)

    def set_can_go(self, back: bool, forward: bool) -> None:
        """Say whether there is a place before and after this one."""
        self.back_button.setEnabled(back)
        self.forward_button.setEnabled(forward)

    def focus_search(self) -> None:
        """Put the focus into the search field."""
        self.search.take_focus()

    def set_cell_size(self, size: int) -> None:
        """Show a cell size in pixels, without reporting it back."""
        self.size_slider.blockSignals(True)
        self.size_slider.setValue(size)
        self.size_slider.blockSignals(False)

    def step_cell_size(self, steps: int) -> None:
        """Make the pictures larger or smaller, as the keys do."""
        self.size_slider.setValue(self.size_slider.value() + 3 * CELL_STEP * steps)

    def set_fit(self, fit: bool) -> None:
        """Show whether pictures fit into their cells or fill them."""
        self.fit = fit
        name = self.tr("Fill the squares") if fit else self.tr("Show whole pictures")
        self.fit_button.setIcon(icon("fill" if fit else "fit"))
        self.fit_button.setAccessibleName(name)
        self.fit_button.setToolTip(name)

    def set_sort(self, sort: str) -> None:
        """Show the order in use, as ``sort:`` writes it: "-taken"."""
        self._sort = sort
        name = order_name(sort)
        self.sort_button.setText(f"{name} ▾")
        self.sort_button.setAccessibleName(self.tr("Order: {order}").replace("{order}", name))

    def set_label_searched(self, labelled: bool) -> None:
        """Say whether a label is searched for: only then photos can be ordered by likelihood."""
        self._labelled = labelled

    def set_words_searched(self, worded: bool) -> None:
        """Say whether words in pictures are searched for: only then some match better."""
        self._worded = worded

    def set_scheme(self, scheme: str) -> None:
        """Tick the appearance in use: "system", "light" or "dark"."""
        self.theme_actions[scheme].setChecked(True)

    def set_panels(self, left: bool, right: bool) -> None:
        """Tick the panels that are open."""
        self.left_action.setChecked(left)
        self.right_action.setChecked(right)

    # What the user does

    def _fill_sort_menu(self) -> None:
        self.sort_menu.clear()
        group = QActionGroup(self.sort_menu)
        offered = {"probability": self._labelled, "match": self._worded}
        shown = [order for order in ORDERS if offered.get(order, True)]
        if self._sort not in shown:
            shown.append(self._sort)
        for sort in shown:
            action = self.sort_menu.addAction(order_name(sort))
            action.setCheckable(True)
            action.setChecked(sort == self._sort)
            action.triggered.connect(lambda _=False, sort=sort: self._choose_sort(sort))
            group.addAction(action)

    def _choose_sort(self, sort: str) -> None:
        self.set_sort(sort)
        self.sort_changed.emit(sort)

    def _flip_fit(self) -> None:
        self.set_fit(not self.fit)
        self.fit_changed.emit(self.fit)

    # Looks

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Give the search field the room of the brand's name in a narrow window."""
        super().resizeEvent(event)
        self.brand.set_narrow(self.width() < _NARROW_BELOW)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the ground and the line below."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.fillRect(0, self.height() - 1, self.width(), 1, theme.color("line"))


def _keys(name: str) -> str:
    """Return the keys of an action of the window as this system writes them."""
    return QKeySequence(KEYS[name][0]).toString(QKeySequence.SequenceFormat.NativeText)
