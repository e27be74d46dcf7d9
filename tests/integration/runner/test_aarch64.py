"""The cross-compiled runner under qemu-user; built by `runner_build --triple linux-aarch64`."""

import shutil
import stat

import numpy as np
import pytest

from device.runner_process import RUNNER_FOLDER, RunnerProcess, host_triple
from device.targets import SessionRequest
from tests.fakes.runner import connect, request_for, running

BUILD = RUNNER_FOLDER / "build/linux-aarch64"
PROGRAM = BUILD / "quad_runner"
QEMU = shutil.which("qemu-aarch64-static") or shutil.which("qemu-aarch64")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.skipif(host_triple() == "linux-aarch64", reason="runs natively here"),
    pytest.mark.skipif(not PROGRAM.is_file(), reason="no cross build for linux-aarch64"),
    pytest.mark.skipif(QEMU is None, reason="qemu-user is not installed"),
]


def test_that_the_arm_runner_makes_the_images_of_the_native_one(float_bundle, tmp_path):
    wrapper = tmp_path / "quad_runner"
    wrapper.write_text(
        f'#!/bin/sh\nexec {QEMU} -cpu neoverse-n1 -L {BUILD}/arm_root {PROGRAM} "$@"\n'
    )
    wrapper.chmod(wrapper.stat().st_mode | stat.S_IXUSR)
    names = ("transform", "sketch", "transform")
    process = RunnerProcess.start(wrapper, SessionRequest(bundle=float_bundle.path, threads=1))
    try:
        with connect(process) as session:
            emulated = [session.generate(request_for(name)) for name in names]
    finally:
        process.close()
    with running(float_bundle) as native, connect(native) as session:
        here = [session.generate(request_for(name)) for name in names]
    assert emulated[0].image.tobytes() == emulated[2].image.tobytes()
    for there, image in zip(emulated, here, strict=True):
        np.testing.assert_allclose(there.image, image.image, atol=1e-4)
