"""What the files of a run must look like before anything is computed from them.

A file that was edited by hand or cut short is refused by name and key, not by an exception that
means something only to whoever wrote the code.
"""

from collections.abc import Mapping
from typing import Any

_TEXT, _TABLE, _LIST = (str,), (dict,), (list,)
_COUNT, _NUMBER = (int,), (int, float)
_NAMES: dict[type, str] = {
    str: "text",
    dict: "an object",
    list: "a list",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    type(None): "null",
}
_REQUIRED = {
    "run": ("run_id",),
    "row": ("key",),
    "score": ("key", "metrics", "unavailable", "metric_context"),
    "summary": ("validity", "tables", "exit_code", "reasons"),
}
# What is read without a look for null; elsewhere a null says the same as a missing key.
_NEVER_NULL = {
    "run": {"name", "created_at", "plan", "bundle", "targets", "tags", "target_kpis"},
    "score": {"flags"},
}
_TYPES: dict[str, dict[str, tuple[type, ...]]] = {
    "run": {
        "run_id": _TEXT, "name": _TEXT, "created_at": _TEXT, "command": _LIST, "plan": _TABLE,
        "project": _TABLE, "bundle": _TABLE, "bundles": (dict, list), "targets": _LIST,
        "expected_rows": _COUNT, "versions": _TABLE, "host": _TABLE, "reference": _TABLE,
        "tags": _LIST, "target_kpis": _TABLE,
    },
    "row": {
        "key": _TEXT, "index": _COUNT, "target": _TEXT, "target_kind": _TEXT, "provider": _TEXT,
        "label": _TEXT, "emulated": (bool,), "graph_sha256": _TEXT, "adapter": _TEXT,
        "adapters": _LIST, "use_case": _TEXT, "sampler": _TEXT, "steps": _COUNT,
        "guidance": _NUMBER, "seed": _COUNT, "strength": _NUMBER, "input_id": _TEXT,
        "prompt": _TEXT, "repeat": _COUNT, "warmup": (bool,), "status": _TEXT, "error": _TABLE,
        "images": _TABLE, "latents": _TEXT, "timing_ms": _TABLE, "memory": _TABLE,
        "switch": _TABLE, "telemetry": _TABLE, "started_at": _TEXT, "finished_at": _TEXT,
        "output_sha256": _TEXT, "notes": _LIST, "session": _TABLE,
    },
    "score": {
        "key": _TEXT, "metrics": _TABLE, "unavailable": _TABLE, "flags": _TABLE,
        "metric_context": _TABLE, "set": _TABLE, "n": _COUNT, "std": _TABLE,
    },
    "summary": {
        "validity": _TABLE, "tables": _TABLE, "exit_code": _COUNT, "reasons": _LIST,
        "gates": _LIST, "counts": _TABLE, "measurements": _LIST, "determinism": _TABLE,
        "gate_status": _TEXT,
    },
}  # fmt: skip


def shape_problem(kind: str, data: Mapping[str, Any]) -> str | None:
    """Return what is wrong with a file or line of `kind` ("run", "row", "score", "summary").

    >>> shape_problem("run", {"run_id": "a", "plan": 3})
    'plan is a whole number, not an object'
    >>> shape_problem("run", {"run_id": "a"}) is None
    True
    """
    for key in _REQUIRED[kind]:
        if data.get(key) is None:
            return f"{key} is missing"
    for key, types in _TYPES[kind].items():
        if key not in data or (data[key] is None and key not in _NEVER_NULL.get(kind, ())):
            continue
        value = data[key]
        if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
            wanted = _NAMES[types[-1]]
            return f"{key} is {_NAMES.get(type(value), type(value).__name__)}, not {wanted}"
    if kind == "score" and any(not isinstance(c, dict) for c in data["metric_context"].values()):
        return "metric_context holds something else than an object a metric"
    return _validity_problem(data["validity"]) if kind == "summary" else None


def _validity_problem(validity: Mapping[str, Any]) -> str | None:
    """Return what is wrong with the part of summary.json that every report begins with."""
    for key, wanted in (("status", str), ("reasons", list), ("warnings", list)):
        if not isinstance(validity.get(key), wanted):
            return f"validity.{key} is missing, or not {_NAMES[wanted]}"
    return None
