import threading
from dataclasses import replace

import pytest

from device.states import DeviceState
from ui.controllers.devices_controller import DevicesController
from ui.controllers.pairing_controller import PairingController
from ui.scenes import CARDS, SceneDevices
from ui.views.devices_view import DevicesView
from ui.widgets.device_card import STATE_LOOKS, state_word

VIRTUAL = "virtual:s25-qualcomm"


class Panel:
    def __init__(self, qtbot):
        self.qtbot, self.service = qtbot, SceneDevices()
        self.view = DevicesView()
        qtbot.addWidget(self.view)
        self.controller = DevicesController(self.view, self.service)
        self.pairing = PairingController(self.service, self.view)
        self.view.resize(1100, 700)
        self.view.show()

    def start(self):
        self.controller.start()
        self.qtbot.waitUntil(lambda: len(self.view.cards) == len(CARDS), timeout=8000)


@pytest.fixture
def panel(qtbot):
    made = Panel(qtbot)
    yield made
    made.controller.shutdown()
    made.pairing.shutdown()
    made.view.close()


@pytest.mark.parametrize("state", list(DeviceState))
def test_that_every_state_has_a_word_an_icon_and_a_colour(qapp, state):
    assert state_word(str(state))
    assert STATE_LOOKS[str(state)]


def test_that_every_device_is_shown_with_cause_and_remedy_ready_or_not(panel):
    panel.start()
    card = panel.view.cards["adb:R5CX20ABCDE"]
    assert card.state.text() == "not authorized"
    assert "accept the question" in card.remedy.text()
    assert card.action.text() == "How to allow it"


def test_that_a_change_of_state_shows_on_the_same_card(panel):
    panel.start()
    before = panel.view.cards[VIRTUAL]
    lost = [replace(c, state="lost") if c.name == VIRTUAL else c for c in CARDS]
    panel.service.cards = tuple(lost)
    panel.qtbot.waitUntil(lambda: before.state.text() == "lost", timeout=8000)
    assert panel.view.cards[VIRTUAL] is before


def test_that_a_card_goes_when_its_device_is_forgotten(panel):
    panel.start()
    panel.service.cards = CARDS[:2]
    panel.qtbot.waitUntil(lambda: len(panel.view.cards) == 2, timeout=8000)


def test_that_the_button_of_a_card_does_its_action(panel):
    panel.start()
    panel.view.cards["virtual:tab-s11-mediatek"].action.click()
    panel.qtbot.waitUntil(
        lambda: panel.view.cards["virtual:tab-s11-mediatek"].state.text() == "ready", timeout=8000
    )
    assert ("act", "virtual:tab-s11-mediatek", "start") in panel.service.calls


def test_that_deploying_reaches_every_checked_device(panel, tmp_path):
    panel.start()
    panel.controller.set_bundle(tmp_path)
    panel.controller.check(VIRTUAL, True)
    with panel.qtbot.waitSignal(panel.controller.deployed, timeout=8000):
        panel.view.deploy_button.click()
    assert ("deploy", "host", VIRTUAL) in panel.service.calls
    assert panel.view.banner.text.text() == "Deployed to host, virtual:s25-qualcomm."


def test_that_a_deployment_shows_its_progress_and_can_be_stopped(panel, tmp_path):
    panel.service.hold_deploy = True
    panel.start()
    panel.controller.set_bundle(tmp_path)
    panel.view.deploy_button.click()
    bar = panel.view.cards["host"].bar
    panel.qtbot.waitUntil(lambda: bar.value() == 500, timeout=8000)
    assert "24.0 / 48.0 MB" in bar.text()
    panel.view.cancel_button.click()
    panel.qtbot.waitUntil(lambda: not panel.controller.is_busy, timeout=8000)
    assert "not sent again" in panel.view.banner.text.text()
    assert bar.isHidden()


def test_that_nothing_can_be_deployed_without_bundle_or_device(panel, tmp_path):
    panel.start()
    assert not panel.view.deploy_button.isEnabled()
    panel.controller.set_bundle(tmp_path)
    assert panel.view.deploy_button.isEnabled()
    panel.controller.check("host", False)
    assert not panel.view.deploy_button.isEnabled()


def test_that_what_lies_on_a_device_is_listed_and_can_be_removed(panel):
    panel.start()
    panel.controller.choose(VIRTUAL)
    panel.qtbot.waitUntil(lambda: panel.view.contents.topLevelItemCount() == 3, timeout=8000)
    panel.view.contents.setCurrentItem(panel.view.contents.topLevelItem(1))
    panel.view.remove_button.click()
    panel.qtbot.waitUntil(
        lambda: ("remove", VIRTUAL, "object_removal") in panel.service.calls, timeout=8000
    )


def test_that_curves_of_two_devices_share_each_plot(panel):
    panel.start()
    panel.controller.check(VIRTUAL, True)
    for _ in range(2):
        panel.controller.sample()
    panel.qtbot.waitUntil(lambda: len(panel.view.plots["cpu"].names) == 2, timeout=8000)
    assert set(panel.view.plots["memory"].names) == {"host", VIRTUAL}


def test_that_the_pairing_code_is_drawn_and_waiting_ends_with_the_dialog(panel):
    panel.pairing.open()
    assert not panel.pairing.dialog.qr.pixmap().isNull()
    panel.pairing.dialog.reject()
    panel.qtbot.waitUntil(lambda: not panel.pairing.is_busy, timeout=8000)


def test_that_six_digits_pair_while_the_code_is_still_shown(panel):
    panel.pairing.open()
    dialog = panel.pairing.dialog
    dialog.endpoint.setText("10.0.0.7:37001")
    dialog.code.setText("123456")
    with panel.qtbot.waitSignal(panel.pairing.paired, timeout=8000) as paired:
        dialog.pair_button.click()
    assert paired.args == ["adb:10.0.0.7:37001"]
    dialog.reject()
    panel.qtbot.waitUntil(lambda: not panel.pairing.is_busy, timeout=8000)


def test_that_a_device_that_does_not_answer_delays_neither_curves_nor_actions(panel):
    answer = threading.Event()
    original = panel.service.telemetry

    def telemetry(target):
        if target == VIRTUAL:
            answer.wait(20)
        return original(target)

    panel.service.telemetry = telemetry
    panel.start()
    panel.controller.check(VIRTUAL, True)
    seen = []
    panel.view.show_sample = lambda target, at_s, values: seen.append(target)
    try:
        panel.controller.sample()
        panel.qtbot.waitUntil(lambda: seen == ["host"], timeout=8000)
        panel.controller.choose("host")
        panel.qtbot.waitUntil(lambda: ("contents", "host") in panel.service.calls, timeout=8000)
        panel.controller.sample()
        panel.qtbot.waitUntil(lambda: seen.count("host") >= 2, timeout=8000)
        assert VIRTUAL not in seen
    finally:
        answer.set()
    panel.qtbot.waitUntil(lambda: VIRTUAL in seen, timeout=8000)


def test_that_a_card_is_no_wider_than_the_list_that_holds_it(panel, qapp):
    label = "Galaxy Tab S11 Ultra (MediaTek Dimensity 9400+) (virtual)"
    panel.service.cards = (replace(CARDS[0], label=label),)
    panel.controller.start()
    panel.qtbot.waitUntil(lambda: len(panel.view.cards) == 1, timeout=8000)
    qapp.processEvents()
    (card,) = panel.view.cards.values()
    area = card.parentWidget().parentWidget()  # the viewport of the list
    assert card.mapTo(area, card.rect().topRight()).x() < area.width()


def test_that_devices_are_offered_in_the_order_they_are_shown_in(panel):
    panel.start()
    cards = panel.controller.cards
    assert len(cards) > 2
    panel.view.show_cards(cards[1:], frozenset())
    panel.view.show_cards(cards, frozenset())  # the first one comes back, in its place
    order = [one.objectName().partition(":")[2] for one in panel.view.device_actions()]
    assert list(dict.fromkeys(order)) == [card.name for card in cards]
