"""Find the target that a name stands for; the modules behind it are imported only then."""

from device.errors import UnknownTargetError
from device.targets import Target


def open_target(name: str) -> Target:
    """Return the target called `name`: "host", "adb:SERIAL" or "virtual:PRESET".

    Raises:
        UnknownTargetError: No such kind of target.
        DeviceError: The target is not there.
    """
    kind, _, rest = name.partition(":")
    if kind == "host" and not rest:
        from device.host import HostTarget

        return HostTarget()
    if kind == "adb" and rest:
        from device.phone import open_phone

        return open_phone(rest)
    if kind == "virtual" and rest:
        from device.virtual_phone.target import open_virtual_phone

        return open_virtual_phone(rest)
    raise UnknownTargetError(name, "write host, adb:SERIAL or virtual:PRESET")
