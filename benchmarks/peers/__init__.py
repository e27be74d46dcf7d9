"""What a user would otherwise pick, each in an environment of its own, asked over pipes.

A peer is a script of this folder (`_<name>.py` files are run by the peer's own Python and import
nothing of QUAD Studio but what its environment has). It answers requests line by line, so that a
benchmark can let our side and the peers take turns.
"""
