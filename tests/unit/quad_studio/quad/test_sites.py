import pytest

from quad_studio.errors import StageError
from quad_studio.quad.sites import PlaceSitesInput, place_sites

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


def placed(forward, **options):
    """Place sites on a module of one Linear-free convolution pair and return the program."""
    import torch
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv, self.norm = nn.Conv2d(2, 4, 1), nn.GroupNorm(2, 4)

        def forward(self, x):
            return forward(self, x)

    net = Net().eval().requires_grad_(False)
    example = {"x": torch.randn(1, 2, 4, 4, generator=torch.Generator().manual_seed(0))}
    return net, example, place_sites(PlaceSitesInput(net, example, **options)).program


def operations(program, kind="activation"):
    return [site.operation for site in program.sites.values() if site.kind == kind]


def test_that_every_computed_tensor_has_a_site_and_no_moved_one():
    import torch

    net, example, program = placed(
        lambda net, x: torch.nn.functional.silu(net.norm(net.conv(x))).permute(0, 2, 3, 1)
    )
    assert operations(program) == ["conv2d", "group_norm", "mul", "add", "sigmoid", "mul"]
    assert operations(program, "weight") == ["weight"]
    assert operations(program, "constant") == ["constant", "constant"]
    assert operations(program, "input") == ["input"]
    assert (program.run(example) - net(**example)).abs().max() < 1e-6


def test_that_a_layer_and_its_relu_share_a_site():
    import torch

    _, _, program = placed(lambda net, x: torch.relu(net.conv(x)))
    assert operations(program) == ["relu"]


def test_that_halves_of_a_concatenation_keep_own_sites_and_sixteen_bits():
    import torch

    _, _, program = placed(lambda net, x: torch.cat([net.conv(x), net.conv(x * 9.0) + 1.0], 1))
    (joined,) = [s for s in program.sites.values() if s.operation == "cat"]
    assert joined.always_16_bit
    assert len(set(joined.reads)) == 2


def test_that_weights_only_leaves_activations_in_floats():
    _, _, program = placed(lambda net, x: net.norm(net.conv(x)), weights_only=True)
    assert {site.kind for site in program.sites.values()} == {"weight"}


def test_that_names_are_module_path_and_operation():
    _, _, program = placed(lambda net, x: net.conv(x) + net.conv(x))
    assert list(program.sites) == [
        "x",
        "conv:conv2d.weight",
        "conv:conv2d",
        "conv:conv2d.weight#2",
        "conv:conv2d#2",
        ":add",
    ]


def test_that_a_clone_does_not_share_weights():
    _, _, program = placed(lambda net, x: net.conv(x))
    made = program.clone()
    next(made.module.parameters()).data.zero_()
    assert next(program.module.parameters()).abs().sum() > 0


def test_that_flow_which_depends_on_data_is_refused():
    with pytest.raises(StageError, match="could not trace"):
        placed(lambda net, x: net.conv(x) if x.sum() > 0 else x)
