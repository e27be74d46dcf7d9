import random

import pytest

from quad_studio.cluster.leases import LeaseBook


def book(rows=8, *, most_losses=2, **more):
    return LeaseBook({"a": range(rows), **more}, most_losses=most_losses)


def test_that_a_phone_alone_gets_every_row_in_the_plans_order():
    leases = book()
    order = []
    while (lease := leases.next("p", "a")) is not None:
        order.append(lease.row)
        assert leases.done(lease)
    assert order == list(range(8))
    assert leases.finished


def test_that_a_phone_that_joins_takes_the_back_half_of_the_longest_stretch():
    leases = book(9)
    first = leases.next("p", "a")
    second = leases.next("q", "a")
    third = leases.next("r", "a")
    assert (first.row, second.row, third.row) == (0, 5, 3)
    assert leases.next("p", "a").row == 1
    assert leases.next("q", "a").row == 6


def test_that_rows_of_one_target_never_go_to_phones_of_another():
    leases = LeaseBook({"a": [0], "b": [1]}, most_losses=1)
    assert leases.next("p", "a").row == 0
    assert leases.next("p", "a") is None
    assert leases.next("q", "b").row == 1


def test_that_what_a_lost_phone_had_is_run_by_others_once():
    leases = book(6)
    kept = leases.next("p", "a")
    gone = [leases.next("q", "a"), leases.next("q", "a")]
    assert leases.phone_lost("q") == gone
    assert leases.done(kept)
    seen = [kept.row]
    while (lease := leases.next("p", "a")) is not None:
        seen.append(lease.row)
        assert leases.done(lease)
    assert sorted(seen) == list(range(6))
    assert leases.finished


def test_that_a_late_answer_of_a_lost_phone_is_not_recorded():
    leases = book(2)
    late = leases.next("p", "a")
    leases.phone_lost("p")
    again = leases.next("q", "a")
    assert again.row == late.row
    assert not leases.done(late)
    assert leases.done(again)
    assert not leases.done(again)
    assert leases.left("a") == 1


def test_that_a_row_that_brings_phones_down_is_given_up():
    leases = book(2, most_losses=1)
    assert leases.lost(leases.next("p", "a"))
    other = leases.next("p", "a")
    assert other.row == 1
    assert leases.done(other)
    poison = leases.next("q", "a")
    assert poison.row == 0
    assert not leases.lost(poison)
    assert leases.given_up == (("a", 0),)
    assert leases.finished


def test_that_a_row_that_only_waited_at_a_lost_phone_is_not_blamed():
    leases = book(2, most_losses=0)
    leases.next("p", "a"), leases.next("p", "a")
    leases.phone_lost("p")
    assert leases.given_up == (("a", 0),)
    assert leases.next("q", "a").row == 1


def test_that_a_target_without_phones_can_be_given_up_alone():
    leases = LeaseBook({"a": [0, 1, 2], "b": [3]}, most_losses=1)
    running = leases.next("p", "a")
    assert leases.give_up("a") == [0, 1, 2]
    assert not leases.done(running)
    assert not leases.finished
    assert leases.done(leases.next("q", "b"))
    assert leases.finished


@pytest.mark.parametrize("seed", range(20))
def test_that_every_row_is_recorded_once_whatever_is_lost(seed):
    dice = random.Random(seed)
    leases = LeaseBook({"a": range(40), "b": range(25)}, most_losses=10**6)
    recorded, out, number = [], [], 0
    phones = {f"{target}{n}": target for target in "ab" for n in range(3)}
    while not leases.finished:
        name = dice.choice(sorted(phones))
        lease = leases.next(name, phones[name])
        out += [lease] if lease else []
        if out and dice.random() < 0.7:
            lease = out.pop(dice.randrange(len(out)))
            if leases.done(lease):
                recorded.append((lease.target, lease.row))
        if dice.random() < 0.1:
            lost = dice.choice(sorted(phones))
            leases.phone_lost(lost)  # its answers may still come: they stay in `out`
            number += 1
            target = phones.pop(lost)
            phones[f"{target}-{number}"] = target
    expected = [("a", row) for row in range(40)] + [("b", row) for row in range(25)]
    assert sorted(recorded) == expected
