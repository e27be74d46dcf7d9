import pytest

from quad_studio.errors import UsageProblem
from quad_studio.sessions.requests import COMMANDS, KEYS, item_of, parse_line, settings_of
from tests.fakes.use_case_inputs import write_picture


def test_that_words_and_json_say_the_same():
    words = parse_line('transform image=a.png prompt="in noto style" seed=3 strength=0.5')
    data = parse_line(
        '{"use_case": "transform", "image": "a.png", "prompt": "in noto style", "seed": 3,'
        ' "strength": 0.5, "mask": null}'
    )
    assert words == data
    assert words.values["seed"] == 3
    assert settings_of(words) == {"strength": 0.5}
    assert not words.is_command


def test_that_blank_lines_and_comments_are_nothing():
    assert parse_line("  \n") is None
    assert parse_line("# a note") is None


def test_that_a_command_takes_the_rest_as_its_argument():
    assert parse_line("save my folder").argument == "my folder"
    assert parse_line("again seed=4 steps=2").values == {"seed": 4, "steps": 2}
    assert parse_line('{"command": "evict", "argument": "lcm"}').argument == "lcm"
    assert all(parse_line(name).is_command for name in COMMANDS)


def test_that_extra_adapters_are_a_list():
    expected = ["lcm:0.8", "sketch"]
    assert parse_line("portrait extra_adapters=lcm:0.8,sketch").values["extra_adapters"] == expected
    data = parse_line('{"use_case": "portrait", "extra_adapters": ["lcm:0.8", "sketch"]}')
    assert settings_of(data) == {"extra_adapters": expected}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("transfrom", "did you mean 'transform'"),
        ("xyzzy", "there are: object_removal"),
        ("transform fast", "write KEY=VALUE"),
        ("transform sed=1", "did you mean 'seed'"),
        ("transform seed=1.5", "seed='1.5': a whole number was expected"),
        ("transform guidance=high", "a number was expected"),
        ('transform prompt="open', "cannot read the line"),
        ("{", "is not JSON"),
        ("{}", 'has neither "use_case" nor "command"'),
        ('{"use_case": "transform", "seed": true}', "a whole number was expected"),
    ],
)
def test_that_a_line_that_cannot_be_understood_says_what_could_be_meant(line, said):
    with pytest.raises(UsageProblem, match=said):
        parse_line(line)


def test_that_pictures_are_found_beside_the_caller(tmp_path):
    write_picture(tmp_path / "a.png")
    item = item_of(parse_line("transform image=a.png prompt=x"), 7, tmp_path)
    assert (item.id, item.image, item.seed) == ("request-0007", tmp_path / "a.png", 0)
    with pytest.raises(UsageProblem, match=r"image=b\.png: no such file"):
        item_of(parse_line("transform image=b.png"), 1, tmp_path)
    assert len(set(KEYS)) == len(KEYS)
