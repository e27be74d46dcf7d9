import numpy as np
import pytest

from evaluation.errors import ImageShapeError
from evaluation.metrics.lpips import Net, load_net, lpips, lpips_map
from evaluation.torchvision_schemas import register
from evaluation.weights import LPIPS_ALEX, LPIPS_VGG, missing_because
from tests.unit.evaluation.pairs import astronaut_and_coffee, check_values, chelsea

pytestmark = [
    pytest.mark.skipif(
        missing_because(LPIPS_ALEX, LPIPS_VGG) is not None,
        reason=str(missing_because(LPIPS_ALEX, LPIPS_VGG)),
    ),
    pytest.mark.timeout(120),
]


@pytest.mark.slow
@pytest.mark.parametrize("net", ["alex", "vgg"])
def test_that_published_values_are_reproduced(net: Net):
    expected = check_values()["lpips_v0.1"]
    assert lpips(*chelsea(), net=net)[0] == pytest.approx(expected["chelsea"][net], abs=2e-6)
    assert lpips(*astronaut_and_coffee(), net=net)[0] == pytest.approx(
        expected["astro_coffee"][net], abs=2e-6
    )


@pytest.mark.slow
@pytest.mark.parametrize(("net", "prefix"), [("alex", "net.slice"), ("vgg", "net.slice")])
def test_that_the_lpips_package_with_the_same_trunk_agrees(net: Net, prefix: str):
    register()
    import torch
    from lpips import LPIPS

    peer = LPIPS(net=net, pnet_rand=True, verbose=False).eval()
    convolutions = [m for m in peer.net.modules() if isinstance(m, torch.nn.Conv2d)]
    trunk, heads = load_net(net, "cpu")
    with torch.no_grad():
        for layer, (kernel, bias) in zip(convolutions, trunk, strict=True):
            layer.weight.copy_(kernel)
            layer.bias.copy_(bias)
    for at, head in enumerate(heads):
        assert torch.equal(getattr(peer, f"lin{at}").model[1].weight.flatten(), head)
    rng = np.random.default_rng(3)
    first, second = rng.random((2, 2, 64, 80, 3)).astype(np.float32)
    with torch.no_grad():
        tensors = [torch.from_numpy(batch).permute(0, 3, 1, 2) for batch in (first, second)]
        expected = peer(*tensors, normalize=True).flatten().numpy()
    assert lpips(first, second, net=net) == pytest.approx(expected, rel=1e-5)


def test_that_equal_images_have_distance_zero_and_an_empty_map():
    image = np.random.default_rng(0).random((1, 64, 64, 3)).astype(np.float32)
    assert lpips(image, image).tolist() == [0.0]
    assert lpips_map(image, image).max() == 0.0


def test_that_the_map_is_large_where_the_images_differ():
    first = np.full((1, 128, 128, 3), 0.5, np.float32)
    second = first.copy()
    second[0, 80:110, 80:110] = np.random.default_rng(0).random((30, 30, 3))
    spatial = lpips_map(first, second)[0]
    assert spatial.shape == (128, 128)
    assert spatial[80:110, 80:110].mean() > 5 * spatial[:40, :40].mean()


def test_that_an_image_smaller_than_the_trunk_is_refused():
    with pytest.raises(ImageShapeError, match="at least"):
        lpips(np.zeros((1, 16, 16, 3), np.float32), np.zeros((1, 16, 16, 3), np.float32))
