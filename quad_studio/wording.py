"""Events in words, the same in the terminal, in log files and in the window's log."""

from quad_studio.events import (
    DeviceChanged,
    Event,
    LogLine,
    RowFinished,
    RunFailed,
    RunFinished,
    StageFinished,
    StageProgress,
    StageStarted,
)


def describe(event: Event) -> str:
    """Return one line for a person, empty where there is nothing to say."""
    match event:
        case StageStarted(stage=stage, title=title):
            return f"{stage}: {title}" if title else f"{stage} ..."
        case StageProgress(stage=stage, done=done, total=total, note=note, eta_s=eta_s):
            eta = f", about {duration(eta_s)} left" if eta_s is not None and done < total else ""
            return f"{stage}: {done}/{total}{eta}" + (f"  {note}" if note else "")
        case StageFinished(stage=stage, skipped=True):
            return f"{stage}: up to date"
        case StageFinished(stage=stage, seconds=seconds, note=note):
            return f"{stage}: done in {duration(seconds)}" + (f"  {note}" if note else "")
        case RowFinished(row=row, done=done, total=total):
            timing = row.get("timing_ms") or {}
            spent = f"  {timing['end_to_end_ms']:.0f} ms" if "end_to_end_ms" in timing else ""
            failed = "" if row.get("status") == "ok" else "  FAILED"
            what = f"{row['use_case']} {row['input_id']} on {row['label']}"
            return f"run: {done}/{total}  {what}{spent}{failed}"
        case DeviceChanged(target=target, state=state, cause=cause, remedy=remedy):
            rest = ": ".join(part for part in (cause, remedy) if part)
            return f"{target}: {state}" + (f" ({rest})" if rest else "")
        case LogLine(message=message, level=level):
            return message if level == "info" else f"{level}: {message}"
        case RunFinished(summary=summary):
            return summary
        case RunFailed(stage=stage, message=message):
            return f"{stage}: {message}"
        case _:
            return ""


def duration(seconds: float) -> str:
    """Return a length of time in words.

    >>> duration(0.26), duration(75), duration(7300)
    ('0.3 s', '1 min 15 s', '2 h 1 min')
    """
    if seconds < 60:
        return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    return f"{minutes // 60} h {minutes % 60} min"
