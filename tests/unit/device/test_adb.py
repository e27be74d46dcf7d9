import pickle
import socket
import threading
from contextlib import contextmanager

import pytest

from device import errors
from device.adb import AdbPhone, AdbServer, server_address
from tests.fakes.adb import FakeAdb, timeout


def phone(adb: FakeAdb) -> AdbPhone:
    return AdbPhone(adb.server(), "R58")


def test_that_an_argument_with_a_space_reaches_the_phone_as_one_word():
    adb = FakeAdb()
    phone(adb).shell("ls", "/sdcard/my models", "$HOME;reboot", timeout_s=1)
    command = "ls '/sdcard/my models' '$HOME;reboot'"
    assert adb.calls == [["adb", "-P", "1", "-s", "R58", "shell", "-T", command]]


def test_that_a_script_gets_its_arguments_by_number():
    adb = FakeAdb()
    phone(adb).script('rm "$1"', "a b", timeout_s=1)
    assert adb.calls[0][-1] == "sh -c 'rm \"$1\"' sh 'a b'"


def test_that_a_failed_command_carries_serial_command_status_and_stderr():
    adb = FakeAdb().on("shell", ("", "rm: x: Permission denied\n", 1))
    with pytest.raises(errors.AdbCommandError) as caught:
        phone(adb).shell("rm", "x", timeout_s=1)
    assert str(caught.value) == "R58: rm x: exit 1: rm: x: Permission denied"
    assert caught.value.returncode == 1


def test_that_no_answer_in_time_is_a_transient_error():
    adb = FakeAdb().on("shell", timeout())
    with pytest.raises(errors.AdbTimeoutError, match="no answer in 1 s") as caught:
        phone(adb).shell("sleep", "9", timeout_s=1)
    assert isinstance(caught.value, errors.TransientDeviceError)


@pytest.mark.parametrize(
    ("stderr", "kind", "said"),
    [
        ("adb: device 'R58' not found", errors.DeviceNotFoundError, "no such device"),
        ("error: device unauthorized.\nThis adb server's", errors.DeviceNotReadyError, "accept"),
        ("adb: device offline", errors.DeviceOfflineError, "does not answer"),
        ("error: device still authorizing", errors.DeviceNotReadyError, "authorizing"),
        (
            "error: insufficient permissions for device: user in plugdev group",
            errors.DeviceNotReadyError,
            "udev",
        ),
        ("error: closed", errors.DeviceLostError, "lost while"),
        ("adb: error: connect error for write: closed", errors.DeviceLostError, "lost while"),
        ("error: cannot connect to daemon at tcp:5037", errors.AdbServerError, "daemon"),
    ],
)
def test_that_adbs_own_complaints_become_their_own_errors(stderr, kind, said):
    adb = FakeAdb().on("shell", ("", stderr, 1))
    with pytest.raises(kind, match=said) as caught:
        phone(adb).shell("true", timeout_s=1)
    assert caught.value.exit_code == 3
    assert "\n" not in str(caught.value)
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


def test_that_a_command_that_prints_error_is_not_taken_for_adb():
    adb = FakeAdb().on("shell", ("some output\n", "error: device 'x' not found\n", 1))
    with pytest.raises(errors.AdbCommandError):
        phone(adb).shell("mytool", timeout_s=1)


def test_that_a_shell_whose_end_adb_never_saw_is_a_lost_device():
    adb = FakeAdb().on("shell", ("half", "", 255))
    with pytest.raises(errors.DeviceLostError):
        phone(adb).shell("mytool", timeout_s=1)


def test_that_a_missing_program_says_how_to_get_it():
    adb = FakeAdb().on("", FileNotFoundError(2, "No such file or directory"))
    with pytest.raises(errors.AdbMissingError, match="adbutils"):
        phone(adb).shell("true", timeout_s=1)


@pytest.mark.parametrize(
    ("answer", "raises"),
    [
        (("connected to 10.0.0.2:5555\n", "", 0), False),
        (("already connected to 10.0.0.2:5555\n", "", 0), False),
        (("failed to authenticate to 10.0.0.2:5555\n", "", 0), False),
        (("failed to connect to '10.0.0.2:5555': Connection refused\n", "", 0), True),
        (("", "cannot resolve host\n", 1), True),
    ],
)
def test_that_connect_reads_adbs_words_not_its_status(answer, raises):
    adb = FakeAdb().on("connect", answer)
    if raises:
        with pytest.raises(errors.DeviceNotFoundError, match="adb connect 10.0.0.2:5555"):
            adb.server().connect("10.0.0.2:5555")
    else:
        assert "10.0.0.2:5555" in adb.server().connect("10.0.0.2:5555")


@contextmanager
def server_of_version(version: int):
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(100)
                connection.sendall(b"OKAY0004%04x" % version)

        thread = threading.Thread(target=answer)
        thread.start()
        yield listener.getsockname()[1]
        thread.join()


def test_that_a_server_of_another_version_is_left_alone():
    adb = FakeAdb()
    with server_of_version(32) as port, pytest.raises(errors.AdbServerError, match="version 32"):
        AdbServer(port=port, run=adb).ensure()
    assert adb.calls == []


def test_that_a_running_server_of_our_version_is_used_as_it_is():
    adb = FakeAdb()
    with server_of_version(41) as port:
        AdbServer(port=port, run=adb).ensure()
    assert adb.calls == []


def test_that_a_server_that_does_not_run_is_started():
    adb = FakeAdb()
    adb.server().ensure()
    assert adb.calls == [["adb", "-P", "1", "start-server"]]


@pytest.mark.parametrize(
    ("variables", "address"),
    [
        ({}, ("127.0.0.1", 5037)),
        ({"ANDROID_ADB_SERVER_PORT": "6000"}, ("127.0.0.1", 6000)),
        ({"ADB_SERVER_SOCKET": "tcp:7000", "ANDROID_ADB_SERVER_PORT": "1"}, ("127.0.0.1", 7000)),
        ({"ADB_SERVER_SOCKET": "tcp:farm:7000"}, ("farm", 7000)),
    ],
)
def test_that_the_server_is_where_adbs_own_variables_say(monkeypatch, variables, address):
    for name in ("ADB_SERVER_SOCKET", "ANDROID_ADB_SERVER_PORT", "ANDROID_ADB_SERVER_ADDRESS"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert server_address() == address


def test_that_a_server_address_that_is_not_tcp_is_refused(monkeypatch):
    monkeypatch.setenv("ADB_SERVER_SOCKET", "localfilesystem:/x")
    with pytest.raises(errors.AdbServerError, match="only tcp:HOST:PORT"):
        server_address()


def test_that_a_remote_server_is_named_to_adb():
    assert AdbServer("farm", 7000).argv == ["adb", "-H", "farm", "-P", "7000"]
