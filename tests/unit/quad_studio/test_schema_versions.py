"""A file of a schema that is not read, newer or made up, is refused by name with exit 2."""

import json

import numpy as np
import pytest

from device.adapter_source import read_source
from device.chipsets import read_chipset
from device.endpoints import SavedDevices
from device.local_bundle import read_local_bundle
from evaluation.evidence import read_evidence
from evaluation.gates import load_gates
from quad_studio.adapters.formats.ort_overrides import load_overrides
from quad_studio.bundle import open_bundle
from quad_studio.config import load_plan, load_project
from quad_studio.quad.profile import read_profile
from quad_studio.quad.statistics import Statistics
from quad_studio.runs import load_run
from quad_studio.samplers.plan import SamplerPlan
from quad_studio.storage import read_json
from tests.fakes.run_folder import write_run_folder

KINDS = (
    "adapter", "baselines", "build", "bundle", "cluster-phones", "context", "file-hashes", "row",
    "run", "score", "stage", "summary",
)  # fmt: skip
VERSIONS = (0, 2, 99)


def as_json(path, schema):
    path.write_text(json.dumps({"schema": schema}))
    return path


def as_toml(path, schema):
    path.write_text(f'schema = "{schema}"\n')
    return path


def statistics(folder, version):
    np.savez(folder / "s.npz", schema=np.array(f"quad-studio/statistics/{version}"))
    Statistics.load(folder / "s.npz")


READERS = {
    "project": lambda f, v: load_project(as_toml(f / "p.toml", f"quad-studio/project/{v}")),
    "plan": lambda f, v: load_plan(as_toml(f / "p.toml", f"quad-studio/plan/{v}")),
    "gates": lambda f, v: load_gates(as_toml(f / "g.toml", f"quad-studio/gates/{v}")),
    "bundle": lambda f, v: open_bundle(
        as_json(f / "bundle.json", f"quad-studio/bundle/{v}").parent
    ),
    "profile": lambda f, v: read_profile(as_json(f / "p.json", f"quad-studio/profile/{v}")),
    "sampler-plan": lambda f, v: SamplerPlan.from_json(
        {"schema": f"quad-studio/sampler-plan/{v}"}, source=f / "plan.json"
    ),
    "statistics": statistics,
    "ort-overrides": lambda f, v: load_overrides(
        as_json(f / "o.json", f"quad-studio/ort-overrides/{v}")
    ),
}
DEVICE_READERS = {
    "bundle": lambda f, v: read_local_bundle(
        as_json(f / "bundle.json", f"quad-studio/bundle/{v}").parent
    ),
    "adapter": lambda f, v: read_source(
        str(as_json(f / "a.json", f"quad-studio/adapter/{v}").parent)
    ),
    "adapter-index": lambda f, v: read_source(
        str(as_json(f / "index.json", f"quad-studio/adapter-index/{v}").parent)
    ),
    "chipset": lambda f, v: read_chipset(f'schema = "quad-studio/chipset/{v}"', "made up"),
    "devices": lambda f, v: SavedDevices(as_json(f / "d.json", f"quad-studio/devices/{v}")).all(),
}


def refused(read, folder, kind, version):
    with pytest.raises(Exception, match=f"quad-studio/{kind}/") as caught:
        read(folder, version)
    return caught.value


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("kind", KINDS)
def test_that_a_json_file_of_an_unread_schema_is_refused(tmp_path, kind, version):
    path = as_json(tmp_path / "file.json", f"quad-studio/{kind}/{version}")
    problem = refused(lambda f, v: read_json(path, kind), tmp_path, kind, version)
    assert problem.exit_code == 2
    assert str(path) in str(problem)
    assert ("update QUAD Studio" in str(problem)) == (version > 1)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("kind", READERS)
def test_that_each_reader_refuses_an_unread_schema(tmp_path, kind, version):
    assert refused(READERS[kind], tmp_path, kind, version).exit_code == 2


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("kind", DEVICE_READERS)
def test_that_the_device_side_refuses_an_unread_schema(tmp_path, kind, version):
    assert refused(DEVICE_READERS[kind], tmp_path, kind, version).exit_code in (2, 3)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("manifest.json", "run"),
        ("results.jsonl", "row"),
        ("scores.jsonl", "score"),
        ("summary.json", "summary"),
    ],
)
def test_that_a_run_of_an_unread_schema_is_refused(tmp_path, name, kind, version):
    run = write_run_folder(tmp_path / "run", scored=True, inputs=1, repeats=1)
    text = (run / name).read_text()
    assert f"quad-studio/{kind}/1" in text
    (run / name).write_text(text.replace(f"quad-studio/{kind}/1", f"quad-studio/{kind}/{version}"))
    for read in (lambda f, v: read_evidence(f), lambda f, v: load_run(f)):
        assert refused(read, run, kind, version).exit_code == 2
