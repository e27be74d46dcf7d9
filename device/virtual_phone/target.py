"""The target ``virtual:PRESET``: a virtual phone, started when none runs."""

import contextlib

from device.adb import AdbServer
from device.chipsets import load_chipset
from device.errors import AdbError, ChipsetError, UnknownTargetError
from device.phone import PhoneTarget
from device.virtual_phone.client import PhoneControl, find_phone, phone_root, start_phone


class VirtualPhoneTarget(PhoneTarget):
    """A phone target with a hand on its faults."""

    def __init__(self, server: AdbServer, control: PhoneControl, name: str, *, own: bool) -> None:
        """Use the phone of `control`; `own` ends it with the target."""
        super().__init__(server, control.serial, name=name, on_close=self._end)
        self.control = control
        self._own = own

    def _end(self) -> None:
        """Stop the phone if it is ours, and take it off adb's list."""
        if self._own:
            self.control.stop()
            with contextlib.suppress(AdbError):
                self.phone.server.disconnect(self.control.serial)


def open_virtual_phone(preset: str) -> VirtualPhoneTarget:
    """Return the target ``virtual:PRESET``; a phone that runs already is used and left running.

    Raises:
        UnknownTargetError: No such preset.
        VirtualPhoneError: The phone does not start.
        AdbError: adb cannot connect to it.
    """
    try:
        load_chipset(preset)
    except ChipsetError as exc:
        raise UnknownTargetError(f"virtual:{preset}", str(exc)) from exc
    server = AdbServer.find()
    server.ensure()
    root = phone_root(preset)
    running = find_phone(root)
    control = running or start_phone(preset, root)
    try:
        states = {line.serial: line.state for line in server.devices()}
        if states.get(control.serial) != "device":
            server.disconnect(control.serial)
            server.connect(control.serial)
    except BaseException:
        if running is None:
            control.stop()
        raise
    return VirtualPhoneTarget(server, control, f"virtual:{preset}", own=running is None)
