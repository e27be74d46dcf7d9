"""Which device is meant, by scrcpy's rules; errors list what is there and which flag picks one."""

import os
from collections.abc import Mapping, Sequence

from device.discovery import DeviceRecord
from device.errors import DeviceNotFoundError, DeviceNotReadyError, SeveralDevicesError
from device.states import DeviceState, usable


def choose_device(
    records: Sequence[DeviceRecord],
    *,
    serial: str = "",
    usb: bool = False,
    tcpip: bool = False,
    environment: Mapping[str, str] = os.environ,
) -> DeviceRecord:
    """Return the one device that fits.

    `serial` wins (adb's or the hardware's; ``HOST`` finds ``HOST:PORT``), then `usb` or `tcpip`,
    then ANDROID_SERIAL, then the only device there is, or the only one that can be used. Absent
    ones are never chosen.

    Raises:
        DeviceNotFoundError: None fits.
        SeveralDevicesError: More than one fits.
        DeviceNotReadyError: The one that fits cannot be used as it is.
    """
    here = [r for r in records if r.state is not DeviceState.ABSENT]
    wanted = serial or ("" if usb or tcpip else environment.get("ANDROID_SERIAL", ""))
    if wanted:
        fitting = [r for r in here if _is_called(r, wanted)]
        asked = f"with serial {wanted}" + ("" if serial else " (from ANDROID_SERIAL)")
    elif usb:
        fitting = [r for r in here if any(t.kind == "usb" for t in r.transports)]
        asked = "on USB"
    elif tcpip:
        fitting = [r for r in here if any(t.kind in ("tcp", "mdns") for t in r.transports)]
        asked = "on TCP/IP"
    else:
        fitting, asked = list(here), ""
    if not fitting:
        what = f"no device {asked}".rstrip()
        raise DeviceNotFoundError(
            "\n".join([f"{what} was found{_rest(records)}", *_lines(records)])
        )
    if len(fitting) > 1 and sum(usable(record.state) for record in fitting) == 1:
        fitting = [record for record in fitting if usable(record.state)]
    if len(fitting) > 1:
        head = f"{len(fitting)} devices {asked}".rstrip() + " are there:"
        advice = "Choose one with --target adb:SERIAL, -d (USB) or -e (TCP/IP), or ANDROID_SERIAL."
        raise SeveralDevicesError("\n".join([head, *_lines(fitting), advice]))
    chosen = fitting[0]
    if not usable(chosen.state):
        raise DeviceNotReadyError(chosen.serial, str(chosen.state), chosen.cause, chosen.remedy)
    return chosen


def _is_called(record: DeviceRecord, wanted: str) -> bool:
    names = {record.serial, record.hardware_serial, *(t.serial for t in record.transports)}
    return wanted in names or any(name.rpartition(":")[0] == wanted for name in names if name)


def _rest(records: Sequence[DeviceRecord]) -> str:
    if records:
        return "; adb knows these:"
    return ". Plug a phone in and switch USB debugging on, or start 'quad-studio virtual-phone'."


def _lines(records: Sequence[DeviceRecord]) -> list[str]:
    """Return one line a device: how it is reached, its serial, its state, its model."""
    lines = []
    for record in records:
        kinds = ",".join(t.kind for t in record.transports) or "-"
        label = f"{record.label}, virtual:{record.virtual}" if record.virtual else record.label
        lines.append(f"    --> ({kinds})  {record.serial:<24} {record.state:<14} {label}")
    return lines
