"""Errors that device raises.

DeviceError                  base (exit 3 unless the class says otherwise)
  TransientDeviceError       may go away by itself; the only kind that may be retried
  UnknownTargetError         no target has that name (exit 2)
  RunnerError                the runner said no, or did not say anything
    RunnerStartError         the runner's process did not come up
    RunnerMissingError       no runner binary for this machine
    RunnerLostError          the connection broke in the middle of a request
    RunnerProtocolError      the runner answered something that is not the protocol
    BadRequestError, BadTokenError, ProtocolVersionError, AdapterMismatchError,
    UnknownAdapterError, RunnerBundleError, RunnerGraphError, RunnerCancelledError,
    RunnerOutOfMemoryError, RunnerBusyError, RunnerInternalError
                             one for each code of device/runner/PROTOCOL.md
  RunnerBuildError           the runner could not be fetched, configured or compiled (exit 5)
  AdbError                   a phone, or the way to it
    AdbMissingError          no adb program
    AdbServerError           the adb server does not start, or is of another version
    AdbTimeoutError          no answer in time (transient)
    AdbCommandError          the command ran on the phone and failed
    AdbOutputError           the command ran and printed something we cannot read
    DeviceNotFoundError      no such device; lists those that are there
    SeveralDevicesError      more than one fits; says which flag picks one (exit 2)
    DeviceNotReadyError      it is there and cannot be used: unauthorized, booting, recovery
      DeviceOfflineError     it is there and does not answer (transient)
    DeviceLostError          it went away in the middle (transient)
    DeviceStorageError       no space left on it
    PushError                a file could not be written, or arrived different
    PairingError             pairing failed
  DeployError                what is to be deployed is not a sound bundle (exit 2)
  UpdateRefusedError         an adapter update must not be activated (exit 2)
  ChipsetError               no such chipset preset, or a broken one (exit 2)
  VirtualPhoneError          the virtual phone does not start or answer
  ToolchainError             a vendor's compiler failed (exit 5)
    ToolchainMissingError    it is not installed; says where to get it
"""


class DeviceError(Exception):
    """Base of every error raised by device.

    Attributes:
        exit_code: Status of the process when this error ends a command (DESIGN section 9).
    """

    exit_code = 3


class TransientDeviceError(DeviceError):
    """May go away by itself; the only kind that may be retried."""


class UnknownTargetError(DeviceError):
    """No target has that name.

    Attributes:
        name: What was asked for.
        remedy: What would have been understood.
    """

    exit_code = 2

    def __init__(self, name: str, remedy: str) -> None:
        """Hand every part to Exception, so that the error survives pickling."""
        super().__init__(name, remedy)
        self.name, self.remedy = name, remedy

    def __str__(self) -> str:
        """Return one line for a person."""
        return f"no target {self.name!r}: {self.remedy}"


class RunnerError(DeviceError):
    """The runner refused a request or could not do it.

    Attributes:
        code: The runner's word for it, as in device/runner/PROTOCOL.md.
        message: What went wrong, where, and what to do, one line.
    """

    code = "internal"

    def __init__(self, message: str) -> None:
        """Hand every part to Exception, so that the error survives pickling."""
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        """Return one line for a person."""
        return f"runner: {self.code}: {self.message}"


class RunnerStartError(RunnerError):
    """The runner's process did not come up."""

    code = "start"


class RunnerMissingError(RunnerError):
    """There is no runner binary for this machine."""

    code = "missing"


class RunnerLostError(RunnerError, TransientDeviceError):
    """The connection to the runner broke in the middle of a request."""

    code = "lost"


class RunnerProtocolError(RunnerError):
    """The runner answered something that is not the protocol."""

    code = "protocol"


class BadRequestError(RunnerError):
    """The request is malformed, or does not fit the bundle."""

    code = "bad_request"


class BadTokenError(RunnerError):
    """The token is not the one the runner was started with."""

    code = "bad_token"


class ProtocolVersionError(RunnerError):
    """Host and runner speak different versions of the protocol."""

    code = "protocol_version"


class AdapterMismatchError(RunnerError):
    """The adapter was not made for this bundle."""

    code = "adapter_mismatch"


class UnknownAdapterError(RunnerError):
    """The bundle has no adapter of that name."""

    code = "unknown_adapter"


class RunnerBundleError(RunnerError):
    """The bundle is missing a file, or is not what its manifest says."""

    code = "bundle"


class RunnerGraphError(RunnerError):
    """ONNX Runtime refused to load or to run a graph."""

    code = "graph"


class RunnerCancelledError(RunnerError):
    """The request was cancelled before it finished."""

    code = "cancelled"
    exit_code = 130


class RunnerOutOfMemoryError(RunnerError):
    """The device has not enough memory for the request."""

    code = "out_of_memory"


class RunnerBusyError(RunnerError):
    """The runner has as many clients or queued requests as it takes."""

    code = "busy"


class RunnerInternalError(RunnerError):
    """The runner met something it did not expect."""

    code = "internal"


class RunnerBuildError(DeviceError):
    """The runner could not be fetched, configured or compiled.

    Attributes:
        step: fetch, verify, configure or build.
        problem: What went wrong and what to do.
    """

    exit_code = 5

    def __init__(self, step: str, problem: str) -> None:
        """Hand every part to Exception, so that the error survives pickling."""
        super().__init__(step, problem)
        self.step, self.problem = step, problem

    def __str__(self) -> str:
        """Return one line for a person."""
        return f"runner build: {self.step}: {self.problem}"


class AdbError(DeviceError):
    """Base of what goes wrong with a phone or on the way to it."""


class AdbMissingError(AdbError):
    """There is no adb program that runs on this machine."""


class AdbServerError(AdbError):
    """The adb server does not start, does not answer or is of another version."""


class AdbTimeoutError(AdbError, TransientDeviceError):
    """No answer within the time allowed."""


class AdbOutputError(AdbError):
    """The command ran and printed something we cannot read."""


class AdbCommandError(AdbError):
    """The command ran on the phone and failed.

    Attributes:
        serial: Phone the command was sent to.
        command: The line its shell was given.
        returncode: Exit status on the phone.
        stderr: What it printed there.
    """

    def __init__(self, serial: str, command: str, returncode: int, stderr: str) -> None:
        """Hand every part to Exception, so that the error survives pickling."""
        super().__init__(serial, command, returncode, stderr)
        self.serial, self.command = serial, command
        self.returncode, self.stderr = returncode, stderr

    def __str__(self) -> str:
        """Return one line for a person."""
        reason = " ".join(self.stderr.split()) or "no message"
        return f"{self.serial}: {self.command}: exit {self.returncode}: {reason}"


class DeviceNotFoundError(AdbError):
    """No such device; the message lists those that are there."""


class SeveralDevicesError(AdbError):
    """More than one device fits; the message lists them and says which flag picks one."""

    exit_code = 2


class DeviceNotReadyError(AdbError):
    """The device is there and cannot be used as it is.

    Attributes:
        serial: The device.
        state: Its state, as in `device.states`.
        cause: Why, one sentence.
        remedy: What to do, one sentence.
    """

    def __init__(self, serial: str, state: str, cause: str, remedy: str) -> None:
        """Hand every part to Exception, so that the error survives pickling."""
        super().__init__(serial, state, cause, remedy)
        self.serial, self.state, self.cause, self.remedy = serial, state, cause, remedy

    def __str__(self) -> str:
        """Return one line for a person."""
        return f"{self.serial}: {self.state}: {self.cause} {self.remedy}".strip()


class DeviceOfflineError(DeviceNotReadyError, TransientDeviceError):
    """adb knows the device and it does not answer; reconnecting may help."""


class DeviceLostError(AdbError, TransientDeviceError):
    """The device went away in the middle of something.

    Attributes:
        serial: The device.
        doing: What was going on.
        detail: What adb said.
    """

    def __init__(self, serial: str, doing: str, detail: str = "") -> None:
        """Hand every part to Exception, so that the error survives pickling."""
        super().__init__(serial, doing, detail)
        self.serial, self.doing, self.detail = serial, doing, detail

    def __str__(self) -> str:
        """Return one line for a person."""
        said = f" ({' '.join(self.detail.split())})" if self.detail.strip() else ""
        return (
            f"{self.serial}: lost while {self.doing}{said}. "
            "Check the cable or the network, then run again: finished work is kept."
        )


class DeviceStorageError(AdbError):
    """No space left on the device.

    Attributes:
        serial: The device.
        needed_bytes: What has to fit.
        free_bytes: What is free; None where the device only said no.
    """

    def __init__(self, serial: str, needed_bytes: int, free_bytes: int | None = None) -> None:
        """Hand every part to Exception, so that the error survives pickling."""
        super().__init__(serial, needed_bytes, free_bytes)
        self.serial, self.needed_bytes, self.free_bytes = serial, needed_bytes, free_bytes

    def __str__(self) -> str:
        """Return one line for a person."""
        free = "" if self.free_bytes is None else f", {_megabytes(self.free_bytes)} are free"
        return (
            f"{self.serial}: no space left on the device: {_megabytes(self.needed_bytes)} are "
            f"needed{free}. Remove a bundle (quad-studio deploy --remove) or free storage."
        )


def _megabytes(count: int) -> str:
    return f"{count} bytes" if count < 100_000 else f"{count / 1e6:.1f} MB"


class PushError(AdbError):
    """A file could not be written on the device, or arrived different."""


class PairingError(AdbError):
    """Pairing failed: wrong code, no phone in time, or an adb that cannot pair."""


class PairingInputError(PairingError):
    """The address or the code is none that a phone shows."""

    exit_code = 2


class DeployError(DeviceError):
    """What is to be deployed is not a sound bundle."""

    exit_code = 2


class UpdateRefusedError(DeviceError):
    """An adapter update must not be activated: wrong base, hash, signature or version."""

    exit_code = 2


class ChipsetError(DeviceError):
    """No such chipset preset, or a broken one."""

    exit_code = 2


class VirtualPhoneError(DeviceError):
    """The virtual phone does not start or does not answer."""


class ToolchainError(DeviceError):
    """A vendor's compiler failed or refused the graph."""

    exit_code = 5


class ToolchainMissingError(ToolchainError):
    """A vendor's compiler is not installed; the message says where to get it."""


RUNNER_ERROR_BY_CODE: dict[str, type[RunnerError]] = {
    error.code: error
    for error in (
        BadRequestError,
        BadTokenError,
        ProtocolVersionError,
        AdapterMismatchError,
        UnknownAdapterError,
        RunnerBundleError,
        RunnerGraphError,
        RunnerCancelledError,
        RunnerOutOfMemoryError,
        RunnerBusyError,
        RunnerInternalError,
    )
}


def runner_error(code: str, message: str) -> RunnerError:
    """Return the error of the runner's `code`; an unknown code keeps its word in the message."""
    kind = RUNNER_ERROR_BY_CODE.get(code)
    return kind(message) if kind else RunnerInternalError(f"{code}: {message}")
