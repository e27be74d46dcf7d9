import pytest

from quad_studio.quad.sites import PlaceSitesInput, place_sites

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


def network(forward_of):
    """Return a module of two convolutions whose forward is `forward_of(first, second, x)`."""
    import torch
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.first, self.second = nn.Conv2d(2, 3, 1), nn.Conv2d(3, 2, 3, padding=1)

        def forward(self, x):
            return forward_of(self.first, self.second, x)

    torch.manual_seed(0)
    return Net().eval().requires_grad_(False)


@pytest.mark.parametrize(
    ("name", "forward_of", "folded"),
    [
        ("before a layer", lambda a, b, x: b(a(x * 0.25)), 1),
        ("behind a layer", lambda a, b, x: b(a(x)) / 3.0, 1),
        ("between two layers", lambda a, b, x: b(a(x).flip(0).clone() * 2.0), 1),
        ("read twice", lambda a, b, x: (x * 0.5) + a(x * 0.5)[:, :2], 1),
    ],
)
def test_that_a_folded_scale_computes_the_same(name, forward_of, folded):
    import torch

    x = torch.randn(1, 2, 4, 4, generator=torch.Generator().manual_seed(1))
    net = network(forward_of)
    weight = net.first.weight.clone()
    program = place_sites(PlaceSitesInput(net, {"x": x})).program
    assert program.folded_scales == folded
    assert (program.run({"x": x}) - net(x)).abs().max() < 1e-5
    assert (net.first.weight == weight).all()


def test_that_folding_can_be_switched_off():
    import torch

    x = torch.randn(1, 2, 4, 4)
    net = network(lambda a, b, x: b(a(x * 0.25)))
    program = place_sites(PlaceSitesInput(net, {"x": x}, fold_scales=False)).program
    assert program.folded_scales == 0
    assert any(site.operation == "mul" for site in program.sites.values())
