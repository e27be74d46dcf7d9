"""Errors of the samplers."""

from quad_studio.errors import UsageProblem


class SamplerProblem(UsageProblem):  # noqa: N818 -- what the user reads is a problem
    """A sampler cannot be built as asked.

    Attributes:
        sampler: Its name.
        problem: What is wrong and what to write instead, one line.
    """

    def __init__(self, sampler: str, problem: str) -> None:
        """Hand every part to Exception, so that the error survives pickling."""
        super().__init__(sampler, problem)
        self.sampler, self.problem = sampler, problem

    def __str__(self) -> str:
        """Return one line for a person."""
        return f"sampler {self.sampler}: {self.problem}"
