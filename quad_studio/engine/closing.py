"""The last words of a batch run: KPI tables, gates and where the files are, as plain text."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from quad_studio.engine.text_table import table_text

_SHOWN = ("table2", "table3", "quality", "session")


def closing_text(folder: Path, summary: Mapping[str, Any], files: Sequence[Path]) -> str:
    """Return what `--batch` prints on stdout at its end."""
    from quad_studio.engine.judge import tables_of

    lines = [text for table in tables_of(folder, _SHOWN) if (text := table_text(table))]
    for gate in summary["gates"]:
        lines.append(f"gate {gate['status']:<8} {gate['message']}")
    validity = summary["validity"]
    lines.append(f"evidence  {validity['status']}")
    lines += [f"          {reason}" for reason in summary["reasons"]]
    for name, seen in summary.get("determinism", {}).items():
        lines.append(f"repeats   {name}: {seen['text']}")
    lines.append(f"run       {folder}")
    lines += [f"report    {path}" for path in files]
    return "\n".join(lines)
