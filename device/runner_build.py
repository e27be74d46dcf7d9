"""Build the native runner: `python -m device.runner_build` (what `make runner` calls)."""

import argparse
import hashlib
import json
import os
import re
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from device.errors import DeviceError, RunnerBuildError
from device.runner_dependencies import RUNNER, Dependencies, provide, run, sha256_of
from device.runner_process import host_triple

STAMP = "built.json"
TRIPLES = ("linux-x86_64", "linux-aarch64", "android-arm64")
MAX_JOBS = 4


def build(
    triple: str,
    *,
    archive: Path | None = None,
    sanitize: bool = False,
    tests: bool = False,
    dry_run: bool = False,
    force: bool = False,
) -> Path:
    """Configure and compile; return the program, at once when it is up to date.

    With `dry_run` everything up to the compiler is done and checked, for a toolchain that is not
    here; returned is the program's place.

    Raises:
        RunnerBuildError: What is missing or failed, and the remedy.
    """
    folder = RUNNER / "build" / (f"{triple}-asan" if sanitize else triple)
    program = folder / "quad_runner"
    dependencies = provide(triple, archive=archive)
    stamp = _stamp(dependencies, sanitize, tests)
    if not force and not dry_run and program.is_file() and _read_stamp(folder) == stamp:
        return program
    folder.mkdir(parents=True, exist_ok=True)
    arguments = _configure_arguments(triple, folder, dependencies, sanitize, tests)
    toolchain = _toolchain_problem(triple)
    if dry_run and toolchain is not None:
        _print(f"dry run: {toolchain}")
        _print(f"dry run: would configure with: {' '.join(arguments)}")
        return program
    if toolchain is not None:
        raise RunnerBuildError("configure", toolchain)
    forget_moved_cache(folder)
    run("configure", arguments)
    if dry_run:
        run("build", ["ninja", "-C", str(folder), "-n"])
        return program
    jobs = str(min(MAX_JOBS, os.cpu_count() or 1))
    run("build", ["ninja", "-C", str(folder), "-j", jobs])
    library = folder / dependencies.library.name
    shutil.copyfile(dependencies.library, library)
    if tests:
        run("build", ["ctest", "--test-dir", str(folder), "--output-on-failure"])
    (folder / STAMP).write_text(json.dumps({"stamp": stamp}), "ascii")
    return program


def forget_moved_cache(folder: Path) -> None:
    """Remove CMake's notes where the checkout was moved or copied: CMake refuses another's."""
    cache = folder / "CMakeCache.txt"
    if not cache.is_file():
        return
    homes = re.findall(r"^CMAKE_CACHEFILE_DIR:INTERNAL=(.*)$", cache.read_text("utf-8"), re.M)
    if homes != [folder.as_posix()]:
        cache.unlink()
        shutil.rmtree(folder / "CMakeFiles", ignore_errors=True)


def _configure_arguments(
    triple: str, folder: Path, dependencies: Dependencies, sanitize: bool, tests: bool
) -> list[str]:
    arguments = ["cmake", "-G", "Ninja", "-S", str(RUNNER), "-B", str(folder)]
    arguments += [f"-DQUAD_ORT_INCLUDE={dependencies.include}"]
    arguments += [f"-DQUAD_ORT_LIBRARY={dependencies.library}"]
    arguments += [f"-DQUAD_JSON_INCLUDE={dependencies.json_include}"]
    arguments += [f"-DQUAD_SANITIZE={'ON' if sanitize else 'OFF'}"]
    arguments += [f"-DQUAD_TESTS={'ON' if tests else 'OFF'}"]
    if triple == "linux-aarch64" and host_triple() != triple:
        toolchain = RUNNER / "cmake" / "linux-aarch64.cmake"
        arguments += [f"-DCMAKE_TOOLCHAIN_FILE={toolchain}"]
    if triple == "android-arm64":
        toolchain = Path(_ndk() or "$ANDROID_NDK_HOME") / "build/cmake/android.toolchain.cmake"
        arguments += [f"-DCMAKE_TOOLCHAIN_FILE={toolchain}", "-DANDROID_ABI=arm64-v8a"]
        arguments += ["-DANDROID_PLATFORM=android-28", "-DANDROID_STL=c++_static"]
    return arguments


def _ndk() -> str | None:
    return os.environ.get("ANDROID_NDK_HOME") or os.environ.get("ANDROID_NDK_ROOT")


def _toolchain_problem(triple: str) -> str | None:
    """Say what is missing to compile for `triple`, or None."""
    if triple == "android-arm64":
        ndk = _ndk()
        if ndk is None:
            return "no Android NDK: install one (r26 or later) and set ANDROID_NDK_HOME"
        toolchain = Path(ndk) / "build/cmake/android.toolchain.cmake"
        return None if toolchain.is_file() else f"{toolchain} is missing: is this an NDK?"
    if triple == "linux-aarch64" and host_triple() != triple:
        compiler = shutil.which("aarch64-linux-gnu-g++")
        return None if compiler else "no cross compiler: apt-get install g++-aarch64-linux-gnu"
    if triple != host_triple():
        return f"{triple} cannot be built on {host_triple()}"
    return None


def _stamp(dependencies: Dependencies, sanitize: bool, tests: bool) -> str:
    """Return a hash of everything that decides what the build gives."""
    digest = hashlib.sha256(f"{sanitize} {tests}".encode())
    sources = [RUNNER / "CMakeLists.txt", *sorted((RUNNER / "src").iterdir())]
    sources += sorted(path for path in (RUNNER / "cmake").rglob("*") if path.is_file())
    sources += sorted((RUNNER / "tests").glob("*")) if tests else []
    for path in sources:
        digest.update(path.name.encode() + path.read_bytes())
    digest.update(sha256_of(dependencies.library).encode())
    return digest.hexdigest()


def _read_stamp(folder: Path) -> str | None:
    try:
        return str(json.loads((folder / STAMP).read_text("ascii"))["stamp"])
    except (OSError, ValueError, KeyError):
        return None


def _print(line: str) -> None:
    print(line, file=sys.stderr, flush=True)  # noqa: T201 -- this module is a program


def main(arguments: Sequence[str] | None = None) -> int:
    """Build and print the program's path; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m device.runner_build", description=__doc__)
    parser.add_argument("--triple", choices=TRIPLES, default=host_triple())
    parser.add_argument("--ort-archive", type=Path, help="an official ONNX Runtime release")
    parser.add_argument("--sanitize", action="store_true", help="with ASan and UBSan")
    parser.add_argument("--tests", action="store_true", help="build and run the C++ tests too")
    parser.add_argument("--dry-run", action="store_true", help="all but the compiler")
    parser.add_argument("--force", action="store_true", help="even when it is up to date")
    given = parser.parse_args(arguments)
    try:
        program = build(
            given.triple,
            archive=given.ort_archive,
            sanitize=given.sanitize,
            tests=given.tests,
            dry_run=given.dry_run,
            force=given.force,
        )
    except DeviceError as error:
        _print(str(error))
        return error.exit_code
    print(program)  # noqa: T201 -- its answer
    return 0


if __name__ == "__main__":
    sys.exit(main())
