"""The peers there are."""

from benchmarks.peers.environment import Peer

DIFFUSERS = Peer(
    name="diffusers + PEFT", script="_diffusers.py", packages=("torch", "diffusers", "peft")
)
ONNX_RUNTIME = Peer(name="ONNX Runtime", script="_onnxruntime.py", packages=("onnxruntime",))
OPENVINO = Peer(
    name="OpenVINO",
    script="_openvino.py",
    requirements="openvino.txt",
    packages=("openvino",),
)
SD_CPP = Peer(
    name="stable-diffusion.cpp",
    script="_sdcpp.py",
    requirements="stable-diffusion-cpp.txt",
    packages=("stable-diffusion-cpp-python",),
)
