"""The phone's directory: its file system, its commands and what they answer.

There is no chroot: commands are the host's, run in the phone's directory with a few of our own
before them in PATH, which answer as the preset's phone would. Paths that begin with a directory
of a phone (`/data/...`, `/sdcard/...`) lie below the phone's directory.
"""

import hashlib
import os
import re
import shutil
from importlib.util import find_spec
from pathlib import Path, PurePosixPath

from device.chipsets import Chipset
from device.runner_process import host_triple
from device.virtual_phone.faults import Conditions, thermal_status
from device.virtual_phone.shims import SHIMS

WORK_DIRECTORY = "data/local/tmp/quad-studio"
_MIB = 1024 * 1024
# Absolute paths of a phone inside a command line, not those that already lie in our directory.
_PHONE_PATH = re.compile(r"(?<![\w./-])/(data|sdcard|storage)(?=$|[/\s'\";:)])")


class PhoneDirectory:
    """The directory that stands for a phone's file system."""

    def __init__(self, root: Path, chipset: Chipset) -> None:
        """Create what is missing below `root`; what an earlier phone left there stays."""
        self.root = root.resolve()
        self.chipset = chipset
        self.serial = self._serial_number()
        self._system = self.root / "system"
        for folder in (self._system / "bin", self._system / "answers", self.root / "sdcard"):
            folder.mkdir(parents=True, exist_ok=True)
        self.work_directory.mkdir(parents=True, exist_ok=True)
        (self._system / "answers" / "setprop.txt").touch()
        for name, script in SHIMS.items():
            path = self._system / "bin" / name
            path.write_text(script, encoding="utf-8")
            path.chmod(0o755)

    @property
    def work_directory(self) -> Path:
        """Return the directory that deployments go to."""
        return self.root / WORK_DIRECTORY

    def path_of(self, remote: str) -> Path:
        """Return where the phone's path `remote` lies; never outside the phone's directory.

        A path that already begins with the phone's directory is taken as it is.
        """
        clean = PurePosixPath(os.path.normpath(remote.replace("\0", "")))
        if clean == PurePosixPath(self.root) or clean.is_relative_to(self.root):
            return Path(clean)
        inside = [part for part in clean.parts if part not in ("/", "//", "..")]
        return self.root.joinpath(*inside)

    def command_line(self, command: str) -> str:
        """Return `command` with a phone's absolute paths moved below the phone's directory."""
        return _PHONE_PATH.sub(lambda found: f"{self.root}/{found[1]}", command)

    def variables(self) -> dict[str, str]:
        """Return the environment of every command: none of ours leaks in."""
        phone = self.chipset.phone
        return {
            "PATH": f"{self._system / 'bin'}:/usr/local/bin:/usr/bin:/bin",
            "HOME": str(self.root),
            "TMPDIR": str(self.root / "data/local/tmp"),
            "LANG": "C.UTF-8",
            "ANDROID_ROOT": str(self._system),
            "ANDROID_DATA": str(self.root / "data"),
            "HOSTNAME": phone.device,
            "QUAD_PHONE": str(self.root),
        }

    def used_bytes(self) -> int:
        """Return what lies in the phone's data directory, hard links counted once."""
        seen: set[tuple[int, int]] = set()
        total = 0
        for folder, _, names in os.walk(self.root / "data"):
            for name in names:
                try:
                    facts = os.lstat(Path(folder) / name)
                except FileNotFoundError:
                    continue
                if (facts.st_dev, facts.st_ino) not in seen:
                    seen.add((facts.st_dev, facts.st_ino))
                    total += facts.st_size
        return total

    def free_bytes(self, conditions: Conditions) -> int:
        """Return what the phone says is free: the preset's, less what lies there, or the fault's.

        Never more than this host has.
        """
        if conditions.free_bytes is not None:
            return conditions.free_bytes
        free = self.chipset.phone.storage_free_mb * _MIB - self.used_bytes()
        return max(0, min(free, shutil.disk_usage(self.root).free))

    def answer(self, conditions: Conditions) -> None:
        """Write down what the commands answer under these conditions."""
        phone = self.chipset.phone
        texts = {
            "props.txt": _lines(self._properties(conditions)),
            "battery.txt": _battery(conditions, phone.battery_ma, phone.battery_mah),
            "thermalservice.txt": _thermal(conditions),
            "meminfo.txt": _memory(phone.memory_mb, phone.memory_available_mb),
            "uname.txt": f"Linux localhost {phone.kernel} #1 SMP PREEMPT aarch64 Toybox\n",
            "nproc.txt": f"{phone.cpu_count}\n",
            "free_kb.txt": ""
            if conditions.free_bytes is None
            else f"{conditions.free_bytes // 1024}\n",
            "storage_kb.txt": f"{phone.storage_mb * 1024} {phone.storage_free_mb * 1024}\n",
        }
        for name, text in texts.items():
            path = self._system / "answers" / name
            partial = path.with_suffix(".new")
            partial.write_text(text, encoding="utf-8")
            partial.replace(path)

    def _properties(self, conditions: Conditions) -> dict[str, str]:
        phone, chipset = self.chipset.phone, self.chipset
        fingerprint = (
            f"{phone.brand}/{phone.product}/{phone.device}:{phone.android}/{phone.build}"
            ":user/release-keys"
        )
        properties = {
            "debug.quad.workdir": str(self.work_directory),
            "debug.quad.virtual": chipset.name,
            "debug.quad.triple": host_triple(),
            **_npu_libraries(chipset),
            "ro.board.platform": phone.board,
            "ro.build.fingerprint": fingerprint,
            "ro.build.id": phone.build,
            "ro.build.version.release": phone.android,
            "ro.build.version.sdk": str(phone.sdk),
            "ro.product.brand": phone.brand,
            "ro.product.cpu.abi": phone.abi,
            "ro.product.device": phone.device,
            "ro.product.manufacturer": phone.manufacturer,
            "ro.product.model": phone.model,
            "ro.product.name": phone.product,
            "ro.serialno": self.serial,
            "ro.soc.manufacturer": phone.soc_manufacturer,
            "ro.soc.model": chipset.soc,
        }
        if conditions.boot_completed:
            properties["sys.boot_completed"] = "1"
        return properties

    def _serial_number(self) -> str:
        digest = hashlib.sha256(str(self.root).encode()).hexdigest()
        return f"{self.chipset.phone.serial_prefix}{digest[:8].upper()}"


def _npu_libraries(chipset: Chipset) -> dict[str, str]:
    """Return where this phone "keeps" its NPU's libraries: the emulator of this host."""
    found = find_spec("onnxruntime_qnn") if "qnn" in chipset.execution.emulated else None
    if found is None or found.origin is None:
        return {}
    folder = Path(found.origin).parent
    return {
        "debug.quad.qnn_library": str(folder / "libonnxruntime_providers_qnn.so"),
        "debug.quad.qnn_backend": str(folder / "libQnnHtp.so"),
    }


def _lines(properties: dict[str, str]) -> str:
    return "".join(f"[{name}]: [{value}]\n" for name, value in sorted(properties.items()))


def _battery(now: Conditions, idle_ma: int, capacity_mah: int) -> str:
    current = 1200 if now.charging else idle_ma
    return (
        "Current Battery Service state:\n"
        f"  AC powered: false\n  USB powered: {str(now.charging).lower()}\n"
        "  Wireless powered: false\n  Dock powered: false\n"
        "  Max charging current: 500000\n  Max charging voltage: 5000000\n"
        f"  Charge counter: {capacity_mah * now.battery_percent * 10}\n"
        f"  current now: {current * 1000}\n"
        f"  status: {2 if now.charging else 3}\n  health: 2\n  present: true\n"
        f"  level: {now.battery_percent}\n  scale: 100\n  voltage: 4102\n"
        f"  temperature: {round(now.temperature_celsius * 10)}\n  technology: Li-ion\n"
    )


def _thermal(now: Conditions) -> str:
    status = thermal_status(now.temperature_celsius)
    skin = now.temperature_celsius
    return (
        "IsStatusOverride: false\nThermalEventListeners:\n\tcallbacks: 2\n\tkilled: false\n"
        f"Thermal Status: {status}\nCached temperatures:\n"
        f"\tTemperature{{mValue={skin + 4:.1f}, mType=0, mName=AP, mStatus={status}}}\n"
        f"\tTemperature{{mValue={skin:.1f}, mType=3, mName=SKIN, mStatus={status}}}\n"
        f"\tTemperature{{mValue={skin - 1:.1f}, mType=2, mName=BAT, mStatus=0}}\n"
        "HAL Ready: true\nHAL connection:\n\tThermalHAL AIDL 1  connected: yes\n"
        "Current temperatures from HAL:\n"
        f"\tTemperature{{mValue={skin:.1f}, mType=3, mName=SKIN, mStatus={status}}}\n"
    )


def _memory(total_mb: int, available_mb: int) -> str:
    rows = {
        "MemTotal": total_mb,
        "MemFree": available_mb // 4,
        "MemAvailable": available_mb,
        "Buffers": 6,
        "Cached": available_mb // 2,
        "SwapTotal": 8192,
        "SwapFree": 6100,
    }
    return "".join(f"{name + ':':<16}{mb * 1024:>8} kB\n" for name, mb in rows.items())
