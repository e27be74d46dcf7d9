"""The stages of a build from the encodings on: precision, profile, fitted adapters."""

from functools import cached_property
from typing import Any

from quad_studio.engine.build_keys import bundle_key
from quad_studio.engine.fit_adapters import Fitted, fit_adapters
from quad_studio.engine.groundwork import Groundwork
from quad_studio.engine.mixed_precision import choose_for_build


class Builder(Groundwork):
    """Makes what a bundle holds, on top of the groundwork."""

    @cached_property
    def bundle_key(self) -> str:
        """Return the hash of everything that goes into the bundle."""
        return bundle_key(self.project, self.base_key)

    @cached_property
    def precision(self) -> Any:
        """Return the program that is shipped, with which activations are at 8 bits."""
        return choose_for_build(self)

    @cached_property
    def profile(self) -> Any:
        """Return the one set of encodings."""
        from quad_studio.quad.profile import ProfileInput, build_profile

        given = ProfileInput(
            program=self.precision.program,
            statistics=self.profile_statistics,
            adapters=self.adapters,
            anchor=self.anchor,
            options=self.precision.options,
        )
        title = f"Fix the encodings (anchor: {self.anchor})"
        return self.run_stage("profile", title, lambda: build_profile(given, **self.watch)).profile

    @cached_property
    def fits(self) -> tuple[Fitted, ...]:
        """Return the adapters as they are shipped, each with the record of its distillation."""
        if not self.project.distillation.enabled:
            return tuple(Fitted(adapter) for adapter in self.adapters)
        return fit_adapters(self, self.profile, self.precision.program)

    @property
    def fitted(self) -> tuple[Any, ...]:
        """Return the adapters, those that are not the anchor fitted to the profile."""
        return tuple(fit.adapter for fit in self.fits)
