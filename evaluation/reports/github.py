"""GitHub Actions: the step summary and annotations, kept within the limits that drop them whole.

A step summary over 1,024 KiB is dropped entirely; more than 10 error or 10 warning annotations a
step vanish silently.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from evaluation.reports import markdown
from evaluation.reports.document import Document

MAX_SUMMARY_BYTES = 900 * 1024
MAX_ANNOTATIONS = 9
_MARGIN_BYTES = 200


def append_step_summary(document: Document, path: Path) -> None:
    """Append the report to the file that GITHUB_STEP_SUMMARY names, cut to what still fits."""
    present = path.stat().st_size if path.is_file() else 0
    text = step_summary(document, limit_bytes=MAX_SUMMARY_BYTES - present)
    with path.open("a", encoding="utf-8") as file:
        file.write(text)


def step_summary(document: Document, *, limit_bytes: int = MAX_SUMMARY_BYTES) -> str:
    """Return the Markdown report, whole lines only, with a note of how many were left out."""
    lines = markdown.render(document).splitlines()
    kept: list[str] = []
    size = 0
    for line in lines:
        size += len(line.encode("utf-8")) + 1
        if size > limit_bytes - _MARGIN_BYTES:
            break
        kept.append(line)
    left_out = len(lines) - len(kept)
    if left_out and limit_bytes > _MARGIN_BYTES:
        kept += ["", f"_{left_out} lines left out; the whole report is among the artifacts._"]
    return "\n".join(kept) + "\n" if kept else ""


def annotations(summary: Mapping[str, Any]) -> list[str]:
    """Return `::error` and `::warning` workflow commands, worst first, then "+n more"."""
    gates = summary.get("gates") or []
    errors = [*summary["validity"]["reasons"]]
    errors += [gate["message"] for gate in gates if gate["status"] in ("fail", "invalid")]
    warnings = [gate["message"] for gate in gates if gate["status"] == "warn"]
    return [*_commands("error", errors), *_commands("warning", warnings)]


def _commands(level: str, messages: Sequence[str]) -> list[str]:
    shown = list(messages[:MAX_ANNOTATIONS])
    if len(messages) > len(shown):
        shown[-1] = f"{shown[-1]} (+{len(messages) - len(shown)} more, see the report)"
    return [f"::{level} title=QUAD Studio::{_escaped(message)}" for message in shown]


def _escaped(text: str) -> str:
    """Return text as the data of a workflow command."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
