"""`quad-studio session`: one request after another on a target, from a terminal or a program."""

import argparse
import signal
import statistics
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Any

from quad_studio.cancel import CancelToken
from quad_studio.cli.console import Console, interruptible, json_text, print_note, print_result
from quad_studio.errors import Cancelled, QuadError, UsageProblem

PROVIDERS = ("cpu", "qnn", "xnnpack", "nnapi")
MAX_THREADS = 256
_EPILOG = """\
requests, one a line:
  object_removal image=street.png mask=hole.png seed=3
  transform image=cat.png prompt="in noto style" steps=8 strength=0.7
  object_removal image=a.png mask=m.png extra_adapters=lcm
  again seed=4
  {"use_case": "text_to_image", "prompt": "a red fox", "seed": 1}
commands: again, adapters, preload, evict, stats, save FOLDER, help, quit
"""


def add_to(subparsers: Any) -> None:
    """Add the command to the parser."""
    parser = subparsers.add_parser(
        "session",
        help="one request after another, from a terminal or as JSON lines",
        description="Load the foundation model once and answer requests, switching adapters "
        "between them. Ctrl-C cancels the running request; at the prompt it ends the session.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("bundle", type=Path, help="bundle directory")
    parser.add_argument("--target", default="host", help="host, adb:SERIAL or virtual:PRESET")
    parser.add_argument("--out", type=Path, default=Path("session"), help="folder for the pictures")
    parser.add_argument(
        "--save-plan", type=Path, metavar="FOLDER", help="write a replay at the end"
    )
    parser.add_argument("--provider", choices=PROVIDERS, help="what runs the graphs")
    parser.add_argument("--threads", type=int, metavar="N", help="threads of one graph call")
    parser.add_argument("--preload", action="store_true", help="load every adapter at the start")
    parser.add_argument("--json", action="store_true", help="answer with one JSON line a request")
    parser.set_defaults(execute=execute)


def execute(args: argparse.Namespace) -> int:
    """Read stdin to its end; return 0, or the worst status of a request that failed."""
    from quad_studio.sessions.opening import open_session

    if args.threads is not None and not 1 <= args.threads <= MAX_THREADS:
        raise UsageProblem(f"--threads {args.threads}: write a number from 1 to {MAX_THREADS}")
    if args.out.exists() and not args.out.is_dir():
        raise UsageProblem(f"--out {args.out}: is a file; name a folder for the pictures")
    options = {"provider": args.provider, "threads": args.threads}
    with interruptible() as token:
        console = Console(quiet=args.json)
        opened = open_session(args.bundle, args.target, emit=console, cancel=token, **options)
    try:
        return Conversation(opened.session, args, telemetry=opened.target.telemetry).run()
    finally:
        opened.close()


class Conversation:
    """Answers the lines of stdin.

    Args:
        session: Where requests go.
        args: The command's options.
        telemetry: Samples the target.
    """

    def __init__(self, session: Any, args: argparse.Namespace, *, telemetry: Any) -> None:
        from quad_studio.sessions.recording import SessionRecording

        self._session, self._args, self._telemetry = session, args, telemetry
        self._recording = SessionRecording()
        self._rows: list[Mapping[str, Any]] = []
        self._number = 0
        self._shift = last_number(args.out)
        self._last: Any = None
        self._status = 0

    def run(self) -> int:
        """Answer until the input ends or `quit`."""
        from device.errors import DeviceError
        from quad_studio.sessions.requests import parse_line

        if self._args.preload:
            for entry in self._session.bundle.adapters:
                self._session.runner.preload(entry["name"])
        if sys.stdin.isatty():
            print_note(f"{self._session.target.label}: ready; type help for what can be asked")
        try:
            for line in self._lines():
                try:
                    typed = parse_line(line)
                    if typed is not None and typed.name == "quit":
                        break
                    if typed is not None:
                        with cancelled_by_ctrl_c() as token:
                            self._answer(typed, token)
                except Cancelled:
                    print_note("cancelled")
                except (QuadError, DeviceError) as exc:
                    self._report(exc)
        except KeyboardInterrupt:
            print_note("")  # Ctrl-C at the prompt ends the session as quit does
        finally:
            self._finish()
        return 0 if sys.stdin.isatty() else self._status

    def _finish(self) -> None:
        """Write the replay and say how fast it was, however the session ended."""
        if self._args.save_plan and len(self._recording):
            self._save(str(self._args.save_plan))
        if self._rows:
            print_note(latency_text(self._rows))

    def _lines(self) -> Iterator[str]:
        """Yield the lines of stdin, with a prompt on a terminal."""
        while True:
            if sys.stdin.isatty():
                print_note_inline("> ")
            line = sys.stdin.readline()
            if not line:
                if sys.stdin.isatty():
                    print_note("")
                return
            yield line

    def _answer(self, typed: Any, token: CancelToken) -> None:
        """Do what one line asks."""
        if typed.name == "again":
            typed = self._again(typed)
        if not typed.is_command:
            self._request(typed, token)
            return
        runner = self._session.runner
        if typed.name == "help":
            print_result(help_text())
        elif typed.name == "adapters":
            for entry in self._session.bundle.adapters:
                print_result(f"{entry['name']}  rank {entry['rank']}  {entry['sha256'][:12]}")
        elif typed.name == "stats":
            stats = dict(runner.stats())
            self._print(stats, line=stats_line(stats))
        elif typed.name == "save":
            self._save(typed.argument or "replay")
        elif typed.name == "preload":
            done = dict(runner.preload(typed.argument))
            took = "was there" if done["was_cached"] else f"loaded in {done['load_ms']:.1f} ms"
            self._print(done, line=f"{typed.argument}: {done['bytes'] / 1e6:.2f} MB, {took}")
        else:
            self._session.forget(typed.argument)
            done = dict(runner.evict(typed.argument))
            self._print(done, line=f"{typed.argument}: {done['freed_bytes'] / 1e6:.2f} MB freed")

    def _again(self, typed: Any) -> Any:
        """Return the last request with the given values changed."""
        if self._last is None:
            raise UsageProblem("again: nothing was asked yet")
        return replace(self._last, values={**self._last.values, **typed.values})

    def _request(self, typed: Any, token: CancelToken) -> None:
        """Make one image and say where it is."""
        from quad_studio.sessions.order import PlannedRow
        from quad_studio.sessions.requests import item_of, settings_of
        from quad_studio.sessions.rows import execute_task

        self._number += 1
        item = item_of(typed, self._number, Path.cwd())
        settings = self._session.settle(typed.name, **settings_of(typed))
        self._last = typed
        planned = PlannedRow(index=self._number, settings=settings, item=item)
        done = execute_task(
            self._session,
            planned,
            telemetry=self._telemetry,
            progress=self._progress(),
            check=token.check,
        )
        if done.row["status"] != "ok":
            raise UsageProblem(done.row["error"]["message"])
        self._recording.add(settings, item)
        self._rows.append({"timing_ms": done.row["timing_ms"]})
        path = self._write(done, typed)
        self._print({**done.row, "file": str(path)}, line=_one_line(done.row, path))

    def _write(self, done: Any, typed: Any) -> Path:
        """Write the finished picture."""
        from quad_studio.sessions.rows import write_png

        name = f"{self._shift + self._number:04d}-{typed.name}.png"
        path = Path(typed.values.get("out") or self._args.out / name)
        images = done.row["images"]
        chosen = images.get("candidate_final") or images["candidate"]
        write_png(path, done.images[chosen])
        return path

    def _save(self, folder: str) -> None:
        """Write the session so far as a plan."""
        plan = self._recording.write_plan(
            Path(folder), bundle=self._session.bundle.path, target=self._session.target.name
        )
        print_note(f"wrote {plan}; replay it: quad-studio --batch {plan}")

    def _progress(self) -> Any:
        """Return a callback that shows the step on a terminal."""
        if self._args.json or not sys.stderr.isatty():
            return None
        return lambda what, done, total: print_note_inline(
            f"\r\x1b[2K{what} {done}/{total}" if done < total else "\r\x1b[2K"
        )

    def _report(self, exc: Any) -> None:
        """Say what went wrong and go on; a lost device ends the session."""
        from device.errors import TransientDeviceError
        from quad_studio.engine.exit_codes import worst

        if isinstance(exc, TransientDeviceError):
            raise exc
        self._status = worst([self._status, int(exc.exit_code)])
        print_note(f"error: {exc}")
        if self._args.json:
            self._print({"status": "error", "message": str(exc)})

    def _print(self, value: Mapping[str, Any], *, line: str | None = None) -> None:
        """Print a JSON line, or the line for a person where there is one."""
        if line is not None and not self._args.json:
            print_result(line)
        else:
            print_result(json_text(value))
        sys.stdout.flush()


def last_number(folder: Path) -> int:
    """Return the highest number of a picture in `folder`: a second session replaces none.

    >>> last_number(Path("nowhere"))
    0
    """
    names = (path.name.partition("-")[0] for path in folder.glob("*-*.png"))
    return max((int(name) for name in names if name.isdecimal()), default=0)


def _one_line(row: Mapping[str, Any], path: Path) -> str:
    """Return what a person reads after a request."""
    timing, switch = row["timing_ms"], row["switch"]
    parts = [f"{path}", f"{timing['end_to_end_ms']:.0f} ms", f"{row['unet_calls']} U-Net calls"]
    if switch["kind"] != "none":
        parts.append(f"{switch['from']} -> {switch['to']} {switch['ms']:.1f} ms ({switch['kind']})")
    else:
        parts.append(row["adapter"])
    return "  ".join([*parts, row["label"]])


def stats_line(stats: Mapping[str, Any]) -> str:
    """Return the runner's memory, cache and counters for a person."""
    memory, cache, switches = stats["memory"], stats["cache"], stats["switches"]
    names = ", ".join(entry["name"] for entry in cache["entries"]) or "empty"
    asked = ", ".join(f"{count} {name}" for name, count in stats["requests"].items() if count)
    return (
        f"RAM {memory['vm_rss_kb'] / 1000:.1f} MB, at most {memory['vm_hwm_kb'] / 1000:.1f} MB; "
        f"cache {cache['bytes'] / 1e6:.2f} of {cache['budget_bytes'] / 1e6:.0f} MB: {names}; "
        f"{switches['cold']} cold, {switches['warm']} warm switches; "
        f"requests: {asked or 'none'}"
    )


def latency_text(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return what the session added to its graphs, medians over the requests."""
    from evaluation.kpis import KPIS

    parts = [f"{len(rows)} requests" if len(rows) > 1 else "1 request"]
    for name, unit in (("request_to_work_ms", "ms"), ("loop_overhead_percent", "%")):
        kpi = KPIS[name]
        values = [value for row in rows if (value := kpi.read(row, {})) is not None]
        if values:
            middle = statistics.median(float(value) for value in values)
            parts.append(f"{kpi.title.lower()} {middle:.2f} {unit}")
    return "; ".join(parts)


def help_text() -> str:
    """Return what can be typed."""
    from quad_studio.sessions.requests import COMMANDS, KEYS
    from quad_studio.use_cases.registry import all_use_cases

    lines = ["use cases:"]
    for case in all_use_cases().values():
        lines.append(f"  {case.name:<16} {case.summary} Needs {', '.join(sorted(case.needs))}.")
    lines += ["", f"keys: {', '.join(KEYS)}", "", "commands:"]
    lines += [f"  {name:<16} {text}" for name, text in COMMANDS.items()]
    return "\n".join(lines)


def print_note_inline(text: str) -> None:
    """Print on stderr without ending the line."""
    sys.stderr.write(text)
    sys.stderr.flush()


@contextmanager
def cancelled_by_ctrl_c() -> Iterator[CancelToken]:
    """Yield a token that Ctrl-C sets; a second Ctrl-C interrupts at once."""
    token = CancelToken()

    def on_signal(number: int, frame: FrameType | None) -> None:
        if token.is_set:
            raise KeyboardInterrupt
        token.cancel()

    before = signal.signal(signal.SIGINT, on_signal)
    try:
        yield token
    finally:
        signal.signal(signal.SIGINT, before)
