"""docs/benchmarks.md from the JSON that the benchmarks left."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks._record import SCHEMA, Table

HEAD = """# Benchmarks

Made by `make bench` and `python -m benchmarks --write docs/benchmarks.md` from the JSON that the
runs left in `out/benchmarks/`; nothing here is typed in. A number stands beside a peer's from the
same run: machines differ, ratios travel. Times are those of this host and say nothing about
phones. `load` is the machine's load average when the benchmark began: where it is above the number
of processors, times are those of a busy machine and only paired ratios mean something.

What limits a lab of many phones is in [scaling.md](scaling.md).
"""


def page(folder: Path, names: Sequence[str]) -> str:
    """Return the page of every record in `folder`, in the order of `names`."""
    records = [read_record(folder / f"{name}.json") for name in names]
    found = [record for record in records if record is not None]
    missing = [name for name, record in zip(names, records, strict=True) if record is None]
    parts = [HEAD, *(section(record) for record in found)]
    if missing:
        listed = ", ".join(f"`{name}`" for name in missing)
        parts.append(f"## Not run\n\nNo record of: {listed}.\n")
    return "\n".join(parts)


def read_record(path: Path) -> dict[str, Any] | None:
    """Return a record, or None where there is none of this version."""
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return record if isinstance(record, dict) and record.get("schema") == SCHEMA else None


def section(record: Mapping[str, Any]) -> str:
    """Return one benchmark's part of the page."""
    result = record.get("result") or {}
    versions = {**record["versions"], **result.get("versions", {})}
    where = record["machine"]
    facts = (
        f"{where['cpus']} CPUs ({where['cpu']}), {where['memory_gib']} GiB, {where['system']}, "
        f"load {where['load']}; {record['date']}; {record['seconds']:.0f} s; "
        + ", ".join(f"{name} {version}" for name, version in versions.items())
    )
    head = f"## {result.get('title') or record['name']}\n\n`python -m benchmarks {record['name']}`"
    if record["status"] != "ok":
        head += f"\n\n**This run failed** (status {record['status']})."
    return f"{head}\n\n{body(record, result)}\n\n<sub>{facts}</sub>\n"


def body(record: Mapping[str, Any], result: Mapping[str, Any]) -> str:
    """Return the tables, or what a benchmark without tables printed."""
    tables = [Table(**table) for table in result.get("tables", ())]
    if tables:
        return "\n\n".join(table.markdown() for table in tables)
    text = str(record["text"]).strip()
    return text if text.startswith(("|", "#")) else f"```\n{text}\n```"
