"""A dock panel with a title bar of our own: a title and buttons to enlarge, float and close it."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from ui.icons import set_icon


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
        bar = QWidget()
        bar.setObjectName("dockTitleBar")
        line = QHBoxLayout(bar)
        line.setContentsMargins(8, 3, 4, 3)
        line.setSpacing(2)
        line.addWidget(self.title_label)
        line.addStretch(1)
        tip = self.tr("Give the panel the whole window, or its place again (F11)")
        self.maximise_button = self._small_button("fit", tip)
        self.maximise_button.clicked.connect(self._on_maximise)
        self.float_button = self._small_button("float", self.tr("Take the panel out of the window"))
        self.float_button.clicked.connect(self._toggle_floating)
        self.close_button = self._small_button("close", self.tr("Close the panel"))
        self.close_button.clicked.connect(self.close)
        line.addWidget(self.maximise_button)
        line.addWidget(self.float_button)
        line.addWidget(self.close_button)
        bar.installEventFilter(self)
        return bar

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let a double click on the title enlarge the panel; by itself Qt would float it."""
        if event.type() == QEvent.Type.MouseButtonDblClick and watched is self.titleBarWidget():
            self._on_maximise()
            return True
        return super().eventFilter(watched, event)

    def _small_button(self, icon: str, tip: str) -> QToolButton:
        made = QToolButton()
        set_icon(made, icon)
        made.setAutoRaise(True)
        made.setToolTip(tip)
        made.setAccessibleName(tip)
        made.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the Window menu does the same
        return made

    def _toggle_floating(self) -> None:
        self.setFloating(not self.isFloating())

    def _on_maximise(self) -> None:
        self.maximise_clicked.emit(self.name)
