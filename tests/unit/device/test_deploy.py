import hashlib
import json
import os
import subprocess
from pathlib import Path

import pytest

from device.deploy_plan import DeployPlan, assemble_script, host_mark, plan_deploy
from device.errors import DeployError
from device.local_bundle import BundleFile, LocalBundle, read_local_bundle
from device.remote_store import (
    DEPLOYED,
    DeployedBundle,
    StoreState,
    deployed_json,
    read_deployed,
)
from device.transfer_rate import EtaMeter


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def entry(text: str) -> BundleFile:
    return BundleFile(sha(text), len(text))


def local(files: dict[str, str], name: str = "demo") -> LocalBundle:
    return LocalBundle(
        path=Path("nowhere"), name=name, fingerprint="f" * 64, identity=sha(json.dumps(files)),
        manifest={}, files={path: entry(text) for path, text in files.items()},
    )  # fmt: skip


def deployed(folder: str, files: dict[str, str], missing: tuple[str, ...] = ()) -> DeployedBundle:
    entries = {path: entry(text) for path, text in files.items()}
    return DeployedBundle(folder, "demo", "f" * 64, "i", entries, missing=missing)


def state(*bundles: DeployedBundle, links: bool = True, **sizes: int) -> StoreState:
    return StoreState(10**9, links, bundles, {k.replace("__", "/"): v for k, v in sizes.items()})


def actions(plan: DeployPlan) -> dict[str, str]:
    return {file.path: file.action for file in plan.files}


def test_that_an_empty_device_gets_everything():
    plan = plan_deploy(local({"a": "1", "b": "2"}), state())
    assert actions(plan) == {"a": "send", "b": "send"}
    assert plan.bytes_to_send == plan.bytes_total == 2
    assert not plan.up_to_date


def test_that_equal_files_are_sent_once():
    plan = plan_deploy(local({"a": "same", "b": "same"}), state())
    assert (plan.bytes_total, plan.bytes_to_send) == (8, 4)


def test_that_what_is_in_place_is_skipped_and_another_bundles_file_is_linked():
    bundle = local({"a": "1", "b": "2", "c": "3"})
    plan = plan_deploy(
        bundle, state(deployed(bundle.folder, {"a": "1"}), deployed("other", {"x/y": "2"}))
    )
    assert actions(plan) == {"a": "skip", "b": "link", "c": "send"}
    assert next(f.source for f in plan.files if f.path == "b") == "bundles/other/x/y"


def test_that_a_file_that_is_missing_on_the_device_is_sent_again():
    bundle = local({"a": "1"})
    plan = plan_deploy(bundle, state(deployed(bundle.folder, {"a": "1"}, missing=("a",))))
    assert actions(plan) == {"a": "send"}


def test_that_a_file_known_to_be_bad_is_neither_skipped_nor_linked():
    bundle = local({"a": "1"})
    bad = [f"bundles/{bundle.folder}/a"]
    assert actions(plan_deploy(bundle, state(deployed(bundle.folder, {"a": "1"})), bad=bad)) == {
        "a": "send"
    }


def test_that_what_arrived_whole_earlier_is_taken_up():
    sizes = {f"incoming__{sha('12')}": 2, f"incoming__{sha('34')}": 1}
    plan = plan_deploy(local({"a": "12", "b": "34"}), state(**sizes))
    assert actions(plan) == {"a": "resume", "b": "send"}  # the second has a wrong size


def test_that_links_cost_space_only_where_the_device_forbids_them():
    bundle, other = local({"a": "1"}), deployed("other", {"a": "1"})
    assert plan_deploy(bundle, state(other)).bytes_needed == 0
    assert plan_deploy(bundle, state(other, links=False)).bytes_needed > 0


def test_that_compiled_contexts_of_other_chips_stay_here():
    bundle = local({"contexts/SM8750/u.bin": "1", "contexts/SM8650/u.bin": "2", "g": "3"})
    assert set(actions(plan_deploy(bundle, state(), soc="SM8750"))) == {
        "contexts/SM8750/u.bin", "g",
    }  # fmt: skip
    assert len(plan_deploy(bundle, state()).files) == 3


def test_that_float_graphs_for_comparison_stay_here():
    bundle = local({"reference/unet_fp32.onnx": "1", "graphs/reference": "2"})
    assert set(actions(plan_deploy(bundle, state()))) == {"graphs/reference"}


def test_that_only_parts_of_this_hosts_dead_processes_are_stale():
    dead = f"incoming/x.part-{host_mark()}-4194305-aa"
    sizes = {
        dead: 1,
        f"incoming/x.part-{host_mark()}-{os.getppid()}-aa": 1,
        "incoming/x.part-00000000-4194305-aa": 1,
    }
    found = plan_deploy(local({"a": "1"}), StoreState(10**9, True, (), sizes))
    assert found.stale_parts == (dead,)


def test_that_the_script_builds_exactly_the_bundle_with_a_real_shell(tmp_path: Path):
    files = {"graphs/a b": "1", "copy": "1", "it's": "2", "deep/er/c": "3"}
    bundle = local(files)
    old = tmp_path / "bundles" / bundle.folder
    (old / "graphs").mkdir(parents=True)
    (old / "graphs/a b").write_text("1")
    (old / "garbage").write_text("old")
    incoming = tmp_path / "incoming"
    incoming.mkdir()
    for text in ("2", "3"):
        (incoming / sha(text)).write_text(text)
    (incoming / f"{DEPLOYED}.part-run").write_text("{}")
    (incoming / "assemble.part-run").write_text("")
    plan = plan_deploy(bundle, state(deployed(bundle.folder, {"graphs/a b": "1"})))
    script = assemble_script(plan, "run")
    subprocess.run(["/bin/sh"], input=script, text=True, cwd=tmp_path, check=True)
    built = {
        path.relative_to(old).as_posix(): path.read_text()
        for path in old.rglob("*")
        if path.is_file()
    }
    assert built == {**files, DEPLOYED: "{}"}
    assert [p.name for p in (tmp_path / "bundles").iterdir()] == [bundle.folder]
    assert not incoming.exists()


def test_that_a_script_that_fails_leaves_the_old_bundle_in_place(tmp_path: Path):
    bundle = local({"a": "1"})
    old = tmp_path / "bundles" / bundle.folder
    old.mkdir(parents=True)
    (old / "keep").write_text("old")
    script = assemble_script(plan_deploy(bundle, state()), "run")  # nothing has arrived
    done = subprocess.run(["/bin/sh"], input=script, text=True, cwd=tmp_path, check=False,
                          capture_output=True)  # fmt: skip
    assert done.returncode != 0
    assert (old / "keep").read_text() == "old"


def test_that_a_manifest_on_the_device_reads_back_with_what_is_missing():
    files = {"a": entry("1"), "b": entry("22")}
    text = deployed_json("demo", "f" * 64, "id", files, "2026-01-01").decode()
    sizes = {"bundles/demo-1/a": 1, "bundles/demo-1/b": 1}
    found = read_deployed(f"bundles/demo-1/{DEPLOYED}\n{text}\n", sizes, ["demo-1"])
    assert found is not None
    assert (found.folder, found.missing, found.in_use, found.bytes) == ("demo-1", ("b",), True, 3)


@pytest.mark.parametrize("text", ["", "{", '{"schema": "quad-studio/deployed/9"}', "[]"])
def test_that_a_foreign_manifest_on_the_device_is_not_a_bundle(text: str):
    assert read_deployed(f"bundles/x/{DEPLOYED}\n{text}", {}, []) is None


def test_that_rate_and_rest_come_from_the_last_seconds():
    now = 0.0
    meter = EtaMeter(window_s=2.0, clock=lambda: now)
    assert meter.update(0, 100) == (None, None)
    now = 1.0
    assert meter.update(10, 100) == (10.0, 9.0)
    for now, done in ((2.0, 20), (3.0, 60), (4.0, 90)):  # noqa: B007 -- read by the clock
        rate, rest = meter.update(done, 100)
    assert rate == 35.0
    assert rest == pytest.approx(10 / 35)


def write_bundle(folder: Path, contents: dict[str, str], /, **changes: object) -> Path:
    for name, text in contents.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    manifest = {
        "schema": "quad-studio/bundle/1", "name": "My demo!", "fingerprint": "f" * 64,
        "files": {n: {"sha256": sha(t), "bytes": len(t)} for n, t in contents.items()},
        **changes,
    }  # fmt: skip
    (folder / "bundle.json").write_text(json.dumps(manifest))
    return folder


def test_that_a_bundle_is_known_by_its_manifests_hash(tmp_path: Path):
    bundle = read_local_bundle(write_bundle(tmp_path, {"graphs/u": "1"}))
    digest = hashlib.sha256((tmp_path / "bundle.json").read_bytes()).hexdigest()
    assert bundle.folder == f"My-demo-{digest[:12]}"
    assert bundle.files["bundle.json"].sha256 == digest


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"schema": "quad-studio/bundle/2"}, "newer than this version"),
        ({"schema": "else"}, "is not quad-studio/bundle/1"),
        ({"files": {"../x": {"sha256": "0" * 64, "bytes": 0}}}, "not a path inside"),
        ({"files": {"/etc/x": {"sha256": "0" * 64, "bytes": 0}}}, "not a path inside"),
        ({"files": {"a\nb": {"sha256": "0" * 64, "bytes": 0}}}, "not a path inside"),
        ({"files": {"a": {"sha256": "zz", "bytes": 0}}}, "bad hash or size"),
        ({"files": {"a": {"bytes": 0}}}, "damaged"),
        ({"files": []}, "damaged"),
        ({"files": {"gone": {"sha256": "0" * 64, "bytes": 0}}}, "gone is missing"),
        ({"files": {"u": {"sha256": "0" * 64, "bytes": 7}}}, "another size"),
    ],
)
def test_that_an_unsound_bundle_is_refused_before_any_device(tmp_path: Path, changes, said):
    with pytest.raises(DeployError, match=said) as caught:
        read_local_bundle(write_bundle(tmp_path, {"u": "1"}, **changes))
    assert caught.value.exit_code == 2


def test_that_a_folder_that_is_no_bundle_is_told(tmp_path: Path):
    with pytest.raises(DeployError, match="not a bundle"):
        read_local_bundle(tmp_path)
