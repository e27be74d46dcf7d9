"""Say what a number was measured on, so that nobody takes a host's latency for a phone's."""

from collections.abc import Mapping
from typing import Any

Json = Mapping[str, Any]


def target_title(name: str, manifest: Json, row: Json | None = None) -> str:
    """Return the heading of a target: "host CPU - not a phone", "Galaxy S25 (SM8750)".

    >>> target_title("host", {"targets": [{"name": "host", "kind": "host", "label": "host CPU"}]})
    'host CPU - not a phone'
    """
    target = describe(name, manifest)
    kind = target.get("kind") or (row or {}).get("target_kind")
    label = str(target.get("label") or name)
    if kind == "phone":
        soc = target.get("soc")
        return f"{label} ({soc})" if soc and str(soc) not in label else label
    if kind == "virtual":
        return f"{label} - emulated, not a phone"
    return label if "not a phone" in label else f"{label} - not a phone"


def describe(name: str, manifest: Json) -> Json:
    """Return the manifest's description of a target, empty where it has none."""
    for target in manifest.get("targets") or ():
        if isinstance(target, Mapping) and target.get("name") == name:
            return target
    return {}
