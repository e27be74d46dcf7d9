from dataclasses import replace

from device.targets import TargetDescription
from quad_studio.config import RunOptions
from quad_studio.engine.emulated_rows import choose_emulated, emulator_budget
from quad_studio.sessions.order import PlannedRow
from quad_studio.use_cases.item import InputItem
from quad_studio.use_cases.settle import TaskSettings

VIRTUAL = TargetDescription(
    name="virtual:s25-qualcomm", kind="virtual", label="S25", providers=("cpu", "qnn"),
    emulated=True, emulator_max_calls=24,
)  # fmt: skip
HOST = TargetDescription(name="host", kind="host", label="host", providers=("cpu", "qnn"))
PHONE = TargetDescription(name="adb:X", kind="phone", label="S25", providers=("qnn", "cpu"))


def planned(index, adapter, *, warmup=False):
    settings = TaskSettings(
        use_case="transform", adapters=((adapter, 1.0),), sampler="ddim", steps=8, guidance=1.0
    )
    return PlannedRow(index=index, settings=settings, item=InputItem(id=f"i{index}"), warmup=warmup)


def test_that_the_budget_is_the_smaller_of_plan_and_preset():
    assert emulator_budget(RunOptions(), VIRTUAL) == 24
    assert emulator_budget(RunOptions(emulator_max_calls=5), VIRTUAL) == 5
    assert emulator_budget(RunOptions(provider="qnn"), replace(VIRTUAL, emulator_max_calls=3)) == 3


def test_that_the_cpu_provider_a_preset_without_npu_and_the_host_emulate_nothing_unasked():
    assert emulator_budget(RunOptions(provider="cpu"), VIRTUAL) == 0
    assert emulator_budget(RunOptions(), replace(VIRTUAL, providers=("cpu",))) == 0
    assert emulator_budget(RunOptions(), HOST) == 0
    assert emulator_budget(RunOptions(provider="qnn"), HOST) == 24


def test_that_a_real_npu_is_not_rationed():
    assert emulator_budget(RunOptions(provider="qnn"), PHONE) is None


def test_that_the_calls_are_spread_over_the_adapters():
    rows = [planned(n, "abc"[n // 4]) for n in range(12)]
    assert choose_emulated(rows, 24, lambda row: 8) == {0, 4, 8}
    assert choose_emulated(rows, 40, lambda row: 8) == {0, 1, 4, 5, 8}


def test_that_rows_that_do_not_fit_leave_their_calls_to_others():
    cost = {0: 30, 1: 4, 2: 20, 3: 4}
    rows = [planned(n, name) for n, name in enumerate("aabb")]
    assert choose_emulated(rows, 24, lambda row: cost[row.index]) == {1, 2}


def test_that_rows_that_warm_up_and_rows_without_calls_are_left_out():
    rows = [planned(0, "a", warmup=True), planned(1, "a"), planned(2, "a")]
    assert choose_emulated(rows, 24, lambda row: 0 if row.index == 1 else 8) == {2}
    assert choose_emulated(rows, 0, lambda row: 8) == frozenset()
