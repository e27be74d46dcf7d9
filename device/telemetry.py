"""Sample a phone's state beside a run: heat, battery, memory, processor."""

from device.adb import AdbPhone
from device.errors import AdbOutputError
from device.parsers import parse_battery, parse_cpu_ticks, parse_memory_mb, parse_thermal
from device.targets import Telemetry

_CUT = "--8<-- quad"
_SAMPLE = f"""dumpsys battery
echo '{_CUT}'; dumpsys thermalservice
echo '{_CUT}'; cat /proc/meminfo
echo '{_CUT}'; cat /proc/stat
true
"""


class TelemetrySampler:
    """Asks one phone; remembers the last processor ticks, since a load needs two samples."""

    def __init__(self, phone: AdbPhone) -> None:
        """Sample `phone`."""
        self._phone = phone
        self._ticks: tuple[int, int] | None = None

    def sample(self, timeout_s: float = 10.0) -> Telemetry:
        """Return the state now; the first sample has no processor load.

        Raises:
            AdbError: The phone cannot be asked.
        """
        return self.read(self._phone.script(_SAMPLE, timeout_s=timeout_s))

    def read(self, printed: str) -> Telemetry:
        """Read what the commands printed.

        Raises:
            AdbOutputError: It is not what we asked for.
        """
        parts = printed.split(_CUT)
        if len(parts) != 4:
            raise AdbOutputError(f"{self._phone.serial}: cannot read the telemetry")
        battery = parse_battery(parts[0])
        status, skin = parse_thermal(parts[1])
        return Telemetry(
            thermal_status=status,
            temperature_celsius=skin if skin is not None else battery.temperature_celsius,
            battery_percent=battery.percent,
            battery_ma=battery.milliampere,
            charging=battery.charging,
            memory_available_mb=parse_memory_mb(parts[2]).get("MemAvailable"),
            cpu_percent=self._load(parse_cpu_ticks(parts[3])),
        )

    def _load(self, ticks: tuple[int, int] | None) -> float | None:
        """Return the processor's load since the last sample, in percent."""
        before, self._ticks = self._ticks, ticks
        if ticks is None or before is None or ticks[1] <= before[1]:
            return None
        return 100.0 * (ticks[0] - before[0]) / (ticks[1] - before[1])
