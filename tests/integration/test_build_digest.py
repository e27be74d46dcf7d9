"""The digest of the build's code against what a build really loads."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from quad_studio.engine.code_digest import ENTRY, LEFT_OUT, PACKAGES, modules_behind
from tests.fakes.tiny_project import write_tiny_project

ROOT = Path(__file__).parents[2]
ASSEMBLE = """
import json, sys
from pathlib import Path
from quad_studio.cancel import CancelToken
from quad_studio.config import load_project
from quad_studio.engine.build_files import assemble
from quad_studio.engine.builder import Builder

folder = Path(sys.argv[1])
builder = Builder(
    load_project(folder / "project.toml"), folder, emit=lambda e: None, cancel=CancelToken()
)
assemble(builder, folder / "bundle")
print(json.dumps(sorted(sys.modules)))
"""


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_that_all_that_a_build_loads_is_in_the_digest(tmp_path):
    write_tiny_project(tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", ASSEMBLE, str(tmp_path)], capture_output=True, text=True, check=True
    )
    loaded = {n for n in json.loads(done.stdout) if n.partition(".")[0] in PACKAGES}
    assert len(loaded) > 40
    assert loaded - set(modules_behind(ENTRY, ROOT)) - LEFT_OUT == set()
