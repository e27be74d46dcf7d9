"""A plan on many machines: hosts lend their phones to one run (docs/scaling.md).

Everything but `ray_pool` and `ray_jobs` knows nothing of Ray: leases, parcels and workers are
plain Python, so that they are tested without a cluster.
"""
