"""Tell apart the ways in which one use case was run: their numbers must not be mixed."""

from collections.abc import Mapping

from evaluation.evidence import Evidence, Json
from evaluation.kpis import adapter_names

SETTINGS = ("sampler", "steps", "adapters", "guidance", "strength")


def settings_of(row: Json) -> tuple[str, ...]:
    """Return the use case and how it was run."""
    named = {
        "steps": f"{row.get('steps')} steps",
        "adapters": " + ".join(adapter_names(row)) or "none",
        "guidance": f"guidance {row.get('guidance')}",
        "strength": f"strength {row.get('strength')}",
    }
    return (
        str(row.get("use_case")),
        *(named.get(key, str(row.get(key))) for key in SETTINGS),
    )


def mixed_settings(evidence: Evidence) -> dict[tuple[str, ...], str]:
    """Return a label for each way in which a use case was run, where there are several.

    Their numbers must not be mixed. A label says as much as tells them apart.
    """
    by_use_case: dict[str, list[tuple[str, ...]]] = {}
    for row in evidence.measured:
        ways = by_use_case.setdefault(str(row.get("use_case")), [])
        if settings_of(row) not in ways:
            ways.append(settings_of(row))
    labels = {}
    for ways in by_use_case.values():
        if len(ways) == 1:
            continue
        differing = [at for at in range(1, len(ways[0])) if len({way[at] for way in ways}) > 1]
        count = next(
            n
            for n in range(1, len(differing) + 1)
            if len({tuple(way[at] for at in differing[:n]) for way in ways}) == len(ways)
        )
        for way in ways:
            labels[way] = ", ".join(way[at] for at in differing[: max(count, 2)])
    return labels


def named_use_case(row: Json, ways: Mapping[tuple[str, ...], str]) -> str:
    """Return the row's use case, with the way it was run where there are several.

    The same name in tables, gates and measurements, so that no format pools two ways.

    Args:
        row: A row of results.jsonl.
        ways: What `mixed_settings` returned.
    """
    way = ways.get(settings_of(row))
    return f"{row.get('use_case')} [{way}]" if way else str(row.get("use_case"))


def task_of(row: Json, ways: Mapping[tuple[str, ...], str]) -> str:
    """Return `named_use_case` as a heading says it."""
    use_case, bracket, way = named_use_case(row, ways).partition(" [")
    return use_case.replace("_", " ") + bracket + way
