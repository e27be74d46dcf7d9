import pytest

from device.errors import DeviceLostError
from device.targets import Telemetry
from quad_studio.devices import Telemeter
from quad_studio.errors import DeviceProblem


class FakeTarget:
    """Tells the load from its second sample on, as a phone does."""

    def __init__(self, away=False):
        self.samples, self.is_open, self.away = 0, True, away

    def telemetry(self):
        self.samples += 1
        if self.away == "raises":
            raise DeviceLostError("virtual:x", "it is gone")
        if self.away:
            return Telemetry()
        return Telemetry(memory_available_mb=5400.0, cpu_percent=40.0 if self.samples > 1 else None)

    def close(self):
        self.is_open = False


class Opener:
    def __init__(self):
        self.opened = []

    def __call__(self, name):
        self.opened.append(FakeTarget())
        return self.opened[-1]


def test_that_a_target_tells_its_load_from_the_second_sample_on():
    opener = Opener()
    telemeter = Telemeter(opener)
    loads = [telemeter.sample("virtual:x").cpu_percent for _ in range(3)]
    assert loads == [None, 40.0, 40.0]
    assert len(opener.opened) == 1
    telemeter.close()
    assert not opener.opened[0].is_open


@pytest.mark.parametrize("how", [True, "raises"])
def test_that_a_target_that_went_away_is_opened_anew(how):
    opener = Opener()
    telemeter = Telemeter(opener)
    telemeter.sample("virtual:x")
    opener.opened[0].away = how
    if how == "raises":
        with pytest.raises(DeviceLostError):
            telemeter.sample("virtual:x")
    else:
        assert telemeter.sample("virtual:x") == Telemetry()
    assert not opener.opened[0].is_open
    assert telemeter.sample("virtual:x").memory_available_mb == 5400.0
    assert len(opener.opened) == 2
    telemeter.close()


def test_that_a_virtual_phone_is_not_started_to_be_asked_how_it_is(tmp_path, monkeypatch):
    monkeypatch.setenv("QUAD_STUDIO_STATE", str(tmp_path))
    with pytest.raises(DeviceProblem, match="virtual:s25-lsi: it does not run"):
        Telemeter().sample("virtual:s25-lsi")
    assert not list(tmp_path.rglob("phone.json"))
