import pytest

from tests.fakes.runner import connect, runner_or_none, running
from tests.fakes.tiny_bundle import make_tiny_bundle


@pytest.fixture(scope="session", autouse=True)
def built_runner():
    program = runner_or_none()
    if program is None:
        pytest.skip("no runner is built; run python -m device.runner_build")
    return program


@pytest.fixture(scope="session")
def shared_bundle(tmp_path_factory):
    """A quantized bundle that no test changes."""
    return make_tiny_bundle(tmp_path_factory.mktemp("tiny") / "bundle")


@pytest.fixture(scope="session")
def float_bundle(tmp_path_factory):
    return make_tiny_bundle(tmp_path_factory.mktemp("tiny") / "float", precision="float32")


@pytest.fixture(scope="module")
def process(shared_bundle):
    """A runner that the tests of one file share."""
    with running(shared_bundle, allow_faults=True) as started:
        yield started


@pytest.fixture
def session(process):
    with connect(process) as opened:
        yield opened
