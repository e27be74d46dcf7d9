"""Building the runner where CMake has been before."""

from pathlib import Path

from device.runner_build import forget_moved_cache


def _configured(folder: Path, home: Path) -> Path:
    (folder / "CMakeFiles").mkdir(parents=True)
    cache = folder / "CMakeCache.txt"
    cache.write_text(f"# notes\nCMAKE_CACHEFILE_DIR:INTERNAL={home.as_posix()}\nA:BOOL=ON\n")
    return cache


def test_that_a_moved_checkout_configures_anew(tmp_path: Path) -> None:
    cache = _configured(tmp_path, tmp_path.parent / "elsewhere")
    forget_moved_cache(tmp_path)
    assert not cache.exists()
    assert not (tmp_path / "CMakeFiles").exists()


def test_that_a_checkout_that_stayed_keeps_its_notes(tmp_path: Path) -> None:
    cache = _configured(tmp_path, tmp_path)
    forget_moved_cache(tmp_path)
    assert cache.exists()
    assert (tmp_path / "CMakeFiles").exists()


def test_that_a_first_build_has_nothing_to_forget(tmp_path: Path) -> None:
    forget_moved_cache(tmp_path)
    assert not list(tmp_path.iterdir())
