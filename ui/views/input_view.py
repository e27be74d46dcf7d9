"""The input of a session: a picture with a mask painted on it, or a sketch."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QSlider, QTabWidget, QVBoxLayout, QWidget

from ui.commands import allow, make_actions
from ui.widgets.paint_canvas import PaintCanvas, Tool
from ui.widgets.parts import button, label, row, rule, tool_button


class InputView(QWidget):
    """Shows the picture and the sketch; lets the user paint.

    Signals:
        open_clicked: A picture shall be chosen.
        image_dropped: A local file (str) was dropped.
    """

    open_clicked = Signal()
    image_dropped = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Build the editor."""
        super().__init__(parent)
        self.setObjectName("plain")
        self.picture, self.sketch = PaintCanvas(), PaintCanvas()
        self.picture.message = self.tr("Drop a picture here, or open one.")
        self.picture.setAccessibleName(self.tr("Input picture with its mask"))
        self.sketch.setAccessibleName(self.tr("Sketch"))
        self.sketch.message = self.tr("Choose a bundle first: it says how large a sketch is.")
        for canvas in (self.picture, self.sketch):
            canvas.show_picture(None)  # with its message
            canvas.image_dropped.connect(self.image_dropped)
            canvas.undo_changed.connect(self._on_undo_changed)
        self.tabs = QTabWidget()
        self.tabs.setAccessibleName(self.tr("Input"))
        self.tabs.addTab(self.picture, self.tr("Picture and mask"))
        self.tabs.addTab(self.sketch, self.tr("Sketch"))
        self.tabs.currentChanged.connect(self._on_tab)
        self.hint = label("", "muted", wrap=True)
        self.brush_size = QSlider(Qt.Orientation.Horizontal)
        self.brush_size.setRange(1, 120)
        self.brush_size.setValue(24)
        self.brush_size.setMaximumWidth(140)
        self.brush_size.setAccessibleName(self.tr("Brush size"))
        self.brush_size.setToolTip(self.tr("Brush size"))
        self.brush_size.valueChanged.connect(self._on_size)
        self.open_button = button(self.tr("Open a picture…"), "image")
        self.open_button.clicked.connect(self.open_clicked)
        self.actions_by_name = self._make_tools()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        line = row(margins=6, spacing=2)
        for name in ("brush", "eraser", "lasso"):
            line.addWidget(tool_button(self.actions_by_name[f"paint.{name}"]))
        line.addWidget(self.brush_size)
        for name in ("undo", "clear", "swap"):
            line.addWidget(tool_button(self.actions_by_name[f"paint.{name}"]))
        line.addStretch(1)
        line.addWidget(self.open_button)
        column.addLayout(line)
        column.addWidget(rule())
        column.addWidget(self.tabs, 1)
        column.addLayout(row(self.hint, margins=8))
        self._on_undo_changed(False)

    def _make_tools(self) -> dict[str, QAction]:
        made, group = make_actions(("paint",), self), QActionGroup(self)
        for action in made.values():
            action.triggered.connect(self._on_tool)
            if action.isCheckable():
                group.addAction(action)
        made["paint.brush"].setChecked(True)
        return made

    @property
    def current(self) -> PaintCanvas:
        """Return the canvas in front."""
        return self.sketch if self.tabs.currentIndex() == 1 else self.picture

    def show_needs(self, needs: frozenset[str]) -> None:
        """Show which inputs the use case takes."""
        self.tabs.setTabEnabled(0, bool(needs & {"image", "mask"}))
        self.tabs.setTabEnabled(1, "sketch" in needs)
        self.tabs.setCurrentIndex(1 if "sketch" in needs else 0)
        if "mask" in needs:
            text = self.tr("Paint over what shall go. White in the mask is what changes.")
        elif "sketch" in needs:
            text = self.tr("Draw dark lines on white; the prompt says what they are.")
        elif "image" in needs:
            text = self.tr("The whole picture is transformed; no mask is needed.")
        else:
            text = self.tr("This use case needs a prompt only.")
        self.hint.setText(text)

    def _on_tool(self) -> None:
        sender = self.sender()
        name = sender.objectName().partition(".")[2] if isinstance(sender, QAction) else ""
        if name in ("brush", "eraser", "lasso"):
            self.picture.tool = self.sketch.tool = Tool(name)
        elif name == "undo":
            self.current.undo()
        elif name == "clear":
            self.current.clear()
        elif name == "swap":
            self.current.invert()
        elif name in ("smaller", "larger"):
            step = max(1, self.brush_size.value() // 4)
            self.brush_size.setValue(
                self.brush_size.value() + (step if name == "larger" else -step)
            )

    def _on_size(self, pixels: int) -> None:
        self.picture.brush_px = self.sketch.brush_px = pixels
        self.current.update()

    def _on_tab(self, index: int) -> None:
        why = self.tr("A sketch has no mask to invert.")
        allow(self.actions_by_name["paint.swap"], "" if index == 0 else why)

    def _on_undo_changed(self, possible: bool) -> None:
        why = self.tr("Nothing is painted yet.")
        allow(self.actions_by_name["paint.undo"], "" if possible else why)
