import pytest

from quad_studio.engine.build_clock import DEMO, BuildClock, keep_marks, read_marks
from quad_studio.events import StageFinished, StageProgress, StageStarted

RULER = (
    ("load#1 begins", 0.0),
    ("load#1 ends", 10.0),
    ("score#1 begins", 10.0),
    ("trace#1 begins", 12.0),
    ("trace#1 ends", 72.0),
    ("score#1 ends", 90.0),
    ("export#1 begins", 90.0),
    ("export#1 ends", 100.0),
)


class Build:
    """A build whose time passes when it is told to."""

    def __init__(self, marks=RULER):
        self.time, self.told, self.events = 0.0, [], []
        self.clock = BuildClock(self.take, marks, lambda: self.time)

    def take(self, event):
        self.events.append(event)
        if isinstance(event, StageProgress) and event.stage == "build":
            share = 100 * event.done // event.total
            self.told.append((share, None if event.eta_s is None else round(event.eta_s)))

    def begin(self, stage):
        self.clock(StageStarted(stage=stage))

    def end(self, stage, *, skipped=False):
        self.clock(StageFinished(stage=stage, seconds=0.0, skipped=skipped))

    def progress(self, stage, done, total):
        self.clock(StageProgress(stage=stage, done=done, total=total))


@pytest.fixture
def build():
    return Build()


def test_that_a_build_twice_as_slow_as_the_last_takes_twice_as_long(build):
    build.begin("load")
    build.time = 20.0
    build.end("load")
    assert build.told[-1] == (10, 180)
    build.begin("score")
    build.begin("trace")
    build.time = 84.0
    build.progress("trace", 1, 2)
    assert build.told[-1] == (42, 116)


def test_that_a_stage_that_is_up_to_date_moves_the_build_on_but_shows_no_speed(build):
    build.begin("load")
    build.time = 10.0
    build.end("load")
    build.end("score", skipped=True)
    assert build.told[-1] == (90, 10)


def test_that_progress_never_goes_back_and_is_never_whole_before_the_end(build):
    for stage in ("load", "score", "export"):
        build.begin(stage)
        build.time += 5.0
        build.end(stage)
    build.begin("trace")  # later than in the last build
    build.end("trace")
    places = [place for place, _ in build.told]
    assert places == sorted(places)
    assert places[-1] == 99


def test_that_every_event_is_passed_on_and_unknown_stages_change_nothing(build):
    build.begin("something new")
    build.progress("something new", 1, 2)
    build.end("something new")
    assert len(build.events) == 3
    assert build.told == []


def test_that_a_first_build_is_measured_by_the_demos_once_its_speed_is_known():
    build = Build(DEMO)
    build.begin("load")
    build.time = 30.0
    build.end("load")
    assert build.told[-1][1] is None  # imports say nothing of the speed
    for stage in ("restructure", "sites", "sensitivity", "trajectories", "trajectory"):
        build.begin(stage)
    build.time = 60.0
    build.end("trajectory")
    (place, rest) = build.told[-1]
    assert 0 < place < 50
    assert rest > 60


def test_that_the_marks_of_a_whole_build_are_kept_for_the_next(tmp_path):
    build = Build()
    for stage in ("load", "score", "trace", "export"):
        build.begin(stage)
        build.time += 3.0
        build.end(stage)
    keep_marks(tmp_path, build.clock)
    assert dict(read_marks(tmp_path))["export#1 ends"] == 12.0


def test_that_a_build_that_skipped_stages_does_not_replace_the_ruler(tmp_path):
    first = Build()
    for stage in ("load", "score", "trace", "export"):
        first.begin(stage)
        first.time += 3.0
        first.end(stage)
    keep_marks(tmp_path, first.clock)
    second = Build()
    second.end("score", skipped=True)
    keep_marks(tmp_path, second.clock)
    assert dict(read_marks(tmp_path))["score#1 ends"] == 6.0


def test_that_a_damaged_file_of_marks_is_no_error(tmp_path):
    (tmp_path / "timeline.json").write_text('{"schema": "quad-studio/timeline/1", "marks": [3]}')
    assert read_marks(tmp_path) == DEMO
