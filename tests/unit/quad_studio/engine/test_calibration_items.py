from types import SimpleNamespace

import numpy as np
import pytest
import torch

from quad_studio.engine.calibration_items import encode_item


class FakeVae:
    """Gives a picture and its first channel again as latents, at half its size."""

    config = SimpleNamespace(scaling_factor=0.5)

    def encode(self, image):
        mean = torch.cat([image, image[:, :1]], 1)[:, :, ::2, ::2]
        return SimpleNamespace(latent_dist=SimpleNamespace(mean=mean))


def read_only(*shape):
    array = np.ones(shape, np.float32)
    array.flags.writeable = False
    return array


@pytest.mark.filterwarnings("error:The given NumPy array is not writable")
def test_that_arrays_that_must_not_be_written_are_copied_without_a_warning():
    prepared = SimpleNamespace(
        input_ids=np.zeros((1, 3), np.int64),
        masked_image=read_only(1, 3, 8, 8),
        image=None,
        mask=read_only(1, 1, 4, 4),
        noise=read_only(2, 4, 4, 4).copy(),
        pictures=SimpleNamespace(truth=None),
        item=SimpleNamespace(id="one"),
    )
    loaded = SimpleNamespace(vae=FakeVae(), text_encoder=lambda ids: [torch.zeros(1, 3, 2)])
    encoded = encode_item(loaded, prepared)
    assert encoded.item.conditioning.shape == (1, 5, 4, 4)
    assert float(encoded.item.conditioning[0, 0].min()) == 1.0  # the mask, as it was
    assert float(encoded.item.conditioning[0, 1:].max()) == 0.5  # scaled latents
    assert encoded.item.noise.shape == (1, 4, 4, 4)
