"""A dock panel with a title bar of our own: a title and buttons to enlarge, float and close it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from ui.icons import set_icon


class _TitleBar(QWidget):
    """A title bar whose double click Qt does not see: it would float the panel.

    Signals:
        double_clicked: With any button.
    """

    double_clicked = Signal()

    def __init__(self) -> None:
        """Have the ground of the style sheet, which Qt draws for its own widgets only."""
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Say so, and let nobody else have it."""
        self.double_clicked.emit()
        event.accept()


class Dock(QDockWidget):
    """One panel of the window.

    Signals:
        maximise_clicked: Give the panel (its name) the whole window, or its place again.
    """

    maximise_clicked = Signal(str)

    def __init__(
        self, name: str, title: str, content: QWidget, parent: QWidget | None = None
    ) -> None:
        """Show `content` under `title`; `name` is its identity in saved layouts."""
        super().__init__(title, parent)
        self.setObjectName(f"dock.{name}")
        self.name = name
        self.setFeatures(
            QDockWidget.DockWidgetFeature.DockWidgetMovable
            | QDockWidget.DockWidgetFeature.DockWidgetFloatable
            | QDockWidget.DockWidgetFeature.DockWidgetClosable
        )
        self.title_label = QLabel(title)
        self.title_label.setObjectName("dockTitle")
        self.setTitleBarWidget(self._title_bar())
        body = QWidget()
        body.setObjectName("dockBody")
        column = QVBoxLayout(body)
        column.setContentsMargins(1, 1, 1, 1)
        column.addWidget(content)
        self.content = content
        self.setWidget(body)
        self.setAccessibleName(title)

    def _title_bar(self) -> QWidget:
        bar = _TitleBar()
        bar.setObjectName("dockTitleBar")
        bar.double_clicked.connect(self._on_maximise)
        line = QHBoxLayout(bar)
        line.setContentsMargins(8, 3, 4, 3)
        line.setSpacing(2)
        line.addWidget(self.title_label)
        line.addStretch(1)
        tip = self.tr("Give the panel the whole window, or its place again")
        self.maximise_button = self._small_button("fit", tip)
        self.maximise_button.clicked.connect(self._on_maximise)
        self.float_button = self._small_button("float", self.tr("Take the panel out of the window"))
        self.float_button.clicked.connect(self._toggle_floating)
        self.close_button = self._small_button("close", self.tr("Close the panel"))
        self.close_button.clicked.connect(self.close)
        line.addWidget(self.maximise_button)
        line.addWidget(self.float_button)
        line.addWidget(self.close_button)
        return bar

    def _small_button(self, icon: str, tip: str) -> QToolButton:
        made = QToolButton()
        set_icon(made, icon)
        made.setAutoRaise(True)
        made.setToolTip(tip)
        made.setAccessibleName(tip)
        made.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the Window menu does the same
        return made

    def focus_target(self) -> QWidget | None:
        """Return what gets the keyboard with the panel: what its content names, or the first."""
        named = getattr(self.content, "first_focus", None)
        if isinstance(named, QWidget) and named.isVisibleTo(self):
            return named
        for part in self.content.findChildren(QWidget):
            takes = part.focusPolicy() & Qt.FocusPolicy.TabFocus
            if takes and part.isEnabled() and part.isVisibleTo(self):
                return part
        return None

    def _toggle_floating(self) -> None:
        self.setFloating(not self.isFloating())

    def _on_maximise(self) -> None:
        self.maximise_clicked.emit(self.name)
