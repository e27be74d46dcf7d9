"""Batches in threads: results in order, errors and cancelling pass, torch is left as it was."""

import threading

import pytest
import torch

from evaluation.side_by_side import MOST, SideBySide


@pytest.fixture
def four_cores():
    before = torch.get_num_threads()
    torch.set_num_threads(4)
    yield
    torch.set_num_threads(before)


def run(batches, function):
    with SideBySide(1000) as workers:
        return list(workers.in_order(function, iter(batches)))


@pytest.mark.usefixtures("four_cores")
def test_that_results_keep_their_order_whichever_is_ready_first():
    turn = [threading.Event() for _ in range(7)]

    def late(at):
        if at % 2:  # every other one waits for its follower
            assert turn[at + 1].wait(20)
        turn[at].set()
        return at * 10

    assert run(range(7), late) == [0, 10, 20, 30, 40, 50, 60]


@pytest.mark.usefixtures("four_cores")
def test_that_the_first_batch_is_alone_and_the_others_have_a_share_of_the_cores():
    seen = []

    def look(at):
        seen.append((at, threading.current_thread() is threading.main_thread()))
        return torch.get_num_threads()

    threads = run(range(6), look)
    assert seen[0] == (0, True)
    assert not any(main for at, main in seen if at)
    assert threads == [4] + [max(1, 4 // MOST)] * 5
    assert torch.get_num_threads() == 4
    fresh = []
    other = threading.Thread(target=lambda: fresh.append(torch.get_num_threads()))
    other.start()
    other.join()
    assert fresh == [4]


@pytest.mark.usefixtures("four_cores")
def test_that_all_workers_together_hold_what_one_batch_may():
    with SideBySide(1000) as workers:
        shares = []
        for _ in workers.in_order(lambda at: at, iter(range(3))):
            shares.append(workers.share)
    assert shares == [1000, 250, 250]


@pytest.mark.usefixtures("four_cores")
def test_that_an_error_in_a_worker_reaches_the_caller_and_ends_the_threads():
    def fail(at):
        if at == 3:
            raise ValueError("batch 3")
        return at

    with pytest.raises(ValueError, match="batch 3"):
        run(range(9), fail)
    assert not [t for t in threading.enumerate() if t.name.startswith("score")]


def test_that_one_core_needs_no_threads():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        assert run(range(3), lambda at: threading.current_thread().name) == ["MainThread"] * 3
    finally:
        torch.set_num_threads(before)
