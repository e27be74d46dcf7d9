import importlib.util
from dataclasses import replace

import numpy as np
import pytest

from device.errors import RunnerStartError
from device.host import HostTarget
from device.targets import SessionRequest
from tests.fakes.runner import connect, request_for, running

pytestmark = [
    pytest.mark.qnn,
    pytest.mark.slow,
    pytest.mark.timeout(120),
    pytest.mark.skipif(
        importlib.util.find_spec("onnxruntime_qnn") is None, reason="onnxruntime-qnn is not there"
    ),
]


def test_that_the_htp_emulator_runs_the_unet_and_says_that_it_is_one(shared_bundle):
    options = {"htp_arch": "79", "soc_model": "69"}
    request = SessionRequest(bundle=shared_bundle.path, provider="qnn", provider_options=options)
    with HostTarget().open_session(request) as session:
        first, other, last = [
            session.generate(request_for(name)) for name in ("transform", "sketch", "transform")
        ]
    assert (first.provider, first.label) == ("htp-emulator", "HTP emulator")
    assert first.image.tobytes() == last.image.tobytes() != other.image.tobytes()
    with HostTarget().open_session(
        replace(request, provider="cpu", provider_options={})
    ) as session:
        on_cpu = session.generate(request_for("transform"))
    noise = np.square(first.latents - on_cpu.latents).mean()
    assert 10 * np.log10(np.square(on_cpu.latents).mean() / noise) > 30


def test_that_a_provider_library_that_is_missing_is_a_start_error(shared_bundle):
    options = {"qnn_library": "/none/libqnn.so"}
    refused = pytest.raises(RunnerStartError, match="--qnn-library /none/libqnn.so")
    with refused, running(shared_bundle, provider="qnn", provider_options=options) as process:
        connect(process)
