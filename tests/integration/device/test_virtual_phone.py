"""The virtual phone's side of ADB, judged by the real adb."""

import gc
import hashlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from device.adb import AdbPhone, AdbServer
from device.errors import AdbCommandError, VirtualPhoneError
from device.virtual_phone.client import PhoneControl, find_phone, start_phone
from tests.integration.device.conftest import StartPhone, file_of

pytestmark = [pytest.mark.slow, pytest.mark.timeout(60)]


def adb(phone: AdbPhone, *args: str, data: bytes | None = None) -> subprocess.CompletedProcess:
    argv = [*phone.server.argv, "-s", phone.serial, *args]
    return subprocess.run(argv, input=data, capture_output=True, timeout=50, check=False)


def test_that_devices_l_shows_the_presets_product_model_and_device(phone: AdbPhone):
    line = next(d for d in phone.server.devices() if d.serial == phone.serial)
    assert line.state == "device"
    assert line.facts["model"] == "SM_S931B"
    assert line.facts["product"] == "pa1qxxx"


def test_that_a_shell_keeps_both_outputs_apart_and_returns_the_exit_status(phone: AdbPhone):
    done = adb(phone, "shell", "echo out; echo err >&2; exit 7")
    assert (done.stdout, done.stderr, done.returncode) == (b"out\n", b"err\n", 7)


def test_that_a_process_ended_by_a_signal_has_a_shells_status(phone: AdbPhone):
    assert adb(phone, "shell", "kill -9 $$").returncode == 137


def test_that_a_shell_reads_its_input_to_the_end(phone: AdbPhone):
    data = os.urandom(3_000_000)
    done = adb(phone, "shell", "sha256sum", data=data)
    assert done.stdout.split()[0].decode() == hashlib.sha256(data).hexdigest()


def test_that_exec_out_is_binary_and_survives_a_slow_reader(phone: AdbPhone):
    argv = [*phone.server.argv, "-s", phone.serial, "exec-out", "head -c 20000000 /dev/zero"]
    with subprocess.Popen(argv, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        count = 0
        while piece := process.stdout.read(9973):
            count += len(piece)
    assert count == 20_000_000


def test_that_a_directory_comes_back_as_it_was_pushed(phone: AdbPhone, tmp_path: Path):
    tree = tmp_path / "tree"
    (tree / "inner folder").mkdir(parents=True)
    (tree / "inner folder" / "a b.txt").write_text("ä")
    file_of(tree / "large", 5_000_001)
    (tree / "empty").touch()
    assert adb(phone, "push", str(tree), "/data/local/tmp/").returncode == 0
    assert adb(phone, "pull", "/data/local/tmp/tree", str(tmp_path / "back")).returncode == 0
    for file in ("inner folder/a b.txt", "large", "empty"):
        assert (tmp_path / "back" / file).read_bytes() == (tree / file).read_bytes()


def test_that_the_modification_time_and_the_mode_arrive(phone: AdbPhone, tmp_path: Path):
    file = file_of(tmp_path / "f", 10)
    file.chmod(0o755)
    os.utime(file, (1_600_000_000, 1_600_000_000))
    adb(phone, "push", str(file), "/data/local/tmp/f")
    assert phone.shell("stat", "-c", "%a %Y", "/data/local/tmp/f", timeout_s=5) == (
        "755 1600000000\n"
    )


def test_that_a_file_that_is_not_there_cannot_be_pulled(phone: AdbPhone, tmp_path: Path):
    with pytest.raises(AdbCommandError, match="No such file"):
        phone.pull("/data/local/tmp/nothing", tmp_path / "x", timeout_s=10)


def test_that_a_path_cannot_climb_out_of_the_phones_directory(
    phone: AdbPhone, virtual: PhoneControl, tmp_path: Path
):
    file = file_of(tmp_path / "f", 10)
    adb(phone, "push", str(file), "/data/../../../../../../escaped")
    assert (Path(virtual.record.root) / "escaped").read_bytes() == file.read_bytes()
    assert not Path("/escaped").exists()


def test_that_a_forward_reaches_tcp_and_abstract_sockets_both_ways(phone: AdbPhone):
    with socket.create_server(("127.0.0.1", 0)) as tcp, socket.socket(socket.AF_UNIX) as local:
        local.bind(b"\0quad-test-%d" % os.getpid())
        local.listen()
        for listener, remote in (
            (tcp, f"tcp:{tcp.getsockname()[1]}"),
            (local, f"localabstract:quad-test-{os.getpid()}"),
        ):
            port = phone.forward(remote)
            with socket.create_connection(("127.0.0.1", port)) as near:
                far, _ = listener.accept()
                with far:
                    near.sendall(b"x" * 300_000)
                    got = b""
                    while len(got) < 300_000:
                        got += far.recv(65536)
                    far.sendall(b"answer")
                    assert near.recv(6) == b"answer"
            phone.remove_forward(port)


def test_that_a_forward_to_nothing_is_closed(phone: AdbPhone):
    port = phone.forward("localabstract:nobody-listens")
    with socket.create_connection(("127.0.0.1", port), timeout=5) as near:
        assert near.recv(1) == b""
    phone.remove_forward(port)


def test_that_twenty_shells_at_once_get_their_own_answers(phone: AdbPhone):
    answers: dict[int, str] = {}

    def ask(number: int) -> None:
        answers[number] = phone.shell("echo", str(number), timeout_s=30)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {number: f"{number}\n" for number in range(20)}


def test_that_a_background_command_is_hung_up_on_when_adb_goes(phone: AdbPhone):
    process = phone.start("echo $$; exec sleep 60")
    assert process.stdout is not None
    pid = process.stdout.readline().strip()
    process.kill()
    process.communicate()
    gone = f"for i in 1 2 3 4 5 6 7 8 9 10; do kill -0 {pid} || exit 0; sleep 0.2; done; exit 1"
    phone.script(f"({gone}) 2>/dev/null", timeout_s=10)


def test_that_the_commands_answer_as_the_preset_says(phone: AdbPhone):
    assert phone.shell("getprop", "ro.soc.model", timeout_s=5) == "SM8750\n"
    assert "aarch64" in phone.shell("uname", "-a", timeout_s=5)
    assert phone.shell("nproc", timeout_s=5) == "8\n"
    assert "MemTotal:       11534336 kB" in phone.shell("cat", "/proc/meminfo", timeout_s=5)
    phone.shell("setprop", "debug.quad.test", "a b", timeout_s=5)
    assert phone.shell("getprop", "debug.quad.test", timeout_s=5) == "a b\n"


def test_that_it_listens_on_loopback_only(virtual: PhoneControl):
    ports = {int(virtual.serial.rpartition(":")[2]), virtual.record.control_port}
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    addresses = {r[1].split(":")[0] for r in rows if int(r[1].split(":")[1], 16) in ports}
    assert addresses == {"0100007F"}
    rows = [line.split() for line in Path("/proc/net/tcp6").read_text().splitlines()[1:]]
    assert not [r for r in rows if int(r[1].split(":")[1], 16) in ports and r[3] == "0A"]


OWNER = """
import sys
from pathlib import Path
from device.adb import AdbServer
from device.virtual_phone.client import start_phone
control = start_phone("s25-lsi", Path(sys.argv[1]))
AdbServer.find().connect(control.serial)
print(control.serial, control.record.pid, flush=True)
sys.stdin.read()
"""


def serials(server: AdbServer) -> list[str]:
    return [line.serial for line in server.devices()]


@pytest.fixture
def owned(adb_server: AdbServer, tmp_path: Path) -> Iterator[tuple[subprocess.Popen, str, int]]:
    """Yield a process with a phone of its own, and that phone's serial and process."""
    argv = [sys.executable, "-c", OWNER, str(tmp_path / "phone")]
    with subprocess.Popen(argv, stdin=-1, stdout=-1, text=True) as owner:
        serial, pid = owner.stdout.readline().split()
        assert serial in serials(adb_server)
        yield owner, serial, int(pid)
        owner.kill()


def test_that_a_phone_whose_owner_is_killed_leaves_adbs_list(adb_server: AdbServer, owned):
    owner, serial, _ = owned
    owner.kill()
    owner.wait()
    end = time.monotonic() + 10
    while serial in serials(adb_server):
        assert time.monotonic() < end, "the phone is still listed"
        time.sleep(0.05)


def test_that_a_killed_phone_leaves_adbs_list_when_the_next_one_starts(
    adb_server: AdbServer, owned, tmp_path: Path
):
    _, serial, pid = owned
    os.kill(pid, signal.SIGKILL)
    control = start_phone("s25-lsi", tmp_path / "phone")
    try:
        assert control.serial != serial
        assert serial not in serials(adb_server)
    finally:
        control.stop()


def test_that_control_without_the_token_is_refused(virtual: PhoneControl):
    with socket.create_connection(("127.0.0.1", virtual.record.control_port)) as connection:
        connection.sendall(b'{"token": "guess", "line": "stop"}\n')
        assert b"wrong token" in connection.recv(1000)
    assert virtual.alive()


def test_that_an_unknown_fault_is_refused_with_the_list(virtual: PhoneControl):
    with pytest.raises(VirtualPhoneError, match="no fault 'melt'; there are: unauthorized"):
        virtual.fault("melt")


def test_that_a_second_phone_in_the_same_directory_is_refused(virtual: PhoneControl):
    with pytest.raises(VirtualPhoneError, match="runs in .* already"):
        start_phone("s25-qualcomm", Path(virtual.record.root))


def test_that_the_phone_ends_with_the_process_that_started_it(virtual: PhoneControl):
    process = virtual.process
    assert process is not None
    assert process.stdin is not None
    process.stdin.close()
    assert process.wait(timeout=10) == 0


def test_that_a_phone_outlives_the_handle_that_started_it(tmp_path: Path):
    root = tmp_path / "forgotten"
    start_phone("s25-lsi", root)
    gc.collect()
    found = find_phone(root)
    assert found is not None
    found.stop()


def test_that_only_this_users_adb_gets_in_with_own_keys(
    adb_server: AdbServer, start_virtual: StartPhone
):
    control = start_virtual(auth="own")
    states = {line.serial: line.state for line in adb_server.devices()}
    assert states[control.serial] == "device"


def test_that_an_unknown_host_waits_until_it_is_confirmed(
    adb_server: AdbServer, start_virtual: StartPhone
):
    control = start_virtual(auth="ask")
    phone = AdbPhone(adb_server, control.serial)
    assert phone.adb_state() == "unauthorized"
    assert control.send("confirm")["confirmed"] == 1
    adb_server.command("-s", control.serial, "wait-for-device", timeout_s=10)
    assert phone.shell("echo", "in", timeout_s=5) == "in\n"


def test_that_bytes_that_are_not_adb_end_one_link_only(phone: AdbPhone):
    port = int(phone.serial.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\n\r\n" + b"x" * 100)
        assert connection.recv(100) == b""
    assert phone.shell("echo", "still here", timeout_s=5) == "still here\n"


def test_that_a_server_in_burst_mode_pushes_and_pulls_intact(tmp_path: Path, virtual: PhoneControl):
    """ADB_BURST_MODE turns on delayed acknowledgements, the other kind of flow control."""
    from device.adb import find_adb
    from tests.fakes.private_adb import free_port

    server = AdbServer(port=free_port(), program=find_adb())
    environment = {**os.environ, "ADB_BURST_MODE": "1"}
    file = file_of(tmp_path / "f", 12_000_000)

    def run(*args: str) -> subprocess.CompletedProcess:
        argv = [*server.argv, *args]
        return subprocess.run(argv, env=environment, capture_output=True, timeout=40, check=False)

    try:
        run("connect", virtual.serial)
        at = ("-s", virtual.serial)
        assert b"delayed_ack" in run(*at, "features").stdout
        assert run(*at, "push", str(file), "/data/local/tmp/f").returncode == 0
        assert run(*at, "pull", "/data/local/tmp/f", str(tmp_path / "g")).returncode == 0
        assert run(*at, "exec-out", "head -c 9000000 /dev/zero").stdout == bytes(9_000_000)
    finally:
        run("kill-server")
    assert (tmp_path / "g").read_bytes() == file.read_bytes()
