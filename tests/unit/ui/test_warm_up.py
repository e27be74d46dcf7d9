"""What a first use would wait for is done after the start, in a process of its own here."""

import subprocess
import sys

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QLabel, QStackedWidget, QWidget

from ui.warm_up import WarmUp, _hidden

CHILD = """
import enum, sys
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow, QTreeWidget
from ui.warm_up import WarmUp

app = QApplication([])
window, tree = QMainWindow(), QTreeWidget()
made = []
original = enum.EnumType._create_
def create(cls, name, *arguments, **named):
    made.append(name)
    return original(cls, name, *arguments, **named)
enum.EnumType._create_ = create
if sys.argv[1] == "warm":
    warm_up = WarmUp(window, window)
    warm_up.start()
    loop = QEventLoop()
    timer = QTimer(interval=20)
    timer.timeout.connect(lambda: warm_up.is_active or loop.quit())
    timer.start()
    loop.exec()
    warm_up.shutdown()
made.clear()
loaded = set(sys.modules)
tree.viewport()  # of a type that PySide has to find out
types = len(made)
from quad_studio.schemas import problems_of
problems_of({}, "project")
print(types, len({"jsonschema", "tomlkit"} - loaded))
"""


@pytest.mark.slow
@pytest.mark.timeout(60)
@pytest.mark.parametrize(("how", "is_done"), [("cold", False), ("warm", True)])
def test_that_types_and_modules_are_there_before_they_are_needed(how, is_done):
    done = subprocess.run(
        [sys.executable, "-c", CHILD, how], capture_output=True, text=True, check=True
    )
    types, modules = map(int, done.stdout.split())
    assert (types == 0) is is_done
    assert (modules == 0) is is_done


def test_that_it_ends_in_the_middle(qapp, qtbot):
    owner, window = QObject(), QWidget()
    qtbot.addWidget(window)
    warm_up = WarmUp(window, owner)
    warm_up.start()
    assert warm_up.is_active
    warm_up.shutdown()
    assert not warm_up.is_active


def test_that_a_page_has_its_style_before_it_is_shown(qapp, qtbot):
    pages = QStackedWidget()
    qtbot.addWidget(pages)
    pages.addWidget(QLabel("first"))
    label = QLabel("second")
    pages.addWidget(label)
    polished = Qt.WidgetAttribute.WA_WState_Polished
    assert not label.testAttribute(polished)
    for _ in _hidden(pages):
        pass
    assert label.testAttribute(polished)
    assert label.isHidden()
