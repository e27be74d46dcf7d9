from datetime import UTC, datetime, timedelta

import pytest

from evaluation.evidence import gather
from evaluation.sustained import sustained_tables

BEGIN = datetime(2026, 1, 2, tzinfo=UTC)
MANIFEST = {
    "plan": {"run": {"duration_minutes": 2.0}},
    "targets": [{"name": "adb:X", "kind": "phone", "label": "Galaxy S25", "soc": "SM8750"}],
}


def row(second, *, ms=100.0, target="adb:X", **telemetry):
    told = {"thermal_status": 0, "temperature_celsius": 30.0, "battery_percent": 80.0}
    told |= {"charging": False, "battery_ma": -3600.0, **telemetry}
    return {
        "key": f"{target}{second}",
        "status": "ok",
        "target": target,
        "target_kind": "phone",
        "started_at": (BEGIN + timedelta(seconds=second)).isoformat(),
        "finished_at": (BEGIN + timedelta(seconds=second + 1)).isoformat(),
        "timing_ms": {"end_to_end_ms": ms, "unet_step_ms": [ms / 10, ms / 10]},
        "switch": {"kind": "warm", "ms": 0.5},
        "telemetry": told,
    }


def values(table, column):
    return [row.cells[column].value for row in table.rows]


def test_that_a_run_without_a_duration_has_no_such_table():
    assert sustained_tables(gather({"plan": {"run": {}}}, [row(0)], [])) == ()


def test_that_latency_heat_and_battery_stand_slice_by_slice():
    rows = [
        row(n, ms=100.0 + n, temperature_celsius=30.0 + n, battery_percent=80.0 - n // 4)
        for n in range(8)
    ]
    (table,) = sustained_tables(gather(MANIFEST, rows, []), slices=4)
    assert table.title == "Over time: Galaxy S25 (SM8750)"
    assert [r.heading.labels[0] for r in table.rows][:2] == ["0.00 to 0.03", "0.03 to 0.07"]
    assert values(table, 0) == [1.0, 2.0, 2.0, 3.0]
    assert values(table, 1) == [100.0, 101.5, 103.5, 106.0]
    assert values(table, 6) == [30.0, 32.0, 34.0, 37.0]
    assert values(table, 7) == [80.0, 80.0, 79.0, 79.0]
    assert values(table, 4) == [0.5] * 4
    assert "Last slice against the first: end to end +6.0 %" in table.notes[0]


def test_that_the_drift_is_also_that_of_a_call_as_slices_hold_different_use_cases():
    slow = {"end_to_end_ms": 900.0, "unet_step_ms": [11.0] * 8}
    rows = [row(0), row(1), {**row(2), "timing_ms": slow}, {**row(3), "timing_ms": slow}]
    (table,) = sustained_tables(gather(MANIFEST, rows, []), slices=2)
    assert "end to end +800.0 %, U-Net step +10.0 %" in table.notes[0]


def test_that_a_switch_of_microseconds_has_digits():
    rows = [{**row(n), "switch": {"kind": "warm", "ms": 0.0085}} for n in range(2)]
    (table,) = sustained_tables(gather(MANIFEST, rows, []), slices=1)
    assert table.rows[0].cells[4].text == "0.009"


def test_that_an_image_takes_its_share_of_the_battery():
    rows = [row(n, battery_percent=80.0 - n) for n in range(4)]
    (table,) = sustained_tables(gather(MANIFEST, rows, []))
    assert "80 % to 77 % over 4 images, 0.7500 % an image" in table.notes[-1]
    assert "by its current 1.0000 mAh an image" in table.notes[-1]  # 3,600 mA for a second


def test_that_a_charging_phone_and_a_silent_one_are_said_to_be_so():
    charging = [row(n, charging=True) for n in range(4)]
    silent = [row(n, target="host", battery_percent=None, thermal_status=None) for n in range(4)]
    first, second = sustained_tables(gather(MANIFEST, [*charging, *silent], []))
    assert "it was charging" in first.notes[-1]
    assert second.notes[-1] == "Battery: the device does not tell."
    assert second.rows[0].cells[5].state == "not measured"
    assert second.rows[0].cells[5].note == "the device does not tell"


def test_that_warm_up_and_failed_rows_do_not_count():
    rows = [row(0), {**row(1), "warmup": True}, {**row(2), "status": "error"}, row(3)]
    (table,) = sustained_tables(gather(MANIFEST, rows, []), slices=1)
    assert values(table, 0) == [pytest.approx(2.0)]
