"""The window's checks of a bundle, done in a process of their own."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.fakes.tiny_plan import make_plan_bundle
from ui.core_services.build import CoreBuild

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    return make_plan_bundle(tmp_path_factory.mktemp("tiny") / "bundle").path


def test_that_every_finding_comes_with_what_the_graph_says_about_its_node(bundle):
    service = CoreBuild()
    findings = service.lint(bundle, "s25-qualcomm")
    assert findings
    named = [finding for finding in findings if finding.node]
    facts = [service.describe_node(bundle, finding) for finding in named]
    assert any("operator" in found for found in facts)


def test_that_a_bundle_whose_project_is_not_here_has_no_spreads(bundle):
    assert CoreBuild().distributions(bundle) == ()


def test_that_a_check_loads_no_graph_library_into_the_window(bundle):
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from ui.core_services.build import CoreBuild\n"
        f"assert CoreBuild().lint(Path({str(bundle)!r}), 's25-qualcomm')\n"
        "sys.exit(int(bool({'onnx', 'torch', 'onnxruntime'} & set(sys.modules))))\n"
    )
    root = Path(__file__).parents[3]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, timeout=100, check=False)
    assert done.returncode == 0
