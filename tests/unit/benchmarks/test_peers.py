import sys

import pytest

from benchmarks.peers import environment
from benchmarks.peers.environment import Peer, PeerMissing, environment_folder, python_of
from benchmarks.peers.process import PeerProcess

SCRIPT = """
import sys
sys.path.insert(0, {folder!r})
from _serve import serve, timed

def start(request):
    print("a library that talks")
    return {{"versions": {{"it": "1.0"}}}}

def fail(request):
    raise ValueError("no such thing\\nsecond line")

def die(request):
    print("out of luck", file=sys.stderr)
    sys.stderr.flush()
    import os
    os._exit(3)

serve({{"start": start, "fail": fail, "die": die,
       "add": lambda r: {{"sum": timed(lambda: r["a"] + r["b"])[0]}},
       "count": lambda r: {{"sum": timed(lambda: sum(range(r["to"])))[0]}}}})
"""


@pytest.fixture
def peer(tmp_path):
    script = tmp_path / "peer.py"
    script.write_text(SCRIPT.format(folder=str(environment.FOLDER)))
    return Peer(name="it", script=str(script))


def test_that_a_peer_answers_line_by_line_whatever_its_libraries_print(peer):
    with PeerProcess(peer, {"do": "start"}) as process:
        assert process.facts["versions"] == {"it": "1.0"}
        assert process.ask({"do": "add", "a": 2, "b": 3})["sum"] == 5


def test_that_an_answer_has_the_processor_time_of_its_own_timed_calls(peer):
    with PeerProcess(peer, {"do": "start"}) as process:
        assert "cpu_ms" not in process.facts
        long = process.ask({"do": "count", "to": 1_000_000})["cpu_ms"]
        assert long > 1
        assert process.ask({"do": "add", "a": 2, "b": 3})["cpu_ms"] < long / 10


def test_that_a_peer_that_refuses_says_why_in_one_line_and_goes_on(peer):
    with PeerProcess(peer, {"do": "start"}) as process:
        with pytest.raises(PeerMissing, match="^it: ValueError: no such thing$"):
            process.ask({"do": "fail"})
        assert process.ask({"do": "add", "a": 1, "b": 1})["sum"] == 2


def test_that_a_peer_that_dies_leaves_its_last_words(peer):
    with (
        PeerProcess(peer, {"do": "start"}) as process,
        pytest.raises(PeerMissing, match="^it: ended: out of luck$"),
    ):
        process.ask({"do": "die"})


def test_that_another_pin_makes_another_environment(tmp_path):
    requirements = tmp_path / "x.txt"
    requirements.write_text("a==1\n")
    first = environment_folder(requirements, tmp_path)
    assert environment_folder(requirements, tmp_path) == first
    requirements.write_text("a==2\n")
    assert environment_folder(requirements, tmp_path) != first


def test_that_a_peer_without_requirements_lives_in_the_projects_environment(peer):
    assert str(python_of(peer)) == sys.executable


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_that_what_cannot_be_installed_is_said_and_nothing_half_made_is_kept(tmp_path, monkeypatch):
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements/broken.txt").write_text("./absent-1.0-py3-none-any.whl\n")
    monkeypatch.setattr(environment, "FOLDER", tmp_path)
    peer = Peer(name="it", script="x.py", requirements="broken.txt")
    with pytest.raises(PeerMissing, match=r"it: cannot be installed from broken\.txt: .*absent"):
        python_of(peer, tmp_path / "cache")
    assert not list((tmp_path / "cache").glob("*"))


def test_that_every_peers_script_and_requirements_are_there():
    from benchmarks.peers import known

    peers = [value for value in vars(known).values() if isinstance(value, Peer)]
    assert len(peers) >= 4
    for peer in peers:
        assert (environment.FOLDER / peer.script).is_file()
        if peer.requirements:
            text = (environment.FOLDER / "requirements" / peer.requirements).read_text()
            assert all("==" in line for line in text.split())
