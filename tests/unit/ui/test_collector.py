import gc
import threading
import weakref

import pytest
from PySide6.QtCore import QObject

from ui.collector import BEAT_MS, Collector, many_objects


class Node:
    def __init__(self):
        self.me = self


@pytest.fixture
def collector(owner):
    made = Collector(owner)
    made.start()
    yield made
    made.stop()
    gc.disable()  # as the fixture of every UI test left it
    gc.unfreeze()


def frozen_in(work):
    make_rows.kept = None
    before = gc.get_freeze_count()
    work()
    return gc.get_freeze_count() - before


def make_rows():
    with many_objects():
        make_rows.kept = [{"row": [at]} for at in range(5000)]


def test_that_the_collector_leaves_alone_what_was_made_as_many(collector):
    assert not gc.isenabled()
    assert frozen_in(make_rows) >= 5000


def test_that_nothing_is_frozen_where_python_collects_by_itself(owner):
    assert frozen_in(make_rows) <= 0


def test_that_two_threads_that_make_many_freeze_once_both_are_done(collector):
    first, second = threading.Event(), threading.Event()

    def work():
        with many_objects():
            first.set()
            second.wait(5)

    thread = threading.Thread(target=work)
    thread.start()
    first.wait(5)
    make_rows.kept = None
    before = gc.get_freeze_count()
    make_rows()
    while_one_is_at_it = gc.get_freeze_count()
    second.set()
    thread.join()
    assert while_one_is_at_it <= before  # what is frozen may go, nothing was added
    assert gc.get_freeze_count() >= before + 5000


def test_that_circles_go_with_a_beat_and_in_the_ui_thread(collector, qtbot, qapp):
    seen = []
    node = Node()
    gone = weakref.ref(node, lambda _: seen.append(threading.current_thread()))
    del node
    qtbot.waitUntil(lambda: gone() is None, timeout=3 * BEAT_MS)
    assert seen == [threading.main_thread()]
    assert isinstance(collector, QObject)
