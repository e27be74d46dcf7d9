"""Deployments to virtual phones through the real adb: what arrives, what is sent, what is left."""

import hashlib
import time
from pathlib import Path

import pytest

from device.adb import AdbServer
from device.deploy import deploy_bundle, deploy_to_all
from device.errors import DeployError, DeviceError, DeviceLostError, DeviceStorageError, PushError
from device.phone import PhoneTarget
from device.remote_store import RemoteStore
from device.targets import DeployReport
from device.virtual_phone.client import PhoneControl
from tests.fakes.tiny_bundle import TinyBundle, update_manifest
from tests.integration.device.conftest import StartPhone, file_of

pytestmark = [pytest.mark.slow, pytest.mark.timeout(90)]


def silent(what: str, done: int, total: int) -> None:
    pass


def never() -> None:
    pass


def deploy(store: RemoteStore, bundle: TinyBundle, **options) -> DeployReport:
    settings = {"progress": silent, "check": never, **options}
    return deploy_bundle(store, bundle.path, **settings)


def add_file(bundle: TinyBundle, name: str, size: int) -> Path:
    file = file_of(bundle.path / name, size)
    record(bundle, name)
    return file


def record(bundle: TinyBundle, name: str) -> None:
    data = (bundle.path / name).read_bytes()
    entry = {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
    update_manifest(bundle.path, lambda manifest: manifest["files"].update({name: entry}))


def remote_files(store: RemoteStore) -> list[str]:
    listed = store.phone.shell("find", store.work, "-type", "f", timeout_s=10).split()
    return [path.removeprefix(f"{store.work}/") for path in listed]


def test_that_what_arrives_is_what_was_sent(store: RemoteStore, bundle: TinyBundle):
    report = deploy(store, bundle)
    assert report.files_sent == len(bundle.manifest()["files"]) + 1
    for name in [*bundle.manifest()["files"], "bundle.json"]:
        here = hashlib.sha256((bundle.path / name).read_bytes()).hexdigest()
        there = store.phone.shell("sha256sum", f"{report.location}/{name}", timeout_s=10)
        assert there.split()[0] == here


def test_that_an_unchanged_bundle_sends_nothing_and_takes_under_two_seconds(
    store: RemoteStore, bundle: TinyBundle
):
    deploy(store, bundle)
    begin = time.monotonic()
    report = deploy(store, bundle)
    assert (report.bytes_sent, report.files_sent) == (0, 0)
    assert time.monotonic() - begin < 2.0


def test_that_a_changed_adapter_sends_only_that_adapter(store: RemoteStore, bundle: TinyBundle):
    deploy(store, bundle)
    name = "adapters/transform.json"
    path = bundle.path / name
    path.write_text(path.read_text() + "\n")
    record(bundle, name)
    report = deploy(store, bundle)
    manifest_bytes = (bundle.path / "bundle.json").stat().st_size
    assert report.files_sent == 2
    assert report.bytes_sent == path.stat().st_size + manifest_bytes


def test_that_bundles_stand_side_by_side_and_removal_leaves_the_other_whole(
    store: RemoteStore, bundle: TinyBundle
):
    add_file(bundle, "graphs/large.bin", 3_000_000)
    first = deploy(store, bundle)
    add_file(bundle, "graphs/other.bin", 10)
    second = deploy(store, bundle)
    assert first.location != second.location
    inodes = store.phone.shell(
        "stat", "-c", "%i", f"{first.location}/graphs/large.bin",
        f"{second.location}/graphs/large.bin", timeout_s=5,
    ).split()  # fmt: skip
    assert inodes[0] == inodes[1]
    state = store.survey()
    store.remove(next(b for b in state.bundles if first.location.endswith(b.folder)))
    (left,) = store.survey().bundles
    assert second.location.endswith(left.folder)
    assert left.missing == ()


def test_that_replace_removes_the_older_deployment(store: RemoteStore, bundle: TinyBundle):
    deploy(store, bundle)
    add_file(bundle, "graphs/other.bin", 10)
    deploy(store, bundle, replace=True)
    assert len(store.survey().bundles) == 1


def test_that_progress_never_goes_back_and_ends_at_the_total(
    store: RemoteStore, bundle: TinyBundle
):
    add_file(bundle, "graphs/large.bin", 20_000_000)
    seen: list[tuple[int, int]] = []
    deploy(store, bundle, progress=lambda what, done, total: seen.append((done, total)))
    done = [point[0] for point in seen]
    assert done == sorted(done)
    assert seen[-1][0] == seen[-1][1]
    assert len({d for d in done if 0 < d < seen[-1][1]}) > 5


def test_that_a_cancelled_deployment_leaves_nothing(store: RemoteStore, bundle: TinyBundle):
    class StoppedError(Exception):
        pass

    add_file(bundle, "graphs/large.bin", 20_000_000)
    sent = 0

    def progress(what: str, done: int, total: int) -> None:
        nonlocal sent
        sent = done

    def check() -> None:
        if sent > 5_000_000:
            raise StoppedError

    with pytest.raises(StoppedError):
        deploy(store, bundle, progress=progress, check=check)
    assert remote_files(store) == []


def test_that_a_cable_pulled_in_mid_push_is_told_and_the_next_time_goes_on(
    adb_server: AdbServer, virtual: PhoneControl, store: RemoteStore, bundle: TinyBundle
):
    for number in range(3):
        add_file(bundle, f"graphs/part{number}.bin", 70_000_000)
    virtual.fault("unplug", 170_000_000)
    with pytest.raises(DeviceLostError, match="lost while pushing part2.bin") as caught:
        deploy(store, bundle)
    assert caught.value.exit_code == 3
    virtual.clear()
    adb_server.disconnect(virtual.serial)
    adb_server.connect(virtual.serial)
    incoming = store.path("incoming")
    whole = store.phone.shell("find", incoming, "-size", "70000000c", timeout_s=10).split()
    assert len(whole) == 2  # hashed by the phone by now or not, they wait for the rest
    report = deploy(store, bundle)
    assert report.bytes_sent < 90_000_000
    assert not [path for path in remote_files(store) if "part-" in path or "incoming" in path]
    assert store.survey().bundles[0].missing == ()


def test_that_too_little_space_is_known_before_anything_is_sent(
    virtual: PhoneControl, store: RemoteStore, bundle: TinyBundle
):
    add_file(bundle, "graphs/large.bin", 20_000_000)
    virtual.fault("disk-full", 10_000_000)
    with pytest.raises(DeviceStorageError, match=r"36\.\d MB are needed, 10\.0 MB are free"):
        deploy(store, bundle)
    assert remote_files(store) == []


def test_that_a_disk_that_fills_on_the_way_is_told_and_no_part_stays(
    virtual: PhoneControl, store: RemoteStore, bundle: TinyBundle
):
    add_file(bundle, "graphs/large.bin", 60_000_000)

    def fill(what: str, done: int, total: int) -> None:
        if 1_000_000 < done < 10_000_000:
            virtual.fault("disk-full", 0)

    with pytest.raises(DeviceStorageError, match="no space left on the device: 60.0 MB"):
        deploy(store, bundle, progress=fill)
    assert not [path for path in remote_files(store) if ".part-" in path]


def test_that_a_file_that_arrives_different_is_refused_and_sent_again(
    virtual: PhoneControl, store: RemoteStore, bundle: TinyBundle
):
    virtual.fault("corrupt-push")
    with pytest.raises(PushError, match="arrived different"):
        deploy(store, bundle)
    assert store.survey().bundles == ()
    deploy(store, bundle)
    assert store.survey().bundles[0].missing == ()


def test_that_a_file_damaged_on_the_phone_is_found_by_verify(
    store: RemoteStore, bundle: TinyBundle
):
    place = deploy(store, bundle).location
    store.phone.script('printf X | dd of="$1" bs=1 count=1 conv=notrunc 2>/dev/null',
                       f"{place}/graphs/unet.onnx", timeout_s=5)  # fmt: skip
    assert deploy(store, bundle).files_sent == 0  # its size is right
    assert deploy(store, bundle, verify=True).files_sent == 1
    assert deploy(store, bundle, verify=True).files_sent == 0


def test_that_a_file_deleted_on_the_phone_is_sent_again(store: RemoteStore, bundle: TinyBundle):
    place = deploy(store, bundle).location
    store.phone.shell("rm", f"{place}/profile.json", timeout_s=5)
    assert store.survey().bundles[0].missing == ("profile.json",)
    assert deploy(store, bundle).files_sent == 1


def test_that_a_damaged_bundle_here_is_not_blamed_on_the_phone(
    store: RemoteStore, bundle: TinyBundle
):
    file = bundle.path / "graphs" / "unet.onnx"
    data = bytearray(file.read_bytes())
    data[10] ^= 1
    file.write_bytes(bytes(data))
    with pytest.raises(DeployError, match="its SHA-256 is not the one in bundle.json"):
        deploy(store, bundle)
    assert remote_files(store) == []


def test_that_several_phones_are_served_at_once_and_one_bad_one_stops_none(
    adb_server: AdbServer, start_virtual: StartPhone, bundle: TinyBundle
):
    controls = [start_virtual(name) for name in ("s25-qualcomm", "s25-lsi", "tab-s11-mediatek")]
    targets = [PhoneTarget(adb_server, control.serial) for control in controls]
    stores = {control.serial: t.store for control, t in zip(controls, targets, strict=True)}
    controls[1].fault("disk-full", 0)
    results = deploy_to_all(stores, lambda name, store: deploy(store, bundle))
    assert isinstance(results[controls[1].serial], DeviceError)
    for control in (controls[0], controls[2]):
        assert isinstance(results[control.serial], DeployReport)
        assert stores[control.serial].survey().bundles[0].missing == ()


def test_that_a_slow_link_is_slow_and_still_right(
    virtual: PhoneControl, store: RemoteStore, bundle: TinyBundle
):
    add_file(bundle, "graphs/large.bin", 3_000_000)
    virtual.fault("slow-link", 2_000_000)
    begin = time.monotonic()
    deploy(store, bundle)
    assert time.monotonic() - begin > 1.4
    virtual.clear()
    assert deploy(store, bundle, verify=True).files_sent == 0


def test_that_leftovers_of_a_dead_process_go_with_the_next_deployment(
    store: RemoteStore, bundle: TinyBundle
):
    from device.deploy_plan import host_mark

    store.survey()
    own = store.path("incoming", f"abc.part-{host_mark()}-4194305-ffffff")
    other = store.path("incoming", "abc.part-00000000-1-ffffff")
    store.phone.shell("touch", own, other, timeout_s=5)
    deploy(store, bundle)
    left = [path for path in remote_files(store) if "part-" in path]
    assert left == ["incoming/abc.part-00000000-1-ffffff"]  # another host's may be under way
    store.clean()
    assert not [path for path in remote_files(store) if "part-" in path]
