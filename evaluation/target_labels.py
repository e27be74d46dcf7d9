"""Say what a number was measured on, so that nobody takes a host's latency for a phone's."""

from collections.abc import Container, Iterable, Mapping
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


def told_apart(titles: Mapping[str, str]) -> dict[str, str]:
    """Return the titles by target, with the target's name where several have the same.

    >>> told_apart({"adb:A": "Galaxy S25", "adb:B": "Galaxy S25", "host": "host"})
    {'adb:A': 'Galaxy S25, adb:A', 'adb:B': 'Galaxy S25, adb:B', 'host': 'host'}
    """
    seen = list(titles.values())
    return {
        name: f"{title}, {name}" if seen.count(title) > 1 else title
        for name, title in titles.items()
    }


def namesakes_of(rows: Iterable[Json]) -> frozenset[str]:
    """Return the row labels that several targets share, such as those of two equal phones."""
    targets: dict[str, set[str]] = {}
    for row in rows:
        targets.setdefault(str(row.get("label")), set()).add(str(row.get("target")))
    return frozenset(label for label, names in targets.items() if len(names) > 1)


def device_of(row: Json, namesakes: Container[str]) -> str:
    """Return what ran a row, with the target's name where its label alone does not say it."""
    label = str(row.get("label") or row.get("target"))
    return f"{label}, {row.get('target')}" if label in namesakes else label


def describe(name: str, manifest: Json) -> Json:
    """Return the manifest's description of a target, empty where it has none."""
    for target in manifest.get("targets") or ():
        if isinstance(target, Mapping) and target.get("name") == name:
            return target
    return {}
