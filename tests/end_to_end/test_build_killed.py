"""The real build command, killed with SIGKILL while it distils, and started again."""

import json
import re
import signal

import pytest

from tests.end_to_end.conftest import interrupt_when, quad_studio, start
from tests.fakes.tiny_diffusers import make_tiny_lora
from tests.fakes.tiny_project import write_tiny_project

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
STEPS = 120
EVERY = 25  # steps between checkpoints, DistillOptions.checkpoint_every
MORE = f"""
[[adapters]]
name = "sketch"
path = "second"
use_cases = ["sketch_to_image"]
[[use_cases]]
name = "sketch_to_image"
adapter = "sketch"
steps = 2
guidance = 1.0
inputs = "inputs/inputs.jsonl"
[distillation]
enabled = true
steps = {STEPS}
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A project of two adapters: `transform` is the anchor, `sketch` is distilled."""
    folder = tmp_path_factory.mktemp("killed")
    path = write_tiny_project(folder, more=MORE)
    make_tiny_lora(folder / "model", folder / "second", layout="peft", seed=2)
    return path


def adapters_of(bundle):
    """Return what the bundle ships of each adapter, byte by byte."""
    manifest = json.loads((bundle / "bundle.json").read_text())
    files = {entry["name"]: (bundle / entry["file"]).read_bytes() for entry in manifest["adapters"]}
    return files, manifest["quantization"]["distillation"]["sketch"]


def test_that_a_build_killed_while_it_distils_ends_with_the_same_adapters(project):
    whole, killed = (project.parent / name / "bundle" for name in ("whole", "killed"))
    work = killed.with_name("bundle.work")
    done = quad_studio("build", project, "-o", whole)
    assert done.returncode == 0, done.stderr

    code, errors = interrupt_when(
        start("build", project, "-o", killed),
        lambda: any(work.glob("distilling-sketch-*.safetensors")),
        signal.SIGKILL,
    )
    assert code == -signal.SIGKILL, errors
    assert not list(work.glob("distilled-sketch-*")), "it was killed after the distillation"
    assert not killed.exists()

    again = quad_studio("build", project, "-o", killed)
    assert again.returncode == 0, again.stderr
    found = re.search(r"sketch: goes on at step (\d+)", again.stderr)
    assert found, again.stderr
    assert 0 < int(found.group(1)) < STEPS
    assert int(found.group(1)) % EVERY == 0, "nothing is written on SIGKILL"
    assert adapters_of(killed) == adapters_of(whole)
    assert not list(killed.parent.glob("bundle.part*"))
