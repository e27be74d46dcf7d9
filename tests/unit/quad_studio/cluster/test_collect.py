"""The collector on a made-up pool whose phones are lost as a script says."""

import json
from dataclasses import dataclass, field, replace

import pytest

from device.targets import TargetDescription
from quad_studio.cancel import CancelToken
from quad_studio.cluster.answers import PackedRow, PhoneFault, PhoneOpened
from quad_studio.cluster.collect import (
    Answered,
    ClusterCollector,
    ClusterRequest,
    Gone,
    Ready,
    Refused,
)
from quad_studio.errors import Cancelled, DeviceProblem
from quad_studio.events import DeviceChanged, RowFinished
from quad_studio.runs import RunWriter, load_run
from quad_studio.sessions.order import PlannedRow
from quad_studio.use_cases.item import InputItem
from quad_studio.use_cases.settle import TaskSettings

SETTINGS = TaskSettings(
    use_case="transform", adapters=(("transform", 1.0),), sampler="ddim", steps=2, guidance=1.0
)


def planned(count):
    return [
        PlannedRow(index=n, settings=SETTINGS, item=InputItem(id=f"t-{n}", seed=n))
        for n in range(count)
    ]


def key_of(target, row):
    return f"{target}-{row.index}"


@dataclass
class FakePool:
    """Answers one lease a poll and phone; `script` maps (phone, row) to what happens instead."""

    phones: dict
    script: dict = field(default_factory=dict)
    later: list = field(default_factory=list)
    waiting: list = field(default_factory=list)
    news: list = field(default_factory=list)
    dropped: list = field(default_factory=list)
    served: list = field(default_factory=list)
    providers: dict = field(default_factory=dict)
    time: float = 0.0

    def __post_init__(self):
        self.news = [self.ready(phone) for phone in self.phones]

    def ready(self, phone):
        description = TargetDescription(name=self.phones[phone], kind="virtual", label="a phone")
        return Ready(phone, PhoneOpened(description=description, opens=phone, host="h"))

    def poll(self, timeout_s):
        self.time += timeout_s
        news, self.news = self.news, []
        busy = set()
        for lease in list(self.waiting):
            if lease.phone in busy or lease.phone not in self.phones:
                continue
            busy.add(lease.phone)
            self.waiting.remove(lease)
            news.append(self.answer(lease))
        for moment, phone, target in list(self.later):
            if self.time >= moment:
                self.later.remove((moment, phone, target))
                self.phones[phone] = target
                news.append(self.ready(phone))
        return news

    def answer(self, lease):
        happens = self.script.pop((lease.phone, lease.row), None)
        if happens == "gone":
            return Gone(lease.phone, self.phones.pop(lease.phone), "the host is lost")
        if isinstance(happens, PhoneFault):
            return Answered(lease, happens)
        self.served.append((lease.phone, lease.row))
        name = f"images/candidate/{lease.target[-1]}{lease.row}.png"
        row = {"schema": "quad-studio/row/1", "key": f"{lease.target}-{lease.row}"}
        row |= {"index": lease.row, "target": lease.target, "status": "ok", "latents": None}
        return Answered(lease, PackedRow(row=row, files={name: b"png"}))

    def submit(self, lease, row, provider):
        assert row.index == lease.row
        self.providers[lease.row] = provider
        self.waiting.append(lease)

    def reopen(self, phone):
        self.news.append(self.ready(phone))

    def drop(self, phone):
        self.phones.pop(phone, None)
        self.dropped.append(phone)

    def hopeful(self, target):
        return target in self.phones.values()

    def announced(self):
        return {"virtual:b": 1}


def collect(pool, folder, *, rows=12, targets=("virtual:a",), recorded=(), events=None, **more):
    cancel = CancelToken()
    seen = [] if events is None else events
    request = ClusterRequest(
        targets=targets, rows=planned(rows), key_of=key_of, recorded=frozenset(recorded), **more
    )
    collector = ClusterCollector(
        request, pool, emit=seen.append, cancel=cancel, clock=lambda: pool.time
    )
    collector.wait_for_phones()
    with RunWriter(folder, {"run_id": "r", "created_at": ""}) as writer:
        outcome = collector.run(writer)
    lines = (folder / "results.jsonl").read_text().splitlines()
    keys = [json.loads(line)["key"] for line in lines]
    assert len(set(keys)) == len(keys)
    return outcome, keys, collector


def all_keys(count, *targets):
    return sorted(f"{target}-{n}" for target in targets for n in range(count))


def test_that_two_phones_of_a_target_share_its_rows_and_both_targets_get_all(tmp_path):
    pool = FakePool({"a1": "virtual:a", "a2": "virtual:a", "b1": "virtual:b"})
    outcome, keys, _ = collect(pool, tmp_path, targets=("virtual:a", "virtual:b"))
    assert sorted(keys) == all_keys(12, "virtual:a", "virtual:b")
    assert outcome.codes == []
    assert outcome.phones["b1"] == 12
    assert min(outcome.phones["a1"], outcome.phones["a2"]) >= 5
    assert (tmp_path / "images/candidate/a3.png").read_bytes() == b"png"


def test_that_a_lost_host_costs_no_row_and_doubles_none(tmp_path):
    pool = FakePool({"a1": "virtual:a", "a2": "virtual:a"}, script={("a2", 8): "gone"})
    events = []
    outcome, keys, collector = collect(pool, tmp_path, events=events)
    assert sorted(keys) == all_keys(12, "virtual:a")
    assert outcome.reasons == []
    lost = [e for e in events if isinstance(e, DeviceChanged) and e.state == "lost"]
    assert [e.target for e in lost] == ["a2"]
    assert set(collector.phones) == {"a1", "a2"}
    finished = [e.done for e in events if isinstance(e, RowFinished)]
    assert finished == list(range(1, 13))


def test_that_a_phone_that_comes_back_goes_on(tmp_path):
    away = PhoneFault(message="unplugged")
    pool = FakePool({"a1": "virtual:a"}, script={("a1", 3): away})
    outcome, keys, _ = collect(pool, tmp_path)
    assert sorted(keys) == all_keys(12, "virtual:a")
    assert outcome.codes == []


def test_that_a_phone_lost_again_and_again_is_left_out(tmp_path):
    away = PhoneFault(message="unplugged")
    script = {("a1", n): away for n in range(12)}
    pool = FakePool({"a1": "virtual:a", "a2": "virtual:a"}, script=script)
    outcome, keys, _ = collect(pool, tmp_path, infra_retries=1)
    assert pool.dropped == ["a1"]
    assert sorted(keys) == all_keys(12, "virtual:a")
    assert outcome.codes == []


def test_that_a_row_that_every_phone_loses_is_said_and_the_rest_recorded(tmp_path):
    script = {(phone, 0): "gone" for phone in ("a1", "a2", "a3")}
    pool = FakePool({"a1": "virtual:a"}, script=script)
    pool.later = [(2.0, "a2", "virtual:a"), (6.0, "a3", "virtual:a"), (9.0, "a4", "virtual:a")]
    outcome, keys, _ = collect(pool, tmp_path, infra_retries=2)
    assert sorted(keys) == sorted(set(all_keys(12, "virtual:a")) - {"virtual:a-0"})
    assert outcome.codes == [3]
    assert "row 0 was not recorded" in outcome.reasons[0]


def test_that_a_target_whose_last_phone_is_lost_ends_with_3_and_the_others_go_on(tmp_path):
    pool = FakePool({"a1": "virtual:a", "b1": "virtual:b"}, script={("a1", 2): "gone"})
    targets = ("virtual:a", "virtual:b")
    outcome, keys, _ = collect(pool, tmp_path, targets=targets, patience_s=5.0)
    assert [key for key in keys if key.startswith("virtual:b")] == [
        f"virtual:b-{n}" for n in range(12)
    ]
    assert 3 in outcome.codes
    assert any("no host of the cluster lends such a phone" in r for r in outcome.reasons)


def test_that_a_host_that_joins_while_all_wait_takes_over(tmp_path):
    pool = FakePool({"a1": "virtual:a"}, script={("a1", 2): "gone"})
    pool.later = [(4.0, "a2", "virtual:a")]
    outcome, keys, _ = collect(pool, tmp_path, patience_s=60.0)
    assert sorted(keys) == all_keys(12, "virtual:a")
    assert outcome.codes == []


def test_that_rows_of_a_former_try_are_not_run_again(tmp_path):
    pool = FakePool({"a1": "virtual:a"})
    former = [f"virtual:a-{n}" for n in range(5)]
    _, keys, _ = collect(pool, tmp_path, recorded=former)
    assert keys == [f"virtual:a-{n}" for n in range(5, 12)]


def test_that_an_answer_after_the_loss_is_not_recorded_twice(tmp_path):
    class LatePool(FakePool):
        def answer(self, lease):
            found = super().answer(lease)
            if lease.phone == "a1" and lease.row == 4 and not self.dropped:
                self.dropped.append("a1")
                self.news.append(found)  # the answer was on its way when the phone went
                return Gone("a1", self.phones.pop("a1"), "the host is lost")
            return found

    pool = LatePool({"a1": "virtual:a", "a2": "virtual:a"})
    _, keys, _ = collect(pool, tmp_path)
    assert sorted(keys) == all_keys(12, "virtual:a")
    assert pool.served.count(("a1", 4)) == 1
    assert pool.served.count(("a2", 4)) == 1


def test_that_nothing_starts_without_a_phone_of_every_target(tmp_path):
    pool = FakePool({"b1": "virtual:b"})
    with pytest.raises(DeviceProblem, match=r"announced: 1 x virtual:b.*ray start --resources"):
        collect(pool, tmp_path, targets=("virtual:a", "virtual:b"), patience_s=3.0)
    assert not (tmp_path / "results.jsonl").exists()


def test_that_a_phone_that_does_not_open_says_why(tmp_path):
    pool = FakePool({"a1": "virtual:a"})
    fault = PhoneFault(message="h: has QUAD Studio 0.0.9", exit_code=2, lasting=True)
    pool.news = [Refused("a1", "virtual:a", fault)]
    with pytest.raises(DeviceProblem, match=r"has QUAD Studio 0\.0\.9"):
        collect(pool, tmp_path, patience_s=3.0)


def test_that_cancelling_stops_between_polls_and_keeps_rows(tmp_path):
    pool = FakePool({"a1": "virtual:a"})
    cancel = CancelToken()

    def stop_at_four(event):
        if isinstance(event, RowFinished) and event.done == 4:
            cancel.cancel()

    request = ClusterRequest(
        targets=("virtual:a",), rows=planned(12), key_of=key_of, recorded=frozenset()
    )
    collector = ClusterCollector(
        replace(request), pool, emit=stop_at_four, cancel=cancel, clock=lambda: pool.time
    )
    collector.wait_for_phones()
    with RunWriter(tmp_path, {"run_id": "r"}) as writer, pytest.raises(Cancelled):
        collector.run(writer)
    assert len(load_run(tmp_path).rows) == 4


def test_that_rows_that_are_emulated_come_first_with_their_provider(tmp_path):
    pool = FakePool({"a1": "virtual:a"})
    providers = {9: "qnn", **{n: "cpu" for n in range(12) if n != 9}}
    _, keys, _ = collect(pool, tmp_path, providers_of=lambda description: providers)
    assert keys[0] == "virtual:a-9"
    assert pool.providers == providers
