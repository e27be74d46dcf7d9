"""Bring ONNX Runtime and the JSON header to `device/runner/third_party/`, checked by hash.

Sources, first one that is given:

1. `ORT_HOME`: an unpacked official release (include/ and lib/);
2. an official release archive (.tgz, or .aar for Android);
3. the headers from the npm package named in `device/runner/dependencies.json`, and the library
   of the installed `onnxruntime` wheel (for another machine: of the wheel that pip downloads).
"""

import base64
import hashlib
import importlib.metadata
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from device.errors import RunnerBuildError
from device.scratch import ScratchFolder

RUNNER = Path(__file__).parent / "runner"
THIRD_PARTY = RUNNER / "third_party"
HEADER = "onnxruntime_cxx_api.h"
COMMAND_TIMEOUT_S = 3600.0  # a busy machine, with sanitizers


@dataclass(frozen=True)
class Dependencies:
    """Where the parts of a build lie.

    Attributes:
        include: ONNX Runtime's headers.
        library: Its shared library for the target, named as its soname.
        json_include: Folder that holds nlohmann/json.hpp.
    """

    include: Path
    library: Path
    json_include: Path


def pins() -> dict[str, Any]:
    """Return `dependencies.json`."""
    pinned: dict[str, Any] = json.loads((RUNNER / "dependencies.json").read_text("utf-8"))
    return pinned


def provide(
    triple: str,
    *,
    archive: Path | None = None,
    environment: Mapping[str, str] = os.environ,
) -> Dependencies:
    """Return the dependencies of a build for `triple`, fetching what is missing.

    Raises:
        RunnerBuildError: Something cannot be had, or is not what its hash says.
    """
    if triple not in pins()["libraries"]:
        known = ", ".join(pins()["libraries"])
        raise RunnerBuildError("fetch", f"no recipe for {triple}; known are {known}")
    json_include = _provide_json(environment)
    home = environment.get("ORT_HOME")
    if archive is not None:
        home = str(_unpack_release(archive, triple))
    if home:
        return _from_home(Path(home), triple, json_include)
    include, aar = _provide_headers()
    library = THIRD_PARTY / "onnxruntime" / "lib" / triple / pins()["libraries"][triple]["soname"]
    if not library.is_file() or not _matches_pin(library, triple):
        library.parent.mkdir(parents=True, exist_ok=True)
        _provide_library(triple, library, aar)
    return Dependencies(include, library, json_include)


def sha256_of(path: Path) -> str:
    """Return a file's SHA-256."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def run(step: str, command: Sequence[str], *, cwd: Path | None = None) -> str:
    """Run a tool and return its output.

    Raises:
        RunnerBuildError: It is not installed, failed or took too long.
    """
    try:
        done = subprocess.run(
            list(command),
            cwd=cwd,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=COMMAND_TIMEOUT_S,
            check=False,
        )
    except FileNotFoundError as exc:
        raise RunnerBuildError(step, f"{command[0]} is not installed; {_remedy()}") from exc
    except subprocess.TimeoutExpired as exc:
        raise RunnerBuildError(step, f"{command[0]}: over {COMMAND_TIMEOUT_S:g} s") from exc
    if done.returncode != 0:
        tail = " | ".join(line for line in done.stdout.splitlines()[-12:] if line.strip())
        raise RunnerBuildError(step, f"{' '.join(command[:3])}: exit {done.returncode}: {tail}")
    return done.stdout


def _remedy() -> str:
    packages = (RUNNER / "apt-packages.txt").read_text("ascii").split()
    return f"apt-get install {' '.join(packages)} npm"


def _check(path: Path, expected: str, what: str) -> None:
    found = sha256_of(path)
    if found != expected:
        raise RunnerBuildError("verify", f"{what}: SHA-256 is {found}, expected {expected}")


def _provide_headers() -> tuple[Path, Path | None]:
    """Return the headers' folder, and the .aar when it was fetched now."""
    include = THIRD_PARTY / "onnxruntime" / "include"
    aar = THIRD_PARTY / "onnxruntime" / "onnxruntime.aar"
    if (include / HEADER).is_file() and aar.is_file():
        return include, aar
    pin = pins()["headers"]
    with ScratchFolder("ort") as folder:
        run("fetch", ["npm", "pack", "--silent", pin["npm"]], cwd=folder)
        packed = next(folder.glob("*.tgz"), None)
        if packed is None:
            raise RunnerBuildError("fetch", f"npm pack {pin['npm']} left no archive")
        _check(packed, pin["archive_sha256"], pin["npm"])
        with tarfile.open(packed) as archive:
            archive.extract(pin["aar"], folder, filter="data")
        unpacked = folder / pin["aar"]
        _check(unpacked, pin["aar_sha256"], "onnxruntime.aar")
        include.mkdir(parents=True, exist_ok=True)
        _extract_members(unpacked, "headers/", include)
        shutil.copyfile(unpacked, aar)
    return include, aar


def _extract_members(archive: Path, prefix: str, folder: Path) -> None:
    """Put the files below `prefix` of a zip archive flat into `folder`."""
    with zipfile.ZipFile(archive) as opened:
        for info in opened.infolist():
            if info.filename.startswith(prefix) and not info.is_dir():
                (folder / Path(info.filename).name).write_bytes(opened.read(info))


def _matches_pin(library: Path, triple: str) -> bool:
    expected = pins()["libraries"][triple].get("sha256")
    return expected is None or sha256_of(library) == expected


def _provide_library(triple: str, library: Path, aar: Path | None) -> None:
    pin = pins()["libraries"][triple]
    if "aar_member" in pin:
        if aar is None:
            raise RunnerBuildError("fetch", "the Android library needs onnxruntime.aar")
        with zipfile.ZipFile(aar) as opened:
            library.write_bytes(opened.read(pin["aar_member"]))
    elif "platform" in pin:
        _download_wheel_library(pin, library)
    else:
        _copy_installed_library(pin, library)


def _copy_installed_library(pin: Mapping[str, Any], library: Path) -> None:
    spec = importlib.util.find_spec("onnxruntime")
    if spec is None or spec.origin is None:
        raise RunnerBuildError("fetch", "the onnxruntime package is not installed; pip install it")
    capi = Path(spec.origin).parent / "capi"
    source = next(iter(sorted(capi.glob("libonnxruntime.so.*"))), None)
    if source is None:
        raise RunnerBuildError("fetch", f"no libonnxruntime.so in {capi}; set ORT_HOME")
    version = importlib.metadata.version("onnxruntime")
    if version == pin["onnxruntime"]:
        _check(source, pin["sha256"], str(source))
    else:  # another release: pip checked the wheel and wrote down what it holds
        _check_against_record(source, version)
    shutil.copyfile(source, library)
    licence = capi.parent / "LICENSE"
    if licence.is_file():
        shutil.copyfile(licence, library.parent / "LICENSE.onnxruntime")


def _check_against_record(source: Path, version: str) -> None:
    for listed in importlib.metadata.files("onnxruntime") or []:
        if Path(str(listed.locate())).resolve() == source.resolve() and listed.hash is not None:
            with source.open("rb") as stream:
                digest = hashlib.file_digest(stream, listed.hash.mode).digest()
            if base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii") == listed.hash.value:
                return
    raise RunnerBuildError("verify", f"{source}: not the file that onnxruntime {version} installed")


def _download_wheel_library(pin: Mapping[str, Any], library: Path) -> None:
    with ScratchFolder("ort") as scratch:
        wanted = f"onnxruntime=={pin['onnxruntime']}"
        command = [sys.executable, "-m", "pip", "download", wanted, "--no-deps", "--quiet"]
        command += ["--only-binary=:all:", "--platform", pin["platform"]]
        command += ["--python-version", "3.11", "--dest", str(scratch)]
        run("fetch", command)
        wheel = next(scratch.glob("*.whl"), None)
        if wheel is None:
            raise RunnerBuildError("fetch", f"pip download {wanted} left no wheel")
        with zipfile.ZipFile(wheel) as opened:
            member = f"onnxruntime/capi/libonnxruntime.so.{pin['onnxruntime']}"
            library.write_bytes(opened.read(member))
            (library.parent / "LICENSE.onnxruntime").write_bytes(opened.read("onnxruntime/LICENSE"))
    _check(library, pin["sha256"], f"{wanted} for {pin['platform']}")


def _unpack_release(archive: Path, triple: str) -> Path:
    """Unpack an official .tgz or .aar into third_party and return its folder."""
    if not archive.is_file():
        raise RunnerBuildError("fetch", f"{archive}: no such archive")
    home = THIRD_PARTY / f"release-{triple}"
    shutil.rmtree(home, ignore_errors=True)
    (home / "include").mkdir(parents=True)
    (home / "lib").mkdir()
    try:
        if archive.suffix in (".aar", ".zip"):
            _extract_members(archive, "headers/", home / "include")
            _extract_members(archive, "jni/arm64-v8a/", home / "lib")
        else:
            _unpack_tar(archive, home)
    except (tarfile.TarError, zipfile.BadZipFile) as exc:
        raise RunnerBuildError("fetch", f"{archive}: {exc}") from exc
    return home


def _unpack_tar(archive: Path, home: Path) -> None:
    with tarfile.open(archive) as opened:
        for member in opened.getmembers():
            folder = Path(member.name).parent.name
            source = opened.extractfile(member) if member.isfile() else None
            if folder in ("include", "lib") and source is not None:
                (home / folder / Path(member.name).name).write_bytes(source.read())


def _from_home(home: Path, triple: str, json_include: Path) -> Dependencies:
    include = next(
        (home / n for n in ("include", "headers") if (home / n / HEADER).is_file()), None
    )
    if include is None:
        raise RunnerBuildError(
            "fetch", f"{home}: no include/{HEADER}; is it an ONNX Runtime release?"
        )
    found = sorted(p for p in (home / "lib").glob("libonnxruntime.so*") if not p.is_symlink())
    if not found:
        raise RunnerBuildError("fetch", f"{home}: no lib/libonnxruntime.so")
    # The linker and the loader want it under its soname.
    library = THIRD_PARTY / "home" / triple / pins()["libraries"][triple]["soname"]
    library.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(found[0], library)
    return Dependencies(include, library, json_include)


def _provide_json(environment: Mapping[str, str]) -> Path:
    """Return a folder with nlohmann/json.hpp, alone: a cross build must not see /usr/include."""
    folder = THIRD_PARTY / "include"
    if (folder / "nlohmann" / "json.hpp").is_file():
        return folder
    given = environment.get("NLOHMANN_JSON_INCLUDE")
    for candidate in [Path(given)] if given else [Path("/usr/include"), Path("/usr/local/include")]:
        if (candidate / "nlohmann" / "json.hpp").is_file():
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copytree(candidate / "nlohmann", folder / "nlohmann", dirs_exist_ok=True)
            return folder
    if shutil.which("apt-get") and shutil.which("dpkg-deb"):
        _unpack_json_package(folder)
    if not (folder / "nlohmann" / "json.hpp").is_file():
        raise RunnerBuildError("fetch", f"nlohmann/json.hpp is missing; {_remedy()}")
    return folder


def _unpack_json_package(folder: Path) -> None:
    """Take the header from Debian's package without installing it: that needs no root."""
    with ScratchFolder("json") as scratch:
        run("fetch", ["apt-get", "download", "nlohmann-json3-dev"], cwd=scratch)
        for package in scratch.glob("*.deb"):
            run("fetch", ["dpkg-deb", "-x", str(package), str(scratch)])
        source = scratch / "usr/include/nlohmann"
        if source.is_dir():
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copytree(source, folder / "nlohmann", dirs_exist_ok=True)
