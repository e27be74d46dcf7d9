import pytest

from device.errors import DeviceLostError, PairingError
from device.pairing import PairingOffer, pair_by_qr, pair_with_code
from device.recovery import RecoveryStep, recover
from tests.fakes.adb import FakeAdb


class FakeClock:
    """Time that passes by sleeping only."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float, /) -> None:
        self.now += seconds


def devices(state: str, serial: str = "R58") -> str:
    return f"List of devices attached\n{serial}\t{state} transport_id:1\n"


def never() -> None:
    pass


def test_that_a_device_that_comes_back_by_itself_is_left_alone():
    clock, adb = FakeClock(), FakeAdb()
    adb.on("devices", lambda: devices("device" if clock.now > 2 else "offline"))
    steps: list[RecoveryStep] = []
    found = recover(adb.server(), "R58", report=steps.append, check=never, clock=clock)
    assert found.serial == "R58"
    assert [(step.name, step.recovered) for step in steps] == [("wait", True)]
    assert not [call for call in adb.calls if "reconnect" in call or "connect" in call]


def test_that_the_steps_go_from_gentle_to_asking_a_person():
    clock, adb = FakeClock(), FakeAdb().on("devices", devices("offline"))
    steps: list[RecoveryStep] = []
    with pytest.raises(DeviceLostError, match="wait, reconnect, mdns, replug"):
        recover(adb.server(), "R58", report=steps.append, check=never, replug_s=9, clock=clock)
    assert [step.name for step in steps] == ["wait", "reconnect", "mdns", "replug"]
    assert ["adb", "-P", "1", "-s", "R58", "reconnect"] in adb.calls
    assert clock.now == pytest.approx(5 + 5 + 5 + 9, abs=2)


def test_that_no_step_ever_stops_the_server():
    clock, adb = FakeClock(), FakeAdb().on("devices", devices("offline", "10.0.0.2:5555"))
    with pytest.raises(DeviceLostError):
        recover(
            adb.server(), "10.0.0.2:5555", report=lambda step: None, check=never, clock=clock
        )  # fmt: skip
    words = {word for call in adb.calls for word in call}
    assert "kill-server" not in words
    assert "connect" in words
    assert "reconnect" not in words


def test_that_a_paired_device_is_found_again_under_its_new_address():
    clock, adb = FakeClock(), FakeAdb()
    serial = "adb-R58-8Hd._adb-tls-connect._tcp"
    adb.on("mdns services", "adb-R58-8Hd\t_adb-tls-connect._tcp\t10.0.0.9:41000\n")
    adb.on(" connect 10.0.0.9:41000", "connected to 10.0.0.9:41000\n")
    connected = lambda: any("connect" in call for call in adb.calls)  # noqa: E731
    adb.on(
        "devices",
        lambda: devices("device", "10.0.0.9:41000") if connected() else devices("offline", serial),
    )
    found = recover(adb.server(), serial, report=lambda s: None, check=never, clock=clock)
    assert found.serial == "10.0.0.9:41000"


def test_that_the_person_can_stop_the_recovery():
    class StoppedError(Exception):
        pass

    clock = FakeClock()

    def check() -> None:
        if clock.now > 7:
            raise StoppedError

    with pytest.raises(StoppedError):
        recover(
            FakeAdb().on("devices", devices("offline")).server(), "R58",
            report=lambda step: None, check=check, clock=clock,
        )  # fmt: skip


PAIRED = "Successfully paired to 10.0.0.2:37123 [guid=adb-R58-8Hd]\n"


def test_that_a_six_digit_code_pairs():
    adb = FakeAdb().on("pair 10.0.0.2:37123 123456", PAIRED)
    assert pair_with_code(adb.server(), "10.0.0.2:37123", "123456") == "adb-R58-8Hd"


@pytest.mark.parametrize(
    ("endpoint", "code", "said"),
    [
        ("10.0.0.2:37123", "12345", "six digits"),
        ("10.0.0.2:37123", "12345a", "six digits"),
        ("10.0.0.2", "123456", "HOST:PORT"),
    ],
)
def test_that_a_code_or_address_that_cannot_be_right_never_reaches_adb(endpoint, code, said):
    adb = FakeAdb()
    with pytest.raises(PairingError, match=said):
        pair_with_code(adb.server(), endpoint, code)
    assert adb.calls == []


def test_that_a_refused_code_has_adbs_words_and_a_hint():
    adb = FakeAdb().on("pair", ("Failed: Wrong password or connection was dropped.\n", "", 1))
    with pytest.raises(PairingError, match="Wrong password.*did not take the code"):
        pair_with_code(adb.server(), "10.0.0.2:1", "123456")


def test_that_a_scanned_code_pairs_and_connects_to_the_other_port():
    offer, clock, adb = PairingOffer("studio-x", "secret"), FakeClock(), FakeAdb()
    early = "List of discovered mdns services\n"
    pairing = early + "studio-x\t_adb-tls-pairing._tcp\t10.0.0.2:37123\n"
    ready = early + "adb-R58-8Hd\t_adb-tls-connect._tcp\t10.0.0.2:41000\n"

    def services() -> str:
        if any("pair" in call for call in adb.calls):
            return ready
        return pairing if clock.now > 3 else early

    adb.on("mdns services", services).on("pair 10.0.0.2:37123 secret", PAIRED)
    adb.on(" connect 10.0.0.2:41000", "connected to 10.0.0.2:41000\n")
    assert pair_by_qr(adb.server(), offer, check=never, clock=clock) == "10.0.0.2:41000"


def test_that_another_phones_offer_is_not_taken():
    clock = FakeClock()
    adb = FakeAdb().on("mdns services", "other\t_adb-tls-pairing._tcp\t10.0.0.3:37123\n")
    with pytest.raises(PairingError, match="no phone scanned the code within 120 s"):
        pair_by_qr(adb.server(), PairingOffer("mine", "s"), check=never, clock=clock)
    assert clock.now == pytest.approx(120, abs=1)


def test_that_an_offer_is_new_each_time():
    assert PairingOffer.fresh() != PairingOffer.fresh()
    assert PairingOffer.fresh().qr_text.startswith("WIFI:T:ADB;S:quad-studio-")
