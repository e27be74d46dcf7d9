"""Errors of the cluster.

QuadError
  ClusterMissing      Ray is not installed (exit 2)
  ClusterUsage        the cluster cannot do what was asked (exit 2)
  ClusterUnreachable  there is no cluster at the address, or it went away (exit 3)
"""

from quad_studio.errors import DeviceProblem, UsageProblem


class ClusterMissing(UsageProblem):
    """Ray is not installed here."""

    def __str__(self) -> str:
        """Return one line for a person."""
        return "--cluster needs Ray: pip install 'quad-studio[cluster]'"


class ClusterUsage(UsageProblem):
    """The cluster cannot do what was asked."""


class ClusterUnreachable(DeviceProblem):
    """There is no cluster at the address, or it went away."""
