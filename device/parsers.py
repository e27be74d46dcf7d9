"""Read what adb and a phone's commands print. Pure functions, apart from every process."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from device.errors import AdbOutputError

TransportKind = Literal["usb", "tcp", "mdns", "emulator"]

_FACT = re.compile(r"\b(usb|product|model|device|transport_id|features):(\S*)")


@dataclass(frozen=True)
class DeviceLine:
    """One line of `adb devices -l`; `state` is adb's word, `facts` the key:value words."""

    serial: str
    state: str
    facts: Mapping[str, str] = field(default_factory=dict)

    @property
    def transport(self) -> TransportKind:
        """Return how the device is reached.

        >>> DeviceLine("192.168.1.7:5555", "device").transport
        'tcp'
        >>> DeviceLine("adb-R5CX-8Hd._adb-tls-connect._tcp", "device").transport
        'mdns'
        """
        if "._adb" in self.serial:
            return "mdns"
        if self.serial.startswith("emulator-"):
            return "emulator"
        return "tcp" if re.search(r":\d+$", self.serial) else "usb"


def parse_devices(text: str) -> list[DeviceLine]:
    r"""Read `adb devices -l`; words such as "no permissions (...)" keep their spaces.

    >>> parse_devices("List of devices attached\nR5  unauthorized usb:1-2 transport_id:4\n")
    [DeviceLine(serial='R5', state='unauthorized', facts={'usb': '1-2', 'transport_id': '4'})]
    >>> parse_devices("X  no permissions (see udev); usb:1-1 transport_id:1")[0].state
    'no permissions (see udev);'
    """
    found = []
    for line in text.splitlines():
        serial, _, rest = line.strip().replace("\t", " ", 1).partition(" ")
        if not rest.strip() or line.startswith(("List of devices", "* ")):
            continue
        facts = dict(_FACT.findall(rest))
        found.append(DeviceLine(serial, _FACT.sub("", rest).strip(), facts))
    return found


def parse_properties(text: str) -> dict[str, str]:
    r"""Read `getprop`; a value may span lines.

    >>> parse_properties("[ro.a]: [1]\n[ro.b]: [two\nlines]\n")
    {'ro.a': '1', 'ro.b': 'two\nlines'}
    """
    return dict(re.findall(r"^\[([^\]\n]+)\]: \[(.*?)\]$", text, re.MULTILINE | re.DOTALL))


@dataclass(frozen=True)
class Battery:
    """What `dumpsys battery` says; None where it does not."""

    percent: float | None = None
    temperature_celsius: float | None = None
    milliampere: float | None = None
    charging: bool | None = None


def parse_battery(text: str) -> Battery:
    r"""Read `dumpsys battery`: tenths of a degree, and a current that some phones leave out.

    >>> parse_battery("  status: 3\n  level: 8\n  scale: 10\n  temperature: 315\n")
    Battery(percent=80.0, temperature_celsius=31.5, milliampere=None, charging=False)
    """
    level, scale = _number(text, "level"), _number(text, "scale") or 100
    tenths, status = _number(text, "temperature"), _number(text, "status")
    current = _number(text, "current now")
    if current is not None and abs(current) > 20_000:  # microampere on most phones
        current /= 1000
    return Battery(
        percent=None if level is None else 100 * level / scale,
        temperature_celsius=None if tenths is None else tenths / 10,
        milliampere=current,
        charging=None if status is None else status in (2, 5),
    )


def _number(text: str, key: str) -> float | None:
    found = re.search(rf"^\s*{re.escape(key)}: *(-?\d+)\s*$", text, re.MULTILINE | re.IGNORECASE)
    return None if found is None else float(found[1])


def parse_thermal(text: str) -> tuple[int | None, float | None]:
    r"""Read `dumpsys thermalservice`: the status 0 to 6, and the skin's temperature.

    The current temperatures of the HAL win over the cached ones.

    >>> parse_thermal("Thermal Status: 2\n\tTemperature{mValue=41.5, mType=3, mName=SKIN}\n")
    (2, 41.5)
    >>> parse_thermal("Can't find service: thermalservice")
    (None, None)
    """
    status = re.search(r"^\s*Thermal Status: (\d+)", text, re.MULTILINE)
    current = text.partition("Current temperatures from HAL:")[2].partition("Current cooling")[0]
    skins = re.findall(r"mValue=(-?[\d.]+), mType=3\b", current) or re.findall(
        r"mValue=(-?[\d.]+), mType=3\b", text
    )
    return (int(status[1]) if status else None), (max(map(float, skins)) if skins else None)


def parse_free_bytes(text: str) -> int:
    r"""Read `df -k PATH` and return the free bytes; a long device name may take its own line.

    >>> parse_free_bytes("Filesystem 1K-blocks Used Available Use% Mounted on\n"
    ...                  "/dev/block/dm-58 225000 5000 220000 3% /data/user/0\n")
    225280000

    Raises:
        AdbOutputError: Not what `df -k` prints.
    """
    words = " ".join(text.splitlines()[1:]).split()
    for index, word in enumerate(words):
        if word.endswith("%") and index >= 3 and words[index - 1].isdigit():
            return int(words[index - 1]) * 1024
    raise AdbOutputError(f"df: cannot read {text.strip()[:120]!r}")


def parse_memory_mb(text: str) -> dict[str, float]:
    r"""Read `/proc/meminfo` into MB of 2**20 bytes.

    >>> parse_memory_mb("MemTotal:       11534336 kB\nHugePages_Total:  0\n")
    {'MemTotal': 11264.0}
    """
    rows = re.findall(r"^(\w+):\s+(\d+) kB$", text, re.MULTILINE)
    return {name: int(kb) / 1024 for name, kb in rows}


def parse_cpu_ticks(text: str) -> tuple[int, int] | None:
    r"""Read the first line of `/proc/stat`: ticks of work and ticks in all.

    >>> parse_cpu_ticks("cpu  10 0 5 80 5 0 0 0 0 0\n")
    (15, 100)
    """
    found = re.search(r"^cpu +([\d ]+)$", text, re.MULTILINE)
    if found is None:
        return None
    ticks = [int(word) for word in found[1].split()]
    idle = sum(ticks[3:5])  # idle and waiting for disk
    total = sum(ticks[:8])  # guest time is counted in user time already
    return total - idle, total


def parse_sha256(text: str) -> dict[str, str]:
    r"""Read `sha256sum` lines into path -> digest.

    >>> parse_sha256("ab" * 32 + "  /data/a b\n")["/data/a b"][:4]
    'abab'
    """
    return {path: digest for digest, path in re.findall(r"^([0-9a-f]{64}) [ *](.+)$", text, re.M)}


@dataclass(frozen=True)
class MdnsService:
    """One line of `adb mdns services`."""

    name: str
    kind: str
    address: str


def parse_mdns(text: str) -> list[MdnsService]:
    r"""Read `adb mdns services`.

    >>> parse_mdns("List of discovered mdns services\nadb-1\t_adb-tls-connect._tcp\t10.0.0.2:4711")
    [MdnsService(name='adb-1', kind='_adb-tls-connect._tcp', address='10.0.0.2:4711')]
    """
    found = []
    for line in text.splitlines():
        words = line.split()
        if len(words) == 3 and words[1].startswith("_adb"):
            found.append(MdnsService(words[0], words[1].rstrip("."), words[2]))
    return found
