import json
from pathlib import Path

import pytest

from evaluation.evidence import read_evidence
from evaluation.gates import Gate, check_evidence
from evaluation.kpi_tables import build_table
from evaluation.measure import measure
from evaluation.reports.document import read_document
from evaluation.summary import summarize_evidence
from evaluation.verdicts import (
    BlindResult,
    Verdict,
    blind_result,
    read_verdicts,
    tag_counts,
    value_of,
)
from quad_studio.engine.judge import judge_run
from tests.fakes.run_folder import read_rows, write_run_folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    options = {"inputs": 4, "targets": ("host",), "repeats": 1, "size": 32, "latents": False}
    return write_run_folder(tmp_path / "run", scored=True, **options)


def give(folder: Path, *lines: dict[str, object]) -> None:
    with (folder / "verdicts.jsonl").open("a", encoding="utf-8") as stream:
        for line in lines:
            stream.write(json.dumps({"schema": "quad-studio/verdict/1", **line}) + "\n")


def keys_of(folder: Path) -> list[str]:
    return [str(row["key"]) for row in read_rows(folder) if not row.get("warmup")]


def test_that_the_last_verdict_on_a_pair_counts_and_torn_lines_are_left_out(tmp_path: Path):
    give(tmp_path, {"key": "a", "choice": "accept"}, {"key": "a", "choice": "reject", "note": "n"})
    with (tmp_path / "verdicts.jsonl").open("ab") as stream:
        stream.write(b'[1]\n{"key": 3}\n{"key": "b", "choice": 7}\n\xff\xfe\n{"key": "c", "cho')
    assert read_verdicts(tmp_path) == {"a": Verdict("a", "reject", "n")}


NEWER = {"schema": "quad-studio/verdict/2", "choice": "accept", "note": 7}


def test_that_what_a_newer_version_decided_is_not_read_as_if_it_were_known(tmp_path: Path):
    give(tmp_path, {"key": "a", "choice": "accept"}, {"key": "a", **NEWER}, {"key": "b", **NEWER})
    give(tmp_path, {"key": "b", "choice": "unsure"}, {"key": "c", "choice": "reject"})
    give(tmp_path, {"key": "c", **NEWER, "schema": "quad-studio/row/1"}, {**NEWER, "key": 3})
    give(tmp_path, *({"key": "c", "schema": kind} for kind in ("", None, "quad-studio/verdict/0")))
    assert read_verdicts(tmp_path) == {
        "a": Verdict("a", newer="quad-studio/verdict/2"),
        "b": Verdict("b", "unsure"),
        "c": Verdict("c", "reject"),
    }


def test_that_a_gate_on_verdicts_is_invalid_where_a_newer_version_judged(folder: Path):
    use_case = read_rows(folder)[0]["use_case"]
    rows = [row for row in read_rows(folder) if row["use_case"] == use_case]
    keys = [str(row["key"]) for row in rows if not row.get("warmup")]
    give(folder, *({"key": key, "choice": "accept"} for key in keys), {"key": keys[0], **NEWER})
    gate = Gate("accepted_percent", error=90, min_samples=2, use_case=use_case)
    (result,) = check_evidence([gate], read_evidence(folder)).results
    assert result.status == "invalid"
    assert "1 verdict was given in a newer QUAD Studio" in result.message
    people = dict(dict(read_document(folder).context)["People"])
    assert "update this one" in people["not counted"]
    other = Gate("rejected_percent", error=90, min_samples=1, target="host")
    kinds = {row["use_case"] for row in read_rows(folder)} - {use_case}
    given = [str(r["key"]) for r in read_rows(folder) if r["use_case"] in kinds]
    give(folder, *({"key": key, "choice": "accept"} for key in given))
    results = check_evidence([other], read_evidence(folder)).results
    assert {r.use_case: r.status for r in results} == {use_case: "invalid"} | {
        kind: "pass" for kind in kinds
    }


def test_that_an_unsure_pair_is_neither_accepted_nor_rejected():
    unsure = Verdict("a", "unsure")
    assert value_of(unsure, "accepted_percent") == 0
    assert value_of(unsure, "rejected_percent") == 0
    assert value_of(Verdict("a"), "accepted_percent") is None
    assert value_of(Verdict("a", "reject"), "rejected_percent") == 100


def test_that_a_blind_result_claims_no_more_than_the_votes_show():
    assert "no preference is shown" in BlindResult(5, 4, 1).text
    assert "FP32 is preferred" in BlindResult(10, 0).text
    assert "the device is preferred" in BlindResult(0, 10).text
    votes = [Verdict(str(at), blind=True, preferred=side) for at, side in enumerate(("none", ""))]
    assert blind_result([*votes, Verdict("c", preferred="reference")]) == BlindResult(0, 0, 1)


def test_that_verdicts_are_measured_like_any_other_kpi(folder: Path):
    first, second, third, *_ = keys_of(folder)
    give(folder, *({"key": key, "choice": "accept"} for key in (first, second)))
    give(folder, {"key": third, "choice": "reject", "note": "halo"})
    evidence = read_evidence(folder)
    done = measure(evidence, "accepted_percent", evidence.measured)
    assert (round(done.value or 0, 1), done.n) == (66.7, 3)
    assert measure(evidence, "reference_preferred_percent", evidence.measured).note == (
        "nobody judged these pairs"
    )


def test_that_a_gate_holds_a_run_to_what_people_decided(folder: Path):
    gate = Gate("accepted_percent", error=90, min_samples=2)
    assert {r.status for r in check_evidence([gate], read_evidence(folder)).results} == {"invalid"}
    use_case = read_rows(folder)[0]["use_case"]
    gate = Gate("accepted_percent", error=90, min_samples=2, use_case=use_case)
    rows = [row for row in read_rows(folder) if row["use_case"] == use_case]
    keys = [str(row["key"]) for row in rows if not row.get("warmup")]
    give(folder, *({"key": key, "choice": "accept"} for key in keys))
    assert {r.status for r in check_evidence([gate], read_evidence(folder)).results} == {"pass"}
    give(folder, {"key": keys[0], "choice": "reject"})
    (result,) = check_evidence([gate], read_evidence(folder)).results
    assert result.status == "fail"
    assert "Accepted by people" in result.message


def test_that_the_summary_and_check_see_the_verdicts_on_disk(folder: Path, tmp_path: Path):
    key, *_ = keys_of(folder)
    give(folder, {"key": key, "choice": "reject"})
    give(folder, {"key": key, "choice": "reject", "blind": True, "preferred": "reference"})
    gates = tmp_path / "gates.toml"
    gates.write_text(
        'schema = "quad-studio/gates/1"\n[[gates]]\nmetric = "rejected_percent"\nerror = 0\n'
    )
    summary = judge_run(folder, gates=gates, write=False)
    assert summary["verdicts"]["reject"] == 1
    assert summary["verdicts"]["blind"]["reference"] == 1
    assert "fail" in {gate["status"] for gate in summary["gates"]}
    assert "verdicts" in summary["tables"]


def test_that_a_run_nobody_judged_has_no_table_of_verdicts(folder: Path):
    evidence = read_evidence(folder)
    assert "verdicts" not in summarize_evidence(evidence)["tables"]
    assert not [m for m in summarize_evidence(evidence)["measurements"] if "percent" in m["kpi"]
                and m["kpi"].startswith(("accepted", "rejected", "reference"))]  # fmt: skip
    assert build_table("verdicts", evidence).columns == ()


def test_that_reports_show_verdicts_given_after_the_run_was_summed_up(folder: Path):
    key, *_ = keys_of(folder)
    give(folder, {"key": key, "choice": "reject", "note": "halo around the ear"})
    document = read_document(folder)
    assert [table.name for table in document.tables].count("verdicts") == 1
    (judged,) = [pair for pair in document.pairs if pair.choice]
    assert (judged.key, judged.choice, judged.note) == (key, "reject", "halo around the ear")
    people = dict(dict(document.context)["People"])
    assert people["verdicts"] == "0 accept, 1 reject, 0 unsure"


def test_that_words_with_a_hash_are_tags_and_nothing_else_is():
    note = "a #seam at (#no) no#tag # ## #Über-hell, #seam; see issue #7 and C#"
    assert Verdict("a", note=note).tags == ("seam", "über-hell", "7")
    assert Verdict("a").tags == ()


def test_that_tags_are_counted_in_summary_and_report(folder: Path):
    first, second, *_ = keys_of(folder)
    give(folder, {"key": first, "choice": "reject", "note": "#seam #halo"})
    give(folder, {"key": second, "note": "#seam"})
    evidence = read_evidence(folder)
    assert tag_counts(evidence.verdicts.values()) == {"seam": 2, "halo": 1}
    assert summarize_evidence(evidence)["verdicts"]["tags"] == {"seam": 2, "halo": 1}
    people = dict(dict(read_document(folder).context)["People"])
    assert people["tags"] == "2 #seam, 1 #halo"
