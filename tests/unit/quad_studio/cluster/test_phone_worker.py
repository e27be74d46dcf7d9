"""A worker with a runner in this process: what a host does for the cluster, without Ray."""

import json
from dataclasses import replace

import numpy as np
import pytest

from device.errors import RunnerLostError, RunnerStartError
from device.targets import DeployReport, Telemetry
from quad_studio import __version__
from quad_studio.bundle import write_manifest
from quad_studio.cluster.answers import PackedRow, PhoneFault, PhoneOpened, PhoneSetup
from quad_studio.cluster.parcels import PackedItem, Shelf, chunks_of, pack
from quad_studio.cluster.phone_worker import PhoneWorker, bundle_files
from quad_studio.config import RunOptions
from quad_studio.inputs import load_input_set
from quad_studio.sessions.order import PlannedTask, plan_rows
from quad_studio.sessions.rows import execute_task
from quad_studio.sessions.session import Session
from quad_studio.use_cases.base import Frame
from quad_studio.use_cases.settle import settle
from tests.fakes.fake_runner import HOST, FakeRunner, make_bundle
from tests.fakes.use_case_inputs import write_input_set

TARGET = "adb:lab"


class FakePhone:
    def __init__(self, bundle):
        self.bundle, self.deployed, self.opened, self.closed = bundle, [], 0, 0
        self.breaks_at = None
        self.refused, self.providers = "", []

    def describe(self):
        return replace(HOST, name="adb:R1")

    def deploy(self, folder, *, progress, check):
        self.deployed.append(folder)
        return DeployReport(10, 10, 1, 0, 0.5, str(folder))

    def open_session(self, request):
        self.opened += 1
        self.providers.append(request.provider)
        if self.refused and request.provider == self.refused:
            raise RunnerStartError("the emulator does not start")
        runner = FakeRunner(self.bundle)
        if self.opened == self.breaks_at:

            def generate(*_, **__):
                raise RunnerLostError("the connection broke")

            runner.generate = generate
        return runner

    def telemetry(self):
        return Telemetry(temperature_celsius=31.0)

    def close(self):
        self.closed += 1


@pytest.fixture
def bundle(tmp_path):
    made = make_bundle(tmp_path / "bundle")
    (made.path / "graphs").mkdir()
    (made.path / "graphs/unet.onnx").write_bytes(b"graph")
    manifest = {k: v for k, v in made.manifest.items() if k not in ("schema", "files")}
    return write_manifest(made.path, manifest)


@pytest.fixture
def rows(bundle, tmp_path):
    items = load_input_set(write_input_set(tmp_path)).items
    settings = settle("object_removal", Frame.of_bundle(bundle), steps=2)
    return plan_rows([PlannedTask(settings, items)])


@pytest.fixture
def phone(bundle):
    return FakePhone(bundle)


@pytest.fixture
def make_worker(bundle, phone, tmp_path):
    made = []

    def make(**options):
        parcel, paths = pack(bundle_files(bundle.path))
        shelf = Shelf(paths)
        settings = RunOptions(**{"warmup": 0, **options})
        setup = PhoneSetup(target=TARGET, version=__version__, bundle=parcel, options=settings)
        made.append(
            PhoneWorker(
                setup,
                lambda sha, size: chunks_of(shelf.read, sha, size),
                root=tmp_path / "host",
                state=tmp_path / "state",
                open_place=lambda place: phone,
            )
        )
        return made[-1]

    yield make
    for worker in made:
        worker.close()


@pytest.fixture
def worker(make_worker):
    return make_worker()


def run(worker, planned, provider=None):
    return worker.run_row(planned, PackedItem.of(planned.item), None, provider)


def test_that_a_phone_gets_the_bundle_from_the_hosts_own_copy(worker, phone, bundle, tmp_path):
    opened = worker.open()
    assert isinstance(opened, PhoneOpened)
    assert (opened.description.name, opened.opens) == (TARGET, TARGET)
    assert phone.deployed[0].is_relative_to(tmp_path / "host")
    there = (phone.deployed[0] / "graphs/unet.onnx").read_bytes()
    assert there == (bundle.path / "graphs/unet.onnx").read_bytes()


def test_that_a_row_has_the_key_that_one_machine_gives_it_and_says_which_phone(
    worker, rows, bundle, tmp_path
):
    worker.open()
    packed = run(worker, rows[0])
    assert isinstance(packed, PackedRow)
    assert packed.row["key"] == rows[0].key(bundle, TARGET)
    assert packed.row["phone"]["opens"] == TARGET
    packed.write(tmp_path / "run")
    for name in filter(None, [*packed.row["images"].values(), packed.row["latents"]]):
        assert (tmp_path / "run" / name).is_file()
    json.dumps(packed.row)


def test_that_a_packed_row_holds_the_files_that_one_machine_writes(bundle, rows, tmp_path):
    def execute():
        return execute_task(Session(FakeRunner(bundle), bundle, HOST), rows[0])

    packed, alone = PackedRow.of(execute()), execute()
    alone.write(tmp_path / "one")
    packed.write(tmp_path / "many")
    names = [p.relative_to(tmp_path / "one") for p in (tmp_path / "one").rglob("*.png")]
    assert len(names) >= 3
    for name in names:
        there = (tmp_path / "many" / name).read_bytes()
        assert there == (tmp_path / "one" / name).read_bytes()
    latents = packed.row["latents"]
    assert latents == alone.row["latents"]
    with np.load(tmp_path / "one" / latents) as one, np.load(tmp_path / "many" / latents) as many:
        np.testing.assert_array_equal(one["z"], many["z"])


def test_that_a_lost_phone_is_a_fault_and_the_next_row_opens_it_anew(worker, rows, phone):
    phone.breaks_at = 1
    worker.open()
    fault = run(worker, rows[0])
    assert isinstance(fault, PhoneFault)
    assert "the connection broke" in fault.message
    assert isinstance(run(worker, rows[0]), PackedRow)
    assert phone.opened == 2


def test_that_another_version_is_refused_for_good(worker, phone, bundle, tmp_path):
    parcel, _ = pack(bundle_files(bundle.path))
    setup = PhoneSetup(target=TARGET, version="9.9.9", bundle=parcel, options=RunOptions())
    other = PhoneWorker(setup, lambda sha, size: [], root=tmp_path, state=tmp_path)
    fault = other.open()
    assert fault.lasting
    assert "driven by 9.9.9" in fault.message


def test_that_every_phone_is_warm_before_its_first_row_counts(make_worker, rows, monkeypatch):
    calls = []
    generate = FakeRunner.generate

    def counted(*given, **more):
        calls.append(1)
        return generate(*given, **more)

    monkeypatch.setattr(FakeRunner, "generate", counted)
    worker = make_worker(warmup=1)
    worker.open()
    run(worker, rows[0])
    run(worker, rows[1])
    assert len(calls) == 3


def test_that_closing_lets_the_next_worker_have_the_phone(worker, phone, tmp_path):
    worker.open()
    worker.close()
    assert phone.closed == 1
    assert isinstance(worker.open(), PhoneOpened)


def test_that_an_emulator_that_refuses_hands_its_rows_to_the_processor(worker, rows, phone):
    worker.open()
    phone.refused = "qnn"
    packed = run(worker, rows[0], "qnn")
    assert isinstance(packed, PackedRow)
    assert phone.providers[-2:] == ["qnn", "cpu"]
    run(worker, rows[1], "qnn")
    assert phone.providers[-1] == "cpu"


def test_that_an_emulator_that_was_asked_for_is_not_replaced(make_worker, rows, phone):
    worker = make_worker(provider="qnn")
    worker.open()
    worker.close()
    phone.refused = "qnn"
    assert isinstance(worker.open(), PhoneFault)


def test_that_a_change_of_provider_starts_the_runner_anew_and_only_then(worker, rows, phone):
    worker.open()
    for provider in ("qnn", "qnn", "cpu", "cpu"):
        assert isinstance(run(worker, rows[0], provider), PackedRow)
    assert phone.providers == [None, "qnn", "cpu"]
