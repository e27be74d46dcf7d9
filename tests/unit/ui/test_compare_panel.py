import json

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtTest import QTest

from quad_studio.sessions.remedies import REMEDIES
from tests.fakes.run_folder import write_run_folder
from ui.controllers.compare_controller import CompareController
from ui.controllers.verdict_controller import VerdictController
from ui.models.pairs_model import PairFilter, PairsModel
from ui.models.run_model import read_run
from ui.models.selection import Selection
from ui.models.thumbnails import Thumbnails
from ui.models.verdict_book import VerdictBook
from ui.models.verdicts import VerdictStore
from ui.views.compare_view import CompareView
from ui.widgets.compare_canvas import ViewMode


class Panel:
    """The Compare panel with everything behind it, as the application wires it."""

    def __init__(self, qtbot):
        self.qtbot = qtbot
        self.selection = Selection()
        self.book = VerdictBook(self.selection)
        self.pairs = PairsModel(self.book.choice_of, self.book.tags_of)
        self.thumbnails = Thumbnails()
        self.view = CompareView(self.pairs, self.thumbnails)
        qtbot.addWidget(self.view)
        self.controller = CompareController(self.view, self.selection, self.pairs, self.book)
        self.verdicts = VerdictController(
            self.view, self.controller, self.book, self.selection, self.pairs
        )
        self.view.resize(1100, 700)
        self.view.show()

    def open(self, folder):
        with self.qtbot.waitSignal(self.controller.frames_shown, timeout=8000):
            self.selection.select_run(read_run(folder))

    def press(self, key, modifier=Qt.KeyboardModifier.NoModifier):
        self.view.canvas.setFocus()
        QTest.keyClick(self.view.canvas, key, modifier)

    @property
    def canvas(self):
        return self.view.canvas

    def color_at(self, x, y):
        image = self.canvas.grab().toImage()
        return image.pixelColor(x, y).getRgb()[:3]


@pytest.fixture
def panel(qtbot):
    made = Panel(qtbot)
    yield made
    made.controller.shutdown()
    made.thumbnails.shutdown()
    made.view.close()


@pytest.fixture
def flat_run(tmp_path):
    """Return a run whose first reference is all red and whose first candidate is all blue."""
    folder = write_run_folder(tmp_path / "flat", inputs=2, repeats=1)
    row = read_run(folder).pairs[0]
    for kind, color in (("reference", "#ff0000"), ("candidate", "#0000ff")):
        Image.new("RGB", (64, 64), color).save(row.image(kind))
    return folder


RED, BLUE = (255, 0, 0), (0, 0, 255)


def test_that_space_shows_the_reference_while_it_is_held(panel, flat_run):
    panel.open(flat_run)
    middle = panel.canvas.rect().center()
    assert panel.color_at(middle.x(), middle.y()) == BLUE
    panel.canvas.setFocus()
    QTest.keyPress(panel.canvas, Qt.Key.Key_Space)
    assert panel.color_at(middle.x(), middle.y()) == RED
    QTest.keyRelease(panel.canvas, Qt.Key.Key_Space)
    assert panel.color_at(middle.x(), middle.y()) == BLUE


def test_that_a_held_key_ends_when_the_focus_leaves(panel, flat_run):
    panel.open(flat_run)
    panel.canvas.setFocus()
    QTest.keyPress(panel.canvas, Qt.Key.Key_Space)
    assert panel.canvas.is_a_held
    panel.view.pair_list.search.setFocus()
    assert not panel.canvas.is_a_held


def test_that_the_split_slider_shows_a_before_and_b_after_it(panel, flat_run):
    panel.open(flat_run)
    panel.controller.set_mode(ViewMode.SPLIT)
    rect = panel.canvas.picture_rect()
    y = int(rect.center().y()) + 60
    left, right = int(rect.left() + 0.25 * rect.width()), int(rect.left() + 0.75 * rect.width())
    assert panel.color_at(left, y) == RED
    assert panel.color_at(right, y) == BLUE


def test_that_dragging_the_slider_moves_it_to_the_cursor(panel, flat_run):
    panel.open(flat_run)
    panel.controller.set_mode(ViewMode.SPLIT)
    rect = panel.canvas.picture_rect()
    start = rect.center().toPoint()
    goal = QPoint(int(rect.left() + 0.8 * rect.width()), start.y())
    QTest.mousePress(panel.canvas, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(panel.canvas, goal)
    QTest.mouseRelease(panel.canvas, Qt.MouseButton.LeftButton, pos=goal)
    assert panel.canvas.split == pytest.approx(0.8, abs=0.01)


def test_that_alt_and_an_arrow_move_the_slider_without_a_mouse(panel, flat_run):
    panel.open(flat_run)
    panel.controller.set_mode(ViewMode.SPLIT)
    panel.press(Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert panel.canvas.split == pytest.approx(0.52)


def test_that_side_by_side_shows_the_same_place_in_both_panes(panel, flat_run):
    panel.open(flat_run)
    panel.controller.set_mode(ViewMode.SIDE)
    panel.view.state.set_zoom(8.0, QPointF(0.25, 0.5))
    first, second = panel.canvas.panes()
    a, b = panel.canvas.picture_rect(0), panel.canvas.picture_rect(1)
    assert a.left() - first.left() == pytest.approx(b.left() - second.left(), abs=1)
    assert a.size() == b.size()


def test_that_zoom_and_centre_survive_the_next_pair(panel, demo_run):
    panel.open(demo_run)
    panel.view.state.set_zoom(6.0, QPointF(0.25, 0.75))
    with panel.qtbot.waitSignal(panel.controller.frames_shown, timeout=8000):
        panel.press(Qt.Key.Key_Right)
    assert panel.canvas.zoom() == 6.0
    assert panel.view.state.centre_of(0) == QPointF(0.25, 0.75)


def test_that_the_probe_reads_a_b_and_their_difference(panel, flat_run):
    panel.open(flat_run)
    panel.canvas.probed.emit(3, 4)
    text = panel.view.probe_label.text()
    assert "A 255   0   0" in text
    assert "B   0   0 255" in text
    assert "-255   +0 +255" in text


def test_that_arrows_walk_within_the_filter(panel, demo_run):
    panel.open(demo_run)
    panel.controller.set_filter(PairFilter(use_case="transform", target="host"))
    seen = []
    for _ in range(6):
        seen.append(panel.selection.pair.text("use_case"))
        panel.press(Qt.Key.Key_Right)
    assert set(seen) == {"transform"}
    assert panel.selection.pair is panel.pairs.shown[-1]


def test_that_accept_is_stored_and_goes_on_within_the_filter(panel, tmp_path):
    folder = write_run_folder(tmp_path / "run", inputs=3, repeats=1)
    panel.open(folder)
    panel.controller.set_filter(PairFilter(use_case="transform"))
    first = panel.selection.pair
    panel.press(Qt.Key.Key_A)
    assert VerdictStore(folder).choice_of(first.key) == "accept"
    assert panel.selection.pair is panel.pairs.shown[1]


def test_that_a_verdict_after_a_torn_line_is_not_lost_with_it(panel, tmp_path):
    folder = write_run_folder(tmp_path / "run", inputs=2, repeats=1)
    (folder / "verdicts.jsonl").write_bytes(b'{"schema": "quad-studio/verdict/1", "ke')
    panel.open(folder)
    first = panel.selection.pair
    panel.press(Qt.Key.Key_A)
    assert VerdictStore(folder).choice_of(first.key) == "accept"


def test_that_verdicts_that_cannot_be_read_are_said_and_the_run_still_opens(panel, tmp_path):
    folder = write_run_folder(tmp_path / "run", inputs=2, repeats=1)
    (folder / "verdicts.jsonl").symlink_to("verdicts.jsonl")  # a loop: no one can read it
    panel.open(folder)
    assert panel.selection.pair is not None
    panel.qtbot.waitUntil(lambda: "symbolic links" in panel.view.banner.text.text())


def test_that_undo_takes_the_verdict_back_and_shows_its_pair(panel, tmp_path):
    folder = write_run_folder(tmp_path / "run", inputs=3, repeats=1)
    panel.open(folder)
    first = panel.selection.pair
    panel.press(Qt.Key.Key_X)
    panel.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert panel.selection.pair is first
    assert VerdictStore(folder).choice_of(first.key) == ""


def test_that_a_judged_pair_stays_listed_until_the_filter_is_set_again(panel, tmp_path):
    panel.open(write_run_folder(tmp_path / "run", inputs=3, repeats=1))
    panel.controller.set_filter(PairFilter(verdict="open"))
    before = len(panel.pairs.shown)
    panel.press(Qt.Key.Key_U)
    assert len(panel.pairs.shown) == before
    panel.controller.set_filter(PairFilter(verdict="open"))
    assert len(panel.pairs.shown) == before - 1


def test_that_a_verdict_that_cannot_be_written_is_said_and_not_shown(panel, tmp_path):
    folder = write_run_folder(tmp_path / "run", inputs=2, repeats=1)
    panel.open(folder)
    first = panel.selection.pair
    (folder / "verdicts.jsonl").mkdir()
    panel.press(Qt.Key.Key_A)
    assert panel.book.choice_of(first.key) == ""
    assert "was not saved" in panel.view.banner.text.text()


def test_that_blind_mode_names_no_side_and_a_vote_counts_for_the_right_one(panel, tmp_path):
    folder = write_run_folder(tmp_path / "run", inputs=12, repeats=1, targets=("host",))
    panel.open(folder)
    panel.verdicts.set_blind(True)
    assert "reference" not in (panel.canvas.label_a + panel.canvas.label_b).lower()
    preferred = []
    for pair in list(panel.pairs.shown):
        panel.selection.select_pair(pair)
        shuffled = panel.book.is_shuffled(pair)
        panel.verdicts.give("reject" if shuffled else "accept")  # always the reference
        preferred.append(panel.book.store.of(pair.key).preferred)
    assert set(preferred) == {"reference"}
    assert not panel.book.is_blind  # revealed after the set
    assert "24 of 24" in panel.view.banner.text.text()
    assert "visibly worse" in panel.view.banner.text.text()


def test_that_leaving_blind_mode_without_a_vote_claims_nothing(panel, tmp_path):
    panel.open(write_run_folder(tmp_path / "run", inputs=2, repeats=1))
    before = panel.view.banner.text.text()
    panel.verdicts.set_blind(True)
    panel.verdicts.set_blind(False)
    assert panel.view.banner.text.text() == before


def test_that_blind_mode_shuffles_some_pairs_and_not_others(panel, tmp_path):
    panel.open(write_run_folder(tmp_path / "run", inputs=12, repeats=1, targets=("host",)))
    panel.verdicts.set_blind(True)
    assert {panel.book.is_shuffled(pair) for pair in panel.pairs.shown} == {True, False}
    panel.verdicts.set_blind(False)


def test_that_pictures_of_two_sizes_are_never_subtracted(panel, flat_run):
    pair = read_run(flat_run).pairs[0]
    Image.new("RGB", (32, 64)).save(pair.image("candidate"))
    panel.open(flat_run)
    panel.controller.set_mode(ViewMode.DIFFERENCE)
    assert panel.controller.canvas.maps.current is None
    assert "32 × 64" in panel.view.bar_label.text()


def test_that_the_difference_is_zero_where_the_pictures_are_equal(panel, flat_run):
    pair = read_run(flat_run).pairs[0]
    Image.new("RGB", (64, 64), "#ff0000").save(pair.image("candidate"))
    with panel.qtbot.waitSignal(panel.controller.canvas.maps.map_ready, timeout=8000):
        panel.open(flat_run)
    assert not panel.controller.canvas.maps.current.values.any()


def test_that_the_worst_tile_is_found_and_framed(panel, flat_run):
    pair = read_run(flat_run).pairs[0]
    pixels = np.zeros((64, 64, 3), np.uint8)
    Image.fromarray(pixels).save(pair.image("reference"))
    pixels[40:60, 36:60] = 200
    Image.fromarray(pixels).save(pair.image("candidate"))
    with panel.qtbot.waitSignal(panel.controller.canvas.maps.map_ready, timeout=8000):
        panel.open(flat_run)
    panel.press(Qt.Key.Key_Period)
    assert panel.canvas.marked == QRect(32, 32, 32, 32)


def test_that_a_broken_picture_is_named_and_the_next_pair_can_be_seen(panel, flat_run):
    pair = read_run(flat_run).pairs[0]
    pair.image("candidate").write_bytes(b"no picture")
    panel.selection.select_run(read_run(flat_run))
    panel.qtbot.waitUntil(lambda: "cannot be read" in panel.canvas.message, timeout=8000)
    with panel.qtbot.waitSignal(panel.controller.frames_shown, timeout=8000):
        panel.press(Qt.Key.Key_Right)
    assert panel.canvas.message == ""


def test_that_a_failed_row_says_on_which_device_why_and_what_to_do(panel, tmp_path):
    folder = write_run_folder(tmp_path / "run", inputs=2, repeats=1, failed_rows=2)
    panel.selection.select_run(read_run(folder))
    failed = next(pair for pair in panel.pairs.shown if pair.row["status"] == "error")
    panel.selection.select_pair(failed)
    assert "killed by the system" in panel.canvas.message
    assert f"out_of_memory: {REMEDIES['out_of_memory']}" in panel.canvas.message


def test_that_a_run_without_rows_says_what_to_do(panel, tmp_path):
    folder = write_run_folder(tmp_path / "run", inputs=1)
    (folder / "results.jsonl").write_text("")
    panel.selection.select_run(read_run(folder))
    assert panel.view.pages.currentWidget() is panel.view.empty
    assert "Resume" in panel.view.empty.text.text()


def test_that_tab_goes_through_the_candidates_of_one_reference(panel, demo_run):
    panel.open(demo_run)
    first = panel.selection.pair
    panel.press(Qt.Key.Key_Tab)
    assert panel.selection.pair.text("target") == "virtual:s25-qualcomm"
    assert panel.selection.pair.text("input_id") == first.text("input_id")
    panel.press(Qt.Key.Key_Tab)
    assert panel.selection.pair is first


def test_that_a_drag_with_c_held_chooses_the_region_under_it(panel, flat_run):
    panel.open(flat_run)
    panel.view.state.set_zoom(4.0, QPointF(0.5, 0.5))
    rect = panel.canvas.picture_rect()
    start = QPoint(int(rect.left()) + 4 * 10 + 1, int(rect.top()) + 4 * 20 + 1)
    end = start + QPoint(4 * 5, 4 * 7)
    panel.canvas.setFocus()
    QTest.keyPress(panel.canvas, Qt.Key.Key_C)
    with panel.qtbot.waitSignal(panel.canvas.region_chosen) as chosen:
        QTest.mousePress(panel.canvas, Qt.MouseButton.LeftButton, pos=start)
        QTest.mouseMove(panel.canvas, end)
        QTest.mouseRelease(panel.canvas, Qt.MouseButton.LeftButton, pos=end)
    QTest.keyRelease(panel.canvas, Qt.Key.Key_C)
    assert chosen.args == [QRect(10, 20, 6, 8)]


def test_that_letters_typed_into_the_filter_give_no_verdict(panel, tmp_path):
    folder = write_run_folder(tmp_path / "run", inputs=2, repeats=1)
    panel.open(folder)
    search = panel.view.pair_list.search
    search.setFocus()
    QTest.keyClicks(search, "axu")
    assert search.text() == "axu"
    assert not (folder / "verdicts.jsonl").exists()


@pytest.mark.slow
@pytest.mark.timeout(60)
def test_that_memory_stays_bounded_over_a_thousand_pair_changes(panel, demo_run):
    panel.open(demo_run)
    budget = panel.controller.loader.cache.size_bytes
    for number in range(1000):
        panel.selection.select_pair(panel.pairs.shown[number % len(panel.pairs.shown)])
        if number % 50 == 0:
            panel.qtbot.waitUntil(lambda: not panel.canvas.message, timeout=8000)
    pictures = 2 * len(panel.pairs.shown)
    assert panel.controller.loader.cache.size_bytes <= max(budget, pictures * 64 * 64 * 64)


def test_that_many_metrics_leave_the_panel_as_narrow_as_it_was(panel, flat_run):
    panel.open(flat_run)
    before = panel.view.minimumSizeHint().width()
    panel.view.facts.show_facts([f"METRIC-{n} 0.1234" for n in range(30)], "a device", "info")
    assert panel.view.minimumSizeHint().width() == before
    assert "METRIC-29" in panel.view.facts.accessibleName()


@pytest.mark.parametrize(("fingerprint", "is_said"), [("0" * 64, True), (None, False)])
def test_that_a_run_of_a_bundle_that_was_built_again_says_so(panel, tmp_path, fingerprint, is_said):
    folder = write_run_folder(tmp_path / "run", scored=True)
    named = read_run(folder).manifest["bundle"]
    bundle = folder / named["path"]
    bundle.mkdir()
    now = {"schema": "quad-studio/bundle/1", "fingerprint": fingerprint or named["fingerprint"]}
    (bundle / "bundle.json").write_text(json.dumps(now))
    panel.open(folder)
    assert ("built again since" in panel.view.banner.text.text()) is is_said


def test_that_a_pair_of_the_list_can_be_chosen_and_not_edited(panel, flat_run):
    panel.open(flat_run)
    index = panel.pairs.index(0)
    assert panel.pairs.flags(index) == Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
    assert panel.pairs.rowCount() == len(panel.pairs.shown) == panel.pairs.total == 8
