"""Start the autoencoder as a resampler, so that training only has to add the detail.

At the start the latents are the three colours at half size plus the left-right difference of
brightness, and the decoder enlarges the colours. All residual branches start near zero. The last
normalisation of each half would rescale the signal; constants of size K beside it in the same
group pin the group's variance, and the pair x, -x passes SiLU unbent: silu(x) - silu(-x) = x.
"""

from __future__ import annotations

from typing import Any, Final

PIN: Final = 4.0
RESIDUAL: Final = 0.05
SMALL: Final = 0.02
COLOURS: Final = 3
LATENTS: Final = 4
LOG_VARIANCE: Final = -18.0


def start_as_resampler(vae: Any) -> Any:
    """Overwrite an untrained demo autoencoder's weights and return it.

    Expects two levels, 3 colours, 4 latents and 8 groups: groups of 8 and 4 channels at the ends.
    """
    import torch

    with torch.no_grad():
        for module in vae.modules():
            if type(module).__name__ == "ResnetBlock2D":
                module.conv2.weight.mul_(RESIDUAL)
                module.conv2.bias.zero_()
        _start_encoder(vae.encoder)
        _start_decoder(vae.decoder)
        for convolution in (vae.quant_conv, vae.post_quant_conv):
            convolution.weight.zero_()
            convolution.bias.zero_()
            for channel in range(LATENTS):
                convolution.weight[channel, channel] = 1.0
        vae.quant_conv.bias[LATENTS:] = LOG_VARIANCE
    return vae


def _start_encoder(encoder: Any) -> None:
    entry = encoder.conv_in
    _clear(entry, COLOURS)
    for colour in range(COLOURS):
        entry.weight[colour, colour, 1, 1] = 1.0
    shrink = encoder.down_blocks[0].downsamplers[0].conv
    _clear(shrink, LATENTS)
    for colour in range(COLOURS):
        shrink.weight[colour, colour, :2, :2] = 0.25
        shrink.weight[COLOURS, colour, :2, 0] = 0.5 / COLOURS
        shrink.weight[COLOURS, colour, :2, 1] = -0.5 / COLOURS
    _pin(encoder.down_blocks[1].resnets[0].conv_shortcut, LATENTS, group=8)
    encoder.conv_out.weight[:LATENTS].mul_(SMALL)
    _read(encoder, LATENTS, group=8)


def _start_decoder(decoder: Any) -> None:
    entry = decoder.conv_in
    _clear(entry, LATENTS)
    enlarge = decoder.up_blocks[0].upsamplers[0].conv
    _clear(enlarge, LATENTS)
    for channel in range(LATENTS):
        entry.weight[channel, channel, 1, 1] = 1.0
        enlarge.weight[channel, channel, 1, 1] = 1.0
    _pin(decoder.up_blocks[1].resnets[0].conv_shortcut, COLOURS, group=4)
    decoder.conv_out.weight.mul_(SMALL)
    _read(decoder, COLOURS, group=4)


def _clear(convolution: Any, channels: int) -> None:
    convolution.weight[:channels].zero_()
    convolution.bias[:channels].zero_()


def _pin(shortcut: Any, signals: int, *, group: int) -> None:
    """Give each signal a group of its own: x, -x, and constants of alternating sign."""
    for signal in range(signals):
        first = group * signal
        shortcut.weight[first : first + group].zero_()
        shortcut.bias[first : first + group].zero_()
        shortcut.weight[first, signal] = 1.0
        shortcut.weight[first + 1, signal] = -1.0
        constants = 4 if group == 8 else 2
        for offset in range(constants):
            shortcut.bias[first + 2 + offset] = PIN if offset % 2 == 0 else -PIN


def _read(half: Any, signals: int, *, group: int) -> None:
    """Undo the group's known scale in the last convolution."""
    half.conv_norm_out.weight.fill_(1.0)
    half.conv_norm_out.bias.zero_()
    half.conv_out.bias.zero_()
    gain = PIN * 0.5**0.5  # half of a group's channels are constants of size PIN
    for signal in range(signals):
        first = group * signal
        half.conv_out.weight[signal, first : first + group] = 0.0
        half.conv_out.weight[signal, first, 1, 1] = gain
        half.conv_out.weight[signal, first + 1, 1, 1] = -gain
