"""The JUnit report: a suite a target, a case for each use case and KPI (the "xunit2" family)."""

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Mapping, Sequence
from typing import Any

from evaluation.kpis import KPIS
from evaluation.reports.document import Document

_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(document: Document) -> bytes:
    """Return the report as JUnit XML.

    A failed gate is a failure; a gate that could not be judged and an INVALID run are errors;
    a KPI that was not measured is skipped; values are properties of their case.
    """
    measurements = document.summary.get("measurements") or []
    gates = document.summary.get("gates") or []
    root = ElementTree.Element("testsuites", name="quad-studio")
    targets = list(dict.fromkeys(str(entry["target"]) for entry in (*measurements, *gates)))
    for target in targets:
        _suite(
            root,
            document,
            target,
            [entry for entry in measurements if entry["target"] == target],
            [gate for gate in gates if gate["target"] == target],
        )
    _evidence(root, document)
    totals = {
        name: sum(int(suite.get(name, "0")) for suite in root)
        for name in ("tests", "failures", "errors", "skipped")
    }
    for name, count in totals.items():
        root.set(name, str(count))
    ElementTree.indent(root)
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(root) + b"\n"


def _suite(
    root: ElementTree.Element,
    document: Document,
    target: str,
    measurements: Sequence[Mapping[str, Any]],
    gates: Sequence[Mapping[str, Any]],
) -> None:
    suite = _new_suite(root, document, target)
    judged = {(gate["use_case"], gate["metric"]) for gate in gates}
    for entry in measurements:
        key = (entry["use_case"], entry["kpi"])
        case = _case(suite, target, *key)
        _property(case, "value", entry["text"])
        _property(case, "unit", entry["unit"])
        _property(case, "n", entry["n"])
        _property(case, "label", entry["label"])
        if entry["state"] != "measured" and key not in judged:
            ElementTree.SubElement(case, "skipped", message=_clean(entry["note"]))
        for gate in gates:
            if (gate["use_case"], gate["metric"]) == key:
                _verdict(case, gate)
        judged.discard(key)
    for gate in gates:  # gates whose pattern matched no row have no measurement
        if (gate["use_case"], gate["metric"]) in judged:
            _verdict(_case(suite, target, gate["use_case"], gate["metric"]), gate)
    _count(suite)


def _evidence(root: ElementTree.Element, document: Document) -> None:
    """Add the suite that says whether the run is evidence at all."""
    suite = _new_suite(root, document, "evidence")
    case = ElementTree.SubElement(suite, "testcase", classname="evidence", name="valid", time="0")
    reasons = document.summary["validity"]["reasons"]
    if reasons:
        error = ElementTree.SubElement(case, "error", message=_clean(reasons[0]), type="INVALID")
        error.text = _clean("\n".join(reasons))
    _count(suite)


def _new_suite(root: ElementTree.Element, document: Document, name: str) -> ElementTree.Element:
    created = str(document.evidence.manifest.get("created_at", ""))
    attributes = {"name": _clean(name), "time": "0"}
    if re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", created):
        attributes["timestamp"] = created[:19]
    suite = ElementTree.SubElement(root, "testsuite", attributes)
    properties = ElementTree.SubElement(suite, "properties")
    entry = {"name": "run_id", "value": _clean(document.evidence.run_id)}
    ElementTree.SubElement(properties, "property", entry)
    return suite


def _case(
    suite: ElementTree.Element, target: str, use_case: str, metric: str
) -> ElementTree.Element:
    classname = _clean(f"{target}.{use_case}")
    return ElementTree.SubElement(
        suite, "testcase", classname=classname, name=_clean(metric), time="0"
    )


def _property(case: ElementTree.Element, name: str, value: Any) -> None:
    properties = case.find("properties")
    if properties is None:
        properties = ElementTree.SubElement(case, "properties")
    ElementTree.SubElement(properties, "property", name=name, value=_clean(str(value)))


def _verdict(case: ElementTree.Element, gate: Mapping[str, Any]) -> None:
    """Add what a gate said; a case has at most one failure and one error."""
    message = _clean(gate["message"])
    if gate["status"] == "fail" and case.find("failure") is None:
        title = KPIS[gate["metric"]].title if gate["metric"] in KPIS else gate["metric"]
        ElementTree.SubElement(case, "failure", message=message, type=_clean(title)).text = message
    elif gate["status"] == "invalid" and case.find("error") is None:
        ElementTree.SubElement(case, "error", message=message, type="invalid").text = message
    elif gate["status"] == "warn":
        _property(case, "warning", message)


def _count(suite: ElementTree.Element) -> None:
    cases = suite.findall("testcase")
    counts = {
        "tests": len(cases),
        "failures": sum(case.find("failure") is not None for case in cases),
        "errors": sum(case.find("error") is not None for case in cases),
        "skipped": sum(case.find("skipped") is not None for case in cases),
    }
    for name, count in counts.items():
        suite.set(name, str(count))


def _clean(text: str) -> str:
    """Return text without characters that XML cannot carry."""
    return _NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", text)
