"""The JSON report: the same content for programs; its schema is in resources/schemas."""

import json

from evaluation.reports.document import Document

SCHEMA = "quad-studio/report/1"


def render(document: Document) -> str:
    """Return the report as JSON; resources/schemas/report.schema.json describes it."""
    summary = document.summary
    data = {
        "schema": SCHEMA,
        "run_id": document.evidence.run_id,
        "title": document.title,
        "created_at": str(document.evidence.manifest.get("created_at", "")),
        "verdict": document.verdict,
        "exit_code": summary["exit_code"],
        "reasons": list(summary["reasons"]),
        "validity": summary["validity"],
        "baseline": summary.get("baseline"),
        "counts": summary.get("counts", {}),
        "gates": summary.get("gates", []),
        "tables": [table.as_json() for table in document.tables],
        "measurements": summary.get("measurements", []),
        "pairs": [
            {
                "key": pair.key,
                "input_id": pair.input_id,
                "use_case": pair.use_case,
                "way": pair.way,
                "target": pair.target,
                "device": pair.device,
                "prompt": pair.prompt,
                "reference": pair.reference,
                "candidate": pair.candidate,
                "source": pair.source,
                "metrics": dict(pair.values),
                "verdict": pair.choice,
                "note": pair.note,
            }
            for pair in document.pairs
        ],
        "pairs_left_out": document.pairs_left_out,
        "context": {heading: dict(entries) for heading, entries in document.context},
    }
    return json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
