"""What `lint` prints."""

from quad_studio.cli.lint import lines_of
from quad_studio.quad.lint import Finding


def finding(node, message="cut to 8 bits", level="note"):
    return Finding(
        rule="uint16", level=level, component="unet", node=node, message=message, remedy="int16"
    )


def test_that_what_many_nodes_share_is_said_once():
    lines = lines_of([finding(f"matmul_{n}") for n in range(5)])
    assert lines == [
        "note     unet: matmul_0, matmul_1, matmul_2 and 2 more nodes: cut to 8 bits [uint16]",
        "         int16",
    ]


def test_that_different_findings_stay_apart_in_their_order():
    lines = lines_of([finding("a"), finding("b", "other"), finding("c", level="error")])
    assert [line.split(":")[1] for line in lines[::2]] == [" a", " b", " c"]
    assert lines[4].startswith("error ")
