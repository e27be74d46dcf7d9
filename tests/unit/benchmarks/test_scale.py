import pytest

from benchmarks.scale.model import HOUR_S, Lab, PairCosts, capacity, start_s
from benchmarks.scale.simulate import Scenario, simulate

COSTS = PairCosts(phone_s=9.0, host_cpu_s=1.0, network_bytes=1e6, driver_s=0.02)


def test_that_few_phones_are_the_limit_and_many_are_limited_by_the_driver():
    few = capacity(COSTS, Lab(phones=4))
    assert few.limited_by == "phones"
    assert few.pairs_per_hour == pytest.approx(4 * 360)
    many = capacity(COSTS, Lab(phones=1000))
    assert many.limited_by == "driver"
    assert many.pairs_per_hour == pytest.approx(HOUR_S / 0.02)


def test_that_virtual_phones_are_limited_by_their_hosts_cores():
    lab = Lab(phones=8, phones_per_host=8, cores_per_host=2, phones_are_processors=True)
    found = capacity(PairCosts(phone_s=9.0, host_cpu_s=1.0), lab)
    assert found.limited_by == "processors"
    assert found.pairs_per_hour == pytest.approx(2 * 360)


def test_that_references_that_targets_share_cost_less():
    alone = PairCosts(phone_s=1.0, reference_cpu_s=8.0)
    shared = PairCosts(phone_s=1.0, reference_cpu_s=8.0, references=0.25)
    assert shared.cpu_s == alone.cpu_s / 4


def test_that_a_bundle_reaches_all_phones_over_the_network_and_then_the_cables():
    lab = Lab(phones=20, phones_per_host=10, network_bytes_per_s=100.0, usb_bytes_per_s=10.0)
    assert start_s(1000.0, lab) == pytest.approx(2 * 10 + 100)


@pytest.mark.parametrize("phones", [1, 10, 200])
def test_that_the_simulation_without_losses_agrees_with_the_model(phones):
    lab = Lab(phones=phones)
    found = simulate(Scenario(costs=COSTS, lab=lab, pairs=20 * phones, spread=0.1))
    expected = capacity(COSTS, lab).pairs_per_hour
    assert found.steady_per_hour == pytest.approx(expected, rel=0.1)


def test_that_losses_cost_time_and_no_row():
    quiet = Scenario(costs=COSTS, lab=Lab(phones=40), pairs=800)
    rough = Scenario(
        costs=COSTS, lab=Lab(phones=40), pairs=800,
        phone_hours_between_losses=0.2, host_hours_between_losses=0.5,
    )  # fmt: skip
    expected, found = simulate(quiet), simulate(rough)
    assert found.losses > 5
    assert found.repeated > 0
    assert found.recorded == dict.fromkeys(range(800), 1) == expected.recorded
    assert found.seconds > expected.seconds
