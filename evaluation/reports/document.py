"""What a report says, before it has a format: every format shows this and nothing else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from evaluation.errors import RunFolderError
from evaluation.evidence import Evidence, Json, read_evidence
from evaluation.kpi_tables import KpiTable, build_table, table_from_json
from evaluation.kpis import KPIS, format_number
from evaluation.measure import measure
from evaluation.mixed_settings import mixed_settings, settings_of, task_of
from evaluation.registry import METRICS
from evaluation.summary import summarize_evidence
from evaluation.sustained import sustained_tables
from evaluation.target_labels import describe, device_of, namesakes_of, target_title
from evaluation.verdicts import (
    Verdict,
    blind_result,
    counts,
    newer_note,
    tag_counts,
    was_judged,
)

MAX_PAIRS = 96
_TILES = ("psnr_db", "ssim", "lpips_alex", "unet_step_ms", "end_to_end_ms", "peak_ram_mb")
_HASH_DIGITS = 16
_COUNTS = {"warmup": "to warm up", "torn_lines": "torn lines"}


@dataclass(frozen=True)
class Pair:
    """One FP32 picture beside the device's.

    Attributes:
        key: The row's key.
        input_id: Of the input set.
        use_case: As a heading says it.
        target: The target's name.
        device: Short label of what ran it, such as "host (CPU)".
        prompt: May be empty.
        seed: Of the noise.
        reference: Path below the run folder.
        candidate: Path below the run folder.
        metrics: (name, title, text) of each metric.
        values: {metric: value}, for sorting.
        way: How the use case was run, where the run has it in several ways: "lcm, 4 steps".
        source: Path of what was given (a picture or a sketch); empty where nothing was.
        choice: What a person decided: "accept", "reject", "unsure", or "".
        note: What the person wrote.
    """

    key: str
    input_id: str
    use_case: str
    target: str
    device: str
    prompt: str
    seed: str
    reference: str
    candidate: str
    metrics: tuple[tuple[str, str, str], ...]
    values: Mapping[str, float]
    way: str = ""
    source: str = ""
    choice: str = ""
    note: str = ""

    @property
    def task(self) -> str:
        """Return the use case with the way it was run, as the tables name it."""
        return f"{self.use_case} [{self.way}]" if self.way else self.use_case


@dataclass(frozen=True)
class Tile:
    """A headline number: the worst group's, since an average would hide it."""

    title: str
    text: str
    unit: str
    sub: str


@dataclass(frozen=True)
class Document:
    """A report's content.

    Attributes:
        root: The run folder.
        evidence: The run.
        summary: summary.json, or the same computed now.
        tables: KPI tables in the order shown.
        tiles: Headline numbers.
        pairs: Image pairs shown.
        pairs_left_out: How many more there are.
        context: (heading, ((name, value), ...)) blocks.
    """

    root: Path
    evidence: Evidence
    summary: Json
    tables: tuple[KpiTable, ...]
    tiles: tuple[Tile, ...]
    pairs: tuple[Pair, ...]
    pairs_left_out: int
    context: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]

    @property
    def title(self) -> str:
        """Return the run's name."""
        return str(self.evidence.manifest.get("name") or self.evidence.run_id)

    @property
    def created(self) -> str:
        """Return when the run was made, to the minute: "2026-01-02 03:04 UTC"."""
        text = str(self.evidence.manifest.get("created_at", ""))
        try:
            return f"{datetime.fromisoformat(text).astimezone(UTC):%Y-%m-%d %H:%M} UTC"
        except ValueError:
            return text

    @property
    def verdict(self) -> str:
        """Return one sentence on validity and gates."""
        status = self.summary["validity"]["status"]
        gates = self.summary.get("gates") or []
        if not gates:
            return f"{status} evidence, no gates were applied"
        counts = {
            name: sum(1 for gate in gates if gate["status"] == name)
            for name in ("pass", "warn", "fail", "invalid", "skipped")
        }
        spoken = {"pass": "passed", "warn": "warned", "fail": "failed", "invalid": "not judgeable"}
        parts = [f"{count} {spoken.get(name, name)}" for name, count in counts.items() if count]
        return f"{status} evidence; gates: {', '.join(parts)}"


def read_document(run_dir: Path, *, paper: bool = False, max_pairs: int = MAX_PAIRS) -> Document:
    """Read a run folder into a document.

    Raises:
        RunFolderError: It is no run folder, corrupt, or of a newer schema.
    """
    evidence = read_evidence(run_dir)
    summary = evidence.summary or summarize_evidence(evidence)
    pairs = _pairs(evidence)
    shown = _choose(pairs, max_pairs)
    return Document(
        run_dir,
        evidence,
        summary,
        (*_tables(evidence, summary, paper), *sustained_tables(evidence)),
        _tiles(evidence),
        tuple(shown),
        len(pairs) - len(shown),
        context_of(evidence, summary),
    )


def _tables(evidence: Evidence, summary: Json, paper: bool) -> tuple[KpiTable, ...]:
    """Return the summary's tables, which know the baseline, or freshly built ones.

    That of the verdicts is always built: people go on judging after a run was summed up.
    """
    gates = summary.get("gates") or []
    try:
        names = [name for name in summary["tables"] if name != "verdicts"]
        judged = ["verdicts"] if was_judged(evidence.verdicts.values()) else []
        if paper:
            return tuple(
                build_table(name, evidence, gates=gates, paper=True) for name in (*names, *judged)
            )
        return (
            *(table_from_json(summary["tables"][name]) for name in names),
            *(build_table(name, evidence, gates=gates) for name in judged),
        )
    except (AttributeError, KeyError, TypeError) as exc:
        text = f"its tables are damaged ({exc}); `quad-studio check` writes them again"
        raise RunFolderError(evidence.run_id, text) from exc


def _tiles(evidence: Evidence) -> tuple[Tile, ...]:
    groups: dict[tuple[str, str], list[Json]] = {}
    ways, namesakes = mixed_settings(evidence), namesakes_of(evidence.measured)
    for row in evidence.measured:
        groups.setdefault((str(row.get("target")), task_of(row, ways)), []).append(row)
    tiles = []
    for name in _TILES:
        kpi = KPIS[name]
        found = []
        for (_, task), rows in groups.items():
            done = measure(evidence, name, rows)
            if done.value is not None:
                label = device_of(rows[0], namesakes)
                found.append((done.value, f"{task}, {label}", done.stat))
        if not found:
            continue
        pick = min if kpi.direction == "higher" else max
        value, where, stat = pick(found)
        text = format_number(value, kpi.decimals)
        worst = "" if len(found) == 1 else "worst group: "
        tiles.append(Tile(f"{kpi.title}, {stat}", text, kpi.unit, f"{worst}{where}"))
    return tuple(tiles)


def _pairs(evidence: Evidence) -> list[Pair]:
    """Return one pair for each distinct request, the first repeat."""
    pairs: dict[tuple[str, ...], Pair] = {}
    ways, namesakes = mixed_settings(evidence), namesakes_of(evidence.measured)
    for row in evidence.measured:
        images = row.get("images") or {}
        if not images.get("reference") or not images.get("candidate"):
            continue
        identity = tuple(
            str(row.get(part)) for part in ("target", "provider", "use_case", "input_id", "seed")
        ) + (str(row.get("graph_sha256")), *settings_of(row))
        if identity in pairs:
            continue
        score = evidence.scores.get(str(row["key"])) or {}
        metrics, values = _metric_texts(score)
        verdict = evidence.verdicts.get(str(row["key"])) or Verdict(str(row["key"]))
        pairs[identity] = Pair(
            key=str(row["key"]),
            input_id=str(row.get("input_id")),
            use_case=str(row.get("use_case")).replace("_", " "),
            target=str(row.get("target")),
            device=device_of(row, namesakes),
            prompt=str(row.get("prompt") or ""),
            seed=str(row.get("seed")),
            reference=str(images["reference"]),
            candidate=str(images["candidate"]),
            metrics=tuple(metrics),
            values=values,
            way=ways.get(settings_of(row), ""),
            source=str(images.get("sketch") or images.get("input") or ""),
            choice=verdict.choice,
            note=verdict.note,
        )
    return list(pairs.values())


def _metric_texts(score: Json) -> tuple[list[tuple[str, str, str]], dict[str, float]]:
    texts, values = [], {}
    for name, value in (score.get("metrics") or {}).items():
        metric = METRICS.get(name)
        if metric is None:
            continue
        if value is None:
            texts.append((name, metric.title, "∞" if name in score.get("flags", {}) else "-"))
            continue
        text = f"{format_number(value, metric.decimals)} {metric.unit}".rstrip()
        texts.append((name, metric.title, text))
        values[name] = float(value)
    return texts, values


def _choose(pairs: Sequence[Pair], most: int) -> list[Pair]:
    """Keep all pairs, or the worst half by PSNR and an even spread of the others."""
    if len(pairs) <= most:
        return list(pairs)
    ranked = sorted(pairs, key=lambda pair: pair.values.get("psnr_db", float("inf")))
    worst = ranked[: most // 2]
    others = [pair for pair in pairs if pair not in worst]
    count = most - len(worst)
    spread = [others[at * len(others) // count] for at in range(count)]
    kept = {pair.key for pair in (*worst, *spread)}
    return [pair for pair in pairs if pair.key in kept]


def context_of(
    evidence: Evidence, summary: Json
) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """Return what the numbers depend on, as (heading, ((name, value), ...)) blocks."""
    manifest = evidence.manifest
    counts = summary.get("counts") or {}
    run = [
        ("run id", evidence.run_id),
        ("created", str(manifest.get("created_at", ""))),
        ("rows", ", ".join(f"{value} {_COUNTS.get(name, name)}" for name, value in counts.items())),
        ("tags", ", ".join(map(str, manifest.get("tags") or [])) or "none"),
    ]
    run += [
        (f"same request again, {name}", str(seen["text"]))
        for name, seen in (summary.get("determinism") or {}).items()
    ]
    blocks = [
        ("Run", run),
        ("People", _people(evidence, summary)),
        ("Targets", _targets(evidence)),
        ("Bundle", _flat(manifest.get("bundle"))),
        ("Reference", _flat(manifest.get("reference"))),
        ("Host", _flat(manifest.get("host"))),
        ("Versions", _flat(manifest.get("versions"))),
        ("Metrics", _metric_contexts(evidence)),
    ]
    return tuple((title, tuple(entries)) for title, entries in blocks if entries)


def _people(evidence: Evidence, summary: Json) -> list[tuple[str, str]]:
    """Return how many pairs were accepted and rejected, their tags, what the blind votes show."""
    given, tags = evidence.verdicts.values(), tag_counts(evidence.verdicts.values())
    told = [("tags", ", ".join(f"{count} #{tag}" for tag, count in tags.items()))] if tags else []
    unread = newer_note(given)
    told += [("not counted", unread)] if unread else []
    if not was_judged(given):
        return told
    found = counts(given)
    told = [("verdicts", ", ".join(f"{count} {choice}" for choice, count in found.items())), *told]
    votes = blind_result(given)
    if votes.count or votes.neither:
        told.append(("blind votes", votes.text))
    former = summary.get("verdicts") or {}
    if summary.get("gates") and any(former.get(name) != count for name, count in found.items()):
        told.append(("gates", "from before the latest verdicts; `quad-studio check` has them anew"))
    return told


def _targets(evidence: Evidence) -> list[tuple[str, str]]:
    names = dict.fromkeys(str(row.get("target")) for row in evidence.rows)
    entries = []
    for name in names:
        target = describe(name, evidence.manifest)
        details = [target_title(name, evidence.manifest)]
        for key in ("model", "soc", "os_build", "abi", "cpu_count", "memory_mb", "note"):
            if target.get(key) not in (None, ""):
                details.append(f"{key.replace('_', ' ')}: {target[key]}")
        providers = {str(r.get("provider")) for r in evidence.rows if r.get("target") == name}
        details.append(f"provider: {', '.join(sorted(providers))}")
        entries.append((name, "; ".join(details)))
    return entries


def _metric_contexts(evidence: Evidence) -> list[tuple[str, str]]:
    found: dict[str, str] = {}
    for score in (*evidence.scores.values(), *evidence.set_scores):
        for name, context in (score.get("metric_context") or {}).items():
            text = _joined(context)
            found.setdefault(name, text)
    return [
        (METRICS[name].title if name in METRICS else name, text) for name, text in found.items()
    ]


def _flat(data: Any, prefix: str = "") -> list[tuple[str, str]]:
    """Return nested settings as (name, text); big groups of them are one entry."""
    entries: list[tuple[str, str]] = []
    for key, value in (data or {}).items() if isinstance(data, Mapping) else ():
        name = f"{prefix}{key}".replace("_", " ")
        if isinstance(value, Mapping):
            entries += _flat(value, f"{name}: ") if len(value) <= 12 else [(name, _joined(value))]
        elif value is not None:
            entries.append((name, _short(value)))
    return entries


def _joined(values: Mapping[str, Any]) -> str:
    """Return many settings on one line; empty and nested ones are left to manifest.json."""
    shown = {
        key: value
        for key, value in values.items()
        if value not in (None, "", []) and not isinstance(value, Mapping)
    }
    return "; ".join(f"{key.replace('_', ' ')}: {_short(value)}" for key, value in shown.items())


def _short(value: Any) -> str:
    """Shorten a hash; name the entries of a list; leave the rest."""
    if isinstance(value, list | tuple):
        return ", ".join(
            str(item["name"]) if isinstance(item, Mapping) and "name" in item else _short(item)
            for item in value
        )
    text = str(value)
    is_hash = len(text) == 64 and all(digit in "0123456789abcdef" for digit in text)
    return f"{text[:_HASH_DIGITS]}…" if is_hash else text
