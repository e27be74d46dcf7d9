"""What to do about each error code: one sentence, the same in the window and in docs/errors/."""

REMEDIES: dict[str, str] = {
    "bad_input": "Correct the input that the message names, then run again with --resume.",
    "bad_request": "Build and deploy the bundle again: it is of another geometry than the request.",
    "bad_token": "Run again: another program answered on the runner's port.",
    "protocol_version": "Deploy the bundle again: the runner travels with it.",
    "unknown_adapter": "Send the adapter with `quad-studio adapters push`, or deploy again.",
    "adapter_mismatch": "Build the adapter with this project, or import it into this bundle.",
    "wrong_adapter": "Deploy the bundle again.",
    "bundle": "Deploy the bundle again; only what differs is sent.",
    "graph": "Look with `quad-studio lint` and `quad-studio verify` at what the graph uses.",
    "out_of_memory": 'Set policy = "sequential" under [run], or close other apps on the device.',
    "busy": "Wait for what the runner does, or start it with a larger --max-clients.",
    "cancelled": "Run again; what is recorded stays.",
    "internal": "Report it with the runner's log: it is a fault of the runner.",
    "start": "Read the log that the message quotes; `quad-studio doctor` checks every part.",
    "missing": "Build the runner with `python -m device.runner_build`.",
    "lost": "Run again with --resume: finished work is kept.",
    "protocol": "Deploy the bundle again; if it stays, report it with the runner's log.",
}
"""By code, as in device/runner/PROTOCOL.md and `device.errors`, and those of rows."""


def remedy_of(code: str) -> str:
    """Return what to do about `code`, empty for one that no version of this program wrote.

    >>> remedy_of("wrong_adapter")
    'Deploy the bundle again.'
    """
    return REMEDIES.get(code, "")
