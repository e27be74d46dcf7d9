"""A Ray cluster of two nodes on loopback, each with two virtual phones, and a plan for them."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.private_adb import private_adb_server
from tests.fakes.tiny_plan import make_plan_bundle, write_tiny_plan

PHONES = ("virtual:s25-lsi", "virtual:tab-s11-mediatek")
ADAPTERS = ("object_removal", "transform", "sketch")
# Ray gives its processes 30 s to start, which a busy machine of two cores does not always keep.
PATIENCE = {
    "RAY_agent_register_timeout_ms": "240000",
    "RAY_raylet_start_wait_time_s": "240",
    "RAY_worker_register_timeout_seconds": "240",
    "RAY_worker_niceness": "0",  # 15 by default, which starves them on a busy machine
    "RAY_USAGE_STATS_ENABLED": "0",
}


@dataclass
class TwoNodes:
    """The cluster; `second` is the node that tests take away."""

    cluster: Any
    second: Any
    resources: dict[str, int]

    @property
    def address(self) -> str:
        """Return what --cluster is told."""
        return str(self.cluster.address)

    def kill_second(self) -> None:
        """Kill the second node's processes, as a power cut would."""
        self.cluster.remove_node(self.second, allow_graceful=False)
        self.second = None

    def add_second(self) -> None:
        """Start a second node."""
        self.second = self.cluster.add_node(**node(self.resources))


def node(resources: dict[str, int]) -> dict[str, Any]:
    """Return the settings of a node."""
    return {"num_cpus": 1, "object_store_memory": 200_000_000, "resources": resources}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Yield a home with an adb server and a cache of its own, set before any node starts."""
    folder = tmp_path_factory.mktemp("lab")
    with pytest.MonkeyPatch.context() as patch, private_adb_server(folder / "home"):
        patch.setenv("QUAD_CACHE", str(folder / "cluster-cache"))
        for name, value in PATIENCE.items():
            patch.setenv(name, value)
        yield folder


@pytest.fixture(scope="module")
def two_nodes(home: Path) -> Iterator[TwoNodes]:
    """Yield the cluster."""
    pytest.importorskip("ray", reason="Ray is not installed: pip install 'quad-studio[cluster]'")
    from ray.cluster_utils import Cluster

    resources = {f"quad-studio:{phone}": 1 for phone in PHONES}
    cluster = Cluster(
        initialize_head=True, head_node_args={**node(resources), "include_dashboard": False}
    )
    made = TwoNodes(cluster, None, resources)
    made.add_second()
    yield made
    cluster.shutdown()


@pytest.fixture(scope="module")
def plan_path(home: Path) -> Path:
    """Return a plan with FP32 references: a bundle of a few nodes beside a tiny diffusers model."""
    torch = pytest.importorskip("torch")
    torch.set_num_threads(1)
    from tests.fakes.tiny_diffusers import make_tiny_diffusers, make_tiny_lora

    bundle = make_plan_bundle(home / "bundle")
    model = make_tiny_diffusers(home / "model")
    lines = ['schema = "quad-studio/project/1"', "[project]", 'name = "tiny"']
    lines += ["[model]", f'path = "{model}"']
    for number, name in enumerate(ADAPTERS):
        lora = make_tiny_lora(model, home / f"lora-{name}", seed=number)
        lines += ["[[adapters]]", f'name = "{name}"', f'path = "{lora}"']
    (home / "project.toml").write_text("\n".join(lines) + "\n")
    path = write_tiny_plan(home, bundle.path, inputs=4, targets=list(PHONES), provider="cpu")
    text = path.read_text().replace('name = "tiny"', 'name = "tiny"\nproject = "project.toml"', 1)
    gates = home / "gates.toml"
    gates.write_text('schema = "quad-studio/gates/1"\n[[gates]]\nmetric = "psnr_db"\nerror = 1.0\n')
    path.write_text(f'{text}[gates]\nfile = "{gates}"\n')
    return path


@pytest.fixture
def folder(home: Path, tmp_path: Path) -> Iterator[Path]:
    """Yield a folder for runs, removed after the test."""
    yield tmp_path
    shutil.rmtree(tmp_path, ignore_errors=True)
