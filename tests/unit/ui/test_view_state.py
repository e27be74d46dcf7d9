import pytest
from PySide6.QtCore import QPointF, QSizeF

from ui.models.view_state import ZOOM_MAX, ViewState

IMAGE = QSizeF(500, 500)


def test_that_forty_resizes_leave_zoom_and_centre_exactly_where_they_were(qapp):
    state = ViewState()
    state.set_zoom(4.0, QPointF(0.3, 0.7))
    for width in range(300, 340):
        state.zoom_in(QSizeF(width, 900 - width), IMAGE)
    assert state.zoom_in(QSizeF(640, 480), IMAGE) == 4.0
    assert state.centre_of(0) == QPointF(0.3, 0.7)


def test_that_fit_shows_the_whole_picture_in_each_pane(qapp):
    state = ViewState()
    assert state.zoom_in(QSizeF(250, 1000), IMAGE) == 0.5
    assert state.zoom_in(QSizeF(2000, 1000), IMAGE) == 2.0


def test_that_the_point_under_the_cursor_stays_when_zooming(qapp):
    state = ViewState()
    state.set_zoom(1.0, QPointF(0.5, 0.5))
    point = QPointF(0.7, 0.2)

    def place(zoom):
        return (point - state.centre_of(0)) * zoom * IMAGE.width()

    before = place(1.0)
    state.zoom_at(3.0, point, 0, 1.0)
    after = place(3.0)
    assert after.x() == pytest.approx(before.x())
    assert after.y() == pytest.approx(before.y())


def test_that_zoom_never_leaves_its_range(qapp):
    state = ViewState()
    state.set_zoom(1e9)
    assert state.zoom_in(QSizeF(10, 10), IMAGE) == ZOOM_MAX


def test_that_unlinked_panes_move_alone_and_linking_again_moves_nothing(qapp):
    state = ViewState()
    state.set_zoom(2.0, QPointF(0.5, 0.5))
    state.set_linked(False)
    state.pan(QPointF(0.1, 0.0), 1, 2.0)
    assert state.centre_of(0) == QPointF(0.5, 0.5)
    apart = state.centre_of(1)
    state.set_linked(True)
    assert state.centre_of(1) == apart
    state.pan(QPointF(0.0, 0.2), 0, 2.0)
    assert state.centre_of(1) - state.centre_of(0) == apart - QPointF(0.5, 0.5)


def test_that_reset_forgets_zoom_and_offsets(qapp):
    state = ViewState()
    state.set_linked(False)
    state.pan(QPointF(0.1, 0.1), 1, 2.0)
    state.reset()
    assert state.is_fit
    state.set_zoom(1.0)
    assert state.centre_of(1) == QPointF(0.5, 0.5)
