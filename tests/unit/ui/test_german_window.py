"""The whole window in German: no English is left in what it shows, says or offers."""

import re

import pytest
from PySide6.QtCore import QAbstractListModel, QModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QComboBox, QWidget

from tests.fakes.run_folder import write_run_folder
from ui.photographer import Photographer
from ui.screenshots import take_all

WORDS = "the|is|are|of|and|not|from|its|this|has|have|again|than|does|there|cannot|were|for"
ENGLISH = re.compile(rf"(?<![\w./-])({WORDS})(?![\w./-])")
SCENES = (
    "compare-flip",
    "build",
    "build-lint",
    "devices",
    "session",
    "states/pipeline-error",
    "states/devices-device-lost",
    "states/kpis-error",
    "states/context-error",
)
READS = ("text", "title", "placeholderText", "windowTitle", "message")
TOLD = (
    Qt.ItemDataRole.DisplayRole,
    Qt.ItemDataRole.ToolTipRole,
    Qt.ItemDataRole.AccessibleTextRole,
)


def texts_of(window):
    """Yield all that `window` shows or tells, but for its log."""
    for widget in [window, *window.findChildren(QWidget)]:
        yield from (widget.accessibleName(), widget.accessibleDescription(), widget.toolTip())
        for name in READS:
            found = getattr(widget, name, None)
            yield found() if callable(found) else found
        yield from (
            text for action in widget.actions() for text in (action.text(), action.toolTip())
        )
        if isinstance(widget, QComboBox):
            yield from (widget.itemText(at) for at in range(widget.count()))
        if isinstance(widget, QAbstractItemView) and widget.model() is not None:
            yield from cells_of(widget.model(), QModelIndex())


def cells_of(model, parent):
    """Yield what the cells below `parent` show, and the headers."""
    columns = 1 if isinstance(model, QAbstractListModel) else model.columnCount(parent)
    rows = min(model.rowCount(parent), 40)
    for row in range(rows):
        for column in range(columns):
            index = model.index(row, column, parent)
            yield from (index.data(role) for role in TOLD)
        yield from cells_of(model, model.index(row, 0, parent))
    if not parent.isValid():
        for way, count in ((Qt.Orientation.Horizontal, columns), (Qt.Orientation.Vertical, rows)):
            yield from (model.headerData(at, way, role) for at in range(count) for role in TOLD)


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_that_nothing_is_english_in_the_german_window(german, qapp, tmp_path, monkeypatch):
    seen = set()
    original = Photographer.take

    def take(here, scene):
        picture = original(here, scene)
        seen.update(text for text in texts_of(here.studio.window) if isinstance(text, str))
        return picture

    monkeypatch.setattr(Photographer, "take", take)
    run = write_run_folder(tmp_path / "run", inputs=2, repeats=1, scored=True)
    take_all(qapp, run, tmp_path / "pictures", SCENES, ["dark"])
    assert len(seen) > 500
    shown = {text for text in seen if "quad-studio --batch" not in text}  # a command is copied
    assert {text for text in shown if ENGLISH.search(text)} == set()
