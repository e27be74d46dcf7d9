"""The virtual phone's parts by themselves; tests/integration/device has it with the real adb."""

import queue
import socket
import struct
import subprocess
import threading
from pathlib import Path

import pytest

from device.chipsets import chipset_names, load_chipset, read_chipset
from device.errors import ChipsetError
from device.parsers import parse_battery, parse_memory_mb, parse_thermal
from device.virtual_phone import adb_keys, packets
from device.virtual_phone.environment import PhoneDirectory
from device.virtual_phone.faults import BadFaultError, Conditions, FaultBox, parse_fault
from device.virtual_phone.stream import HIGH_WATER_BYTES, Stream, StreamClosedError


class Peer:
    """The other end of a stream: keeps what was sent, acknowledges on demand."""

    def __init__(self, *, window: int | None = None, max_payload: int = 100) -> None:
        self.written: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self.okays: list[int | None] = []
        self.closes = 0
        self.stream = Stream(
            send_write=self.written.put, send_okay=self.okays.append, send_close=self._close,
            max_payload=max_payload, window=window,
        )  # fmt: skip

    def _close(self) -> None:
        self.closes += 1

    def next_size(self) -> int:
        """Return the size of the next write, waiting for it."""
        return len(self.written.get(timeout=5))


def in_thread(function, *args) -> threading.Thread:
    thread = threading.Thread(target=function, args=args)
    thread.start()
    return thread


def test_that_the_second_write_waits_for_the_okay():
    peer = Peer()
    thread = in_thread(peer.stream.write, b"x" * 250)
    for size in (100, 100, 50):
        assert peer.next_size() == size
        assert peer.written.empty()
        peer.stream.acknowledge(None)
    thread.join()


def test_that_a_window_in_bytes_is_never_overdrawn():
    peer = Peer(window=150)
    thread = in_thread(peer.stream.write, b"x" * 250)
    assert (peer.next_size(), peer.next_size()) == (100, 50)
    assert peer.written.empty()
    peer.stream.acknowledge(60)
    assert peer.next_size() == 60
    peer.stream.acknowledge(60)
    assert peer.next_size() == 40
    thread.join()


def test_that_a_slow_reader_holds_the_acknowledgement_back():
    peer = Peer()
    half = b"x" * (HIGH_WATER_BYTES // 2 + 1)
    peer.stream.feed(half)
    assert len(peer.okays) == 1
    peer.stream.feed(half)
    assert len(peer.okays) == 1
    peer.stream.read_some(10)
    assert len(peer.okays) == 2


def test_that_counted_acknowledgements_sum_up_to_what_was_sent():
    peer = Peer(window=10)
    for size in (5, HIGH_WATER_BYTES, 7):
        peer.stream.feed(b"x" * size)
    peer.stream.read_exactly(HIGH_WATER_BYTES + 12)
    assert sum(count or 0 for count in peer.okays) == HIGH_WATER_BYTES + 12


def test_that_what_arrived_before_the_end_can_still_be_read():
    peer = Peer()
    peer.stream.feed(b"abc")
    peer.stream.end()
    assert peer.stream.read_exactly(3) == b"abc"
    with pytest.raises(StreamClosedError):
        peer.stream.read_some()


def test_that_a_writer_that_waits_is_woken_by_the_end():
    peer, raised = Peer(), threading.Event()

    def write() -> None:
        with pytest.raises(StreamClosedError):
            peer.stream.write(b"x" * 300)
        raised.set()

    thread = in_thread(write)
    peer.next_size()
    peer.stream.end()
    thread.join()
    assert raised.is_set()


def test_that_a_stream_is_closed_once_and_not_after_the_peer_did():
    peer = Peer()
    peer.stream.close()
    peer.stream.close()
    assert peer.closes == 1
    other = Peer()
    other.stream.end()
    other.stream.close()
    assert other.closes == 0


def test_that_packets_read_back_and_bad_ones_are_refused():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.sendall(packets.encode(packets.OPEN, 1, 2, b"shell:"))
        assert packets.read_packet(theirs) == packets.Packet(packets.OPEN, 1, 2, b"shell:")
        ours.sendall(struct.pack("<6I", packets.OPEN, 0, 0, 0, 0, 0))
        with pytest.raises(packets.BadPacketError, match="magic"):
            packets.read_packet(theirs)
        large = struct.pack("<6I", packets.OPEN, 0, 0, 2**31, 0, packets.OPEN ^ 0xFFFFFFFF)
        ours.sendall(large)
        with pytest.raises(packets.BadPacketError, match="2147483648"):
            packets.read_packet(theirs)


@pytest.mark.parametrize("text", ["melt", "hot=warm", "hot=-1", "unplug=nan", ""])
def test_that_a_fault_that_is_none_is_refused(text: str):
    with pytest.raises(BadFaultError):
        parse_fault(text)


def test_that_bytes_are_counted_to_the_pulled_cable_once():
    box = FaultBox()
    box.change(unplug_after_bytes=100)
    assert [box.count_pushed(60), box.count_pushed(60), box.count_pushed(60)] == [
        False, True, False,
    ]  # fmt: skip


def test_that_healing_keeps_whether_the_phone_is_plugged():
    box = FaultBox()
    box.change(plugged=False, temperature_celsius=50.0, unauthorized=True)
    assert box.reset() == Conditions(plugged=False)


@pytest.fixture
def directory(tmp_path: Path) -> PhoneDirectory:
    found = PhoneDirectory(tmp_path / "phone", load_chipset("s25-lsi"))
    found.answer(Conditions(temperature_celsius=47.3, battery_percent=41, charging=False))
    return found


@pytest.mark.parametrize(
    ("remote", "inside"),
    [
        ("/data/local/tmp/a", "data/local/tmp/a"),
        ("relative/a", "relative/a"),
        ("/../../etc/passwd", "etc/passwd"),
        ("/data/../../../x", "x"),
        ("//data//a/", "data/a"),
    ],
)
def test_that_every_path_lies_below_the_phones_directory(
    directory: PhoneDirectory, remote: str, inside: str
):
    assert directory.path_of(remote) == directory.root / inside


def test_that_a_path_that_is_already_below_is_kept(directory: PhoneDirectory):
    path = directory.work_directory / "x"
    assert directory.path_of(str(path)) == path


def test_that_phone_paths_in_commands_move_below_and_others_stay(directory: PhoneDirectory):
    root = directory.root
    line = directory.command_line(
        f"ls /data/local/tmp '/sdcard' {root}/data /usr/data x/data /database"
    )
    assert (
        line == f"ls {root}/data/local/tmp '{root}/sdcard' {root}/data /usr/data x/data /database"
    )


def run(directory: PhoneDirectory, *argv: str) -> str:
    done = subprocess.run(argv, env=directory.variables(), cwd=directory.root,
                          capture_output=True, text=True, check=True)  # fmt: skip
    return done.stdout


def test_that_the_shims_answer_in_androids_formats(directory: PhoneDirectory):
    battery = parse_battery(run(directory, "dumpsys", "battery"))
    assert (battery.percent, battery.temperature_celsius, battery.charging) == (41.0, 47.3, False)
    assert parse_thermal(run(directory, "dumpsys", "thermalservice")) == (3, 47.3)
    assert parse_memory_mb(run(directory, "cat", "/proc/meminfo"))["MemTotal"] == 11264.0
    assert "Can't find service: nothing" in run(directory, "dumpsys", "nothing")
    assert run(directory, "getprop", "ro.none", "default") == "default\n"
    assert run(directory, "uname") == "Linux\n"


def test_that_the_shims_hash_like_any_other(directory: PhoneDirectory):
    (directory.root / "a b").write_bytes(b"abc")
    line = run(directory, "sha256sum", "a b")
    assert line == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  a b\n"
    with pytest.raises(subprocess.CalledProcessError):
        run(directory, "sha256sum", "nothing")


def test_that_df_says_what_the_fault_says(directory: PhoneDirectory):
    directory.answer(Conditions(free_bytes=5 * 1024))
    words = run(directory, "df", "-k", ".").splitlines()[1].split()
    assert words[3] == "5"
    assert directory.free_bytes(Conditions(free_bytes=5 * 1024)) == 5 * 1024


def test_that_hard_links_count_once_as_used(directory: PhoneDirectory):
    before = directory.used_bytes()
    file = directory.work_directory / "f"
    file.write_bytes(bytes(1000))
    (directory.work_directory / "g").hardlink_to(file)
    assert directory.used_bytes() - before == 1000


def test_that_two_phones_of_one_preset_have_their_own_serials(tmp_path: Path):
    chipset = load_chipset("s25-lsi")
    first, second = (PhoneDirectory(tmp_path / name, chipset) for name in "ab")
    assert first.serial != second.serial


def test_that_a_text_that_is_no_key_is_refused():
    for text in (b"", b"!!!", b"QUFB name"):
        with pytest.raises(adb_keys.BadKeyError):
            adb_keys.read_public_key(text)


@pytest.mark.parametrize("name", ["s25-qualcomm", "s25-lsi", "tab-s11-mediatek"])
def test_that_the_fixed_presets_are_there(name: str):
    chipset = load_chipset(name)
    assert chipset.name == name
    assert chipset.phone.storage_free_mb < chipset.phone.storage_mb
    assert "cpu" in chipset.execution.emulated


def test_that_only_the_qualcomm_preset_emulates_its_npu():
    emulating = [n for n in chipset_names() if "qnn" in load_chipset(n).execution.emulated]
    assert emulating == ["s25-qualcomm"]
    assert load_chipset("s25-qualcomm").execution.emulator_max_calls == 24


def test_that_an_unknown_preset_lists_the_known_ones():
    with pytest.raises(ChipsetError, match="s25-lsi, s25-qualcomm, tab-s11-mediatek"):
        load_chipset("s24")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x =", "not TOML"),
        ('schema = "quad-studio/chipset/9"', "schema"),
        ('schema = "quad-studio/chipset/1"\nname = "x"', "is missing"),
    ],
)
def test_that_a_broken_preset_says_what_is_wrong(text: str, said: str):
    with pytest.raises(ChipsetError, match=said):
        read_chipset(text, "mine")
