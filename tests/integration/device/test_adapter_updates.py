"""Adapter updates over the air, on a virtual phone with the real adb and runner."""

import http.server
import json
import shutil
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from device.adapter_source import read_source, write_index
from device.errors import DeviceError, DeviceStorageError, UnknownAdapterError, UpdateRefusedError
from device.ota import adapters_of, push_adapter, read_deployed_manifest, remove_adapter
from device.phone import PhoneTarget
from device.targets import SessionRequest
from device.virtual_phone.client import PhoneControl
from quad_studio.cli.main import main
from tests.fakes.tiny_bundle import TinyBundle, make_tiny_bundle
from tests.integration.device.test_phone_sessions import generate, runner_is_here

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(90),
    pytest.mark.skipif(not runner_is_here(), reason="the native runner is not built"),
]


def silent(what: str, done: int, total: int) -> None:
    pass


def never() -> None:
    pass


@pytest.fixture
def at_work(target: PhoneTarget, bundle: TinyBundle) -> PhoneTarget:
    target.deploy(bundle.path)
    return target


@pytest.fixture
def updates(tmp_path: Path, bundle: TinyBundle) -> Path:
    """Return a folder with version 2 of the transform adapter under object_removal's name."""
    folder = tmp_path / "updates"
    folder.mkdir()
    shutil.copy(
        bundle.path / "adapters/transform.onnx_adapter", folder / "object_removal.onnx_adapter"
    )
    side = json.loads((bundle.path / "adapters/transform.json").read_text())
    side |= {"name": "object_removal", "version": 2, "use_cases": ["object_removal"]}
    (folder / "object_removal.json").write_text(json.dumps(side))
    return folder


def change(folder: Path, **changes) -> None:
    path = folder / "object_removal.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def push(target: PhoneTarget, source, name: str = "object_removal", **options):
    (bundle,) = target.store.survey().bundles
    return push_adapter(
        target.store,
        bundle,
        read_source(str(source)),
        name,
        progress=silent,
        check=never,
        **options,
    )


def listed(target: PhoneTarget) -> dict[str, int]:
    (bundle,) = target.store.survey().bundles
    manifest = read_deployed_manifest(target.store, bundle)
    return {a["name"]: a["version"] for a in adapters_of(manifest)}


def remote_files(target: PhoneTarget) -> set[str]:
    return set(target.phone.shell("find", target.store.work, "-type", "f", timeout_s=5).split())


def test_that_a_running_session_takes_a_new_adapter_and_keeps_its_graphs(
    at_work: PhoneTarget, bundle: TinyBundle, updates: Path
):
    with at_work.open_session(SessionRequest(bundle=bundle.path, threads=1)) as session:
        before, expected = generate(session), generate(session, "transform")
        pid = session.hello["pid"]
        report = push(at_work, updates)
        assert (report.change, report.version, report.sessions) == ("replaced", 2, 1)
        after = generate(session)
        np.testing.assert_array_equal(after.image, expected.image)
        assert not np.array_equal(after.image, before.image)
        assert session.stats()["requests"]["done"] == 4  # three images and the reload
        assert session.hello["pid"] == pid
    (deployed,) = at_work.store.survey().bundles
    assert deployed.missing == ()
    assert deployed.updates[-1]["name"] == "object_removal"


def test_that_an_added_adapter_can_be_used_and_a_removed_one_not(
    at_work: PhoneTarget, bundle: TinyBundle, updates: Path
):
    side = json.loads((updates / "object_removal.json").read_text()) | {"name": "fresh"}
    (updates / "fresh.json").write_text(json.dumps(side))
    shutil.copy(updates / "object_removal.onnx_adapter", updates / "fresh.onnx_adapter")
    with at_work.open_session(SessionRequest(bundle=bundle.path, threads=1)) as session:
        assert push(at_work, updates, "fresh").change == "added"
        fresh = generate(session, "fresh")
        np.testing.assert_array_equal(fresh.image, generate(session, "transform").image)
        (deployed,) = at_work.store.survey().bundles
        assert remove_adapter(at_work.store, deployed, "fresh").sessions == 1
        with pytest.raises(UnknownAdapterError):
            generate(session, "fresh")
    assert "fresh" not in listed(at_work)
    assert not [path for path in remote_files(at_work) if "fresh" in path]


def test_that_the_same_update_twice_changes_nothing(at_work: PhoneTarget, updates: Path):
    push(at_work, updates)
    before = remote_files(at_work)
    assert push(at_work, updates).change == "unchanged"
    assert remote_files(at_work) == before


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"version": 1}, "another file of the same version"),
        ({"fingerprint": "0" * 64}, "fitted to another base"),
        ({"rank": 99}, "rank 99"),
        ({"sha256": "0" * 64}, "not what the index says"),
        ({"bytes": 1}, "not what the index says"),
    ],
)
def test_that_a_wrong_update_is_refused_and_the_phone_is_as_before(
    at_work: PhoneTarget, updates: Path, changes, said
):
    before = remote_files(at_work)
    change(updates, **changes)
    with pytest.raises(UpdateRefusedError, match=said) as caught:
        push(at_work, updates)
    assert caught.value.exit_code == 2
    assert remote_files(at_work) == before
    assert listed(at_work)["object_removal"] == 1


def test_that_a_downgrade_is_refused(at_work: PhoneTarget, updates: Path):
    change(updates, version=5)
    push(at_work, updates)
    change(updates, version=4)
    with pytest.raises(UpdateRefusedError, match="older than version 5"):
        push(at_work, updates)
    assert listed(at_work)["object_removal"] == 5


def test_that_an_adapter_made_for_another_bundle_is_refused_by_its_content(
    at_work: PhoneTarget, bundle: TinyBundle, updates: Path, tmp_path: Path
):
    other = make_tiny_bundle(tmp_path / "other", seed=8)
    source = other.path / "adapters/transform.onnx_adapter"
    shutil.copy(source, updates / "object_removal.onnx_adapter")
    side = json.loads((other.path / "adapters/transform.json").read_text())
    change(updates, sha256=side["sha256"], bytes=side["bytes"])  # the index lies about the base
    if other.fingerprint == bundle.fingerprint:
        pytest.skip("both bundles have one base")
    with pytest.raises(UpdateRefusedError, match="the file inside was fitted to another base"):
        push(at_work, updates)


def test_that_a_file_that_is_no_adapter_is_refused(at_work: PhoneTarget, updates: Path):
    import hashlib

    data = b"not a flatbuffer" * 10
    (updates / "object_removal.onnx_adapter").write_bytes(data)
    change(updates, sha256=hashlib.sha256(data).hexdigest(), bytes=len(data))
    with pytest.raises(UpdateRefusedError, match="not an adapter file"):
        push(at_work, updates)


def test_that_a_full_disk_refuses_the_update_and_leaves_no_part(
    at_work: PhoneTarget, virtual: PhoneControl, updates: Path
):
    before = remote_files(at_work)
    virtual.fault("disk-full", 0)
    with pytest.raises(DeviceStorageError):
        push(at_work, updates)
    assert remote_files(at_work) == before


def test_that_an_update_damaged_on_the_way_is_refused(
    at_work: PhoneTarget, virtual: PhoneControl, updates: Path
):
    before = remote_files(at_work)
    virtual.fault("corrupt-push")
    with pytest.raises(DeviceError, match="arrived different"):
        push(at_work, updates)
    assert remote_files(at_work) == before
    assert push(at_work, updates).change == "replaced"


def write_keys(folder: Path) -> tuple[Path, Path]:
    key = Ed25519PrivateKey.generate()
    private, public = folder / "private.pem", folder / "public.pem"
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    public.write_bytes(
        key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    )
    return private, public


def test_that_a_configured_key_takes_its_signature_only(
    at_work: PhoneTarget, updates: Path, tmp_path: Path
):
    private, public = write_keys(tmp_path)
    with pytest.raises(UpdateRefusedError, match="not signed"):
        push(at_work, updates, public_key=public)
    write_index(updates, private)
    (tmp_path / "other").mkdir()
    _, other = write_keys(tmp_path / "other")
    with pytest.raises(UpdateRefusedError, match="signature is not that of"):
        push(at_work, updates, public_key=other)
    index = json.loads((updates / "index.json").read_text())
    index["adapters"][0]["version"] = 3  # what was signed is version 2
    (updates / "index.json").write_text(json.dumps(index))
    with pytest.raises(UpdateRefusedError, match="signature is not that of"):
        push(at_work, updates, public_key=public)
    write_index(updates, private)
    assert push(at_work, updates, public_key=public).change == "replaced"


@pytest.fixture
def server_of_updates(updates: Path) -> Iterator[str]:
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *args) -> None:
            pass

    write_index(updates)
    handler = partial(Quiet, directory=str(updates))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_that_an_http_index_serves_updates(at_work: PhoneTarget, server_of_updates: str):
    assert push(at_work, server_of_updates).change == "replaced"
    assert listed(at_work)["object_removal"] == 2


def test_that_an_index_that_is_not_there_is_told(at_work: PhoneTarget, server_of_updates: str):
    with pytest.raises(UpdateRefusedError, match="HTTP 404"):
        push(at_work, f"{server_of_updates}/nowhere")


def test_that_a_full_deployment_sets_an_update_back(
    at_work: PhoneTarget, bundle: TinyBundle, updates: Path
):
    push(at_work, updates)
    at_work.deploy(bundle.path)
    assert listed(at_work)["object_removal"] == 1
    (deployed,) = at_work.store.survey().bundles
    assert deployed.updates == ()


def test_that_a_phone_that_is_not_there_keeps_no_update_from_the_other(
    at_work: PhoneTarget, updates: Path, capsys: pytest.CaptureFixture[str]
):
    here = at_work.name
    argv = ["adapters", "push", "object_removal", "--from", str(updates)]
    assert main([*argv, "-t", "adb:NOWHERE", "-t", here]) == 3
    shown = capsys.readouterr()
    assert f"{here}: object_removal version 2 replaced" in shown.out
    assert "\nadb:NOWHERE: no device with serial NOWHERE was found" in shown.err


def test_that_the_bundle_must_be_named_where_there_are_two(
    at_work: PhoneTarget, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    at_work.deploy(make_tiny_bundle(tmp_path / "other", name="other", seed=11).path)
    assert main(["adapters", "list", "-t", at_work.name]) == 2
    assert "choose a bundle with --bundle; on the device: " in capsys.readouterr().err
