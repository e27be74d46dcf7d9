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
