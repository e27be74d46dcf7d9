"""x0 and the noise as linear functions of the latents x and what the model predicts.

With a = alpha_cumprod(t): x = sqrt(a) x0 + sqrt(1 - a) noise, v = sqrt(a) noise - sqrt(1 - a) x0.
"""

import math

from quad_studio.samplers.plan import Convert


def original_of(prediction: str, alpha: float) -> Convert:
    """Return the predicted x0."""
    signal, spread = math.sqrt(alpha), math.sqrt(1.0 - alpha)
    if prediction == "v_prediction":
        return Convert(signal, -spread)
    if prediction == "sample":
        return Convert(0.0, 1.0)
    return Convert(1.0 / signal, -spread / signal)


def noise_of(prediction: str, alpha: float) -> Convert:
    """Return the predicted noise."""
    signal, spread = math.sqrt(alpha), math.sqrt(1.0 - alpha)
    if prediction == "v_prediction":
        return Convert(spread, signal)
    if prediction == "sample":
        return Convert(1.0 / spread, -signal / spread)
    return Convert(0.0, 1.0)
