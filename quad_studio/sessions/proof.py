"""Prove from the rows that the right adapter was active, and that the device is deterministic."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Row = Mapping[str, Any]
_REQUEST = (
    "target",
    "provider",
    "label",
    "graph_sha256",
    "use_case",
    "input_id",
    "prompt",
    "negative_prompt",
    "seed",
    "sampler",
    "steps",
    "guidance",
    "edit_strength",
)


@dataclass(frozen=True, kw_only=True)
class Determinism:
    """Whether the same request gave the same bits.

    Attributes:
        requests: Requests that were made more than once.
        equal: Those whose results were equal bit for bit.
        across_switches: Those that were made again after another adapter had been active.
    """

    requests: int
    equal: int
    across_switches: int

    @property
    def text(self) -> str:
        """Return one line for a person."""
        if not self.requests:
            return "not checked: no request was repeated"
        if self.equal == self.requests:
            switched = f", {self.across_switches} of them after a switch of adapters"
            counted = "1 request" if self.requests == 1 else f"{self.requests} requests"
            return f"{counted} repeated, all equal bit for bit{switched}"
        return f"{self.requests - self.equal} of {self.requests} repeated requests differ"


def find_adapter_problems(rows: Iterable[Row]) -> list[str]:
    """Return what speaks against the right adapter having been active; empty is the proof.

    Three things are looked at: each row's adapter hashes (a row that the runner answered with
    another adapter has an error), equal results of equal requests whatever ran between them
    (A-B-A), and different results of requests that differ in the adapter only.
    """
    done = list(rows)
    problems = [
        f"row {row['key'][:8]}: {row['error']['message']}"
        for row in done
        if row.get("error") and row["error"].get("code") == "wrong_adapter"
    ]
    by_request = _group(done)
    for adapters, members in by_request.items():
        first = members[0]
        odd = [row for row in members if row["output_sha256"] != first["output_sha256"]]
        problems += [
            f"rows {first['key'][:8]} and {row['key'][:8]}: the same request with {adapters[-1]} "
            "gave different results"
            for row in odd[:1]
        ]
    return problems + _without_effect(by_request)


def check_determinism(rows: Iterable[Row]) -> Determinism:
    """Return whether repeated requests gave equal bits."""
    done = list(rows)
    position = {row["key"]: number for number, row in enumerate(done)}
    repeated = [members for members in _group(done).values() if len(members) > 1]
    equal = [m for m in repeated if len({row["output_sha256"] for row in m}) == 1]
    switched = 0
    for members in repeated:
        places = [position[row["key"]] for row in members]
        between = done[min(places) : max(places)]
        own = members[0].get("adapter")
        target = members[0].get("target")
        switched += any(r.get("adapter") != own for r in between if r.get("target") == target)
    return Determinism(requests=len(repeated), equal=len(equal), across_switches=switched)


def _group(rows: Sequence[Row]) -> dict[tuple[str, ...], list[Row]]:
    """Return the good rows by request; the last part of a name is the adapters."""
    groups: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in rows:
        if row.get("status") == "ok" and row.get("output_sha256"):
            request = tuple(str(row.get(name)) for name in _REQUEST)
            groups[*request, _adapters(row)].append(row)
    return groups


def _adapters(row: Row) -> str:
    """Return the adapters with strength and hash; one of strength 0 is none."""
    used = [entry for entry in row.get("adapters", ()) if entry.get("strength", 1.0)]
    named = [f"{e['name']} x{e['strength']:g} ({str(e.get('sha256'))[:8]})" for e in used]
    return " + ".join(named) or "no adapter"


def _without_effect(by_request: Mapping[tuple[str, ...], Sequence[Row]]) -> list[str]:
    """Return pairs of adapters whose results are equal bit for bit."""
    seen: dict[tuple[str, ...], dict[str, str]] = defaultdict(dict)
    problems = []
    for name, members in by_request.items():
        *request, adapters = name
        outputs = seen[tuple(request)]
        output = str(members[0]["output_sha256"])
        if output in outputs and outputs[output] != adapters:
            problems.append(
                f"row {members[0]['key'][:8]}: {adapters} and {outputs[output]} gave the same bits"
            )
        outputs[output] = adapters
    return problems
