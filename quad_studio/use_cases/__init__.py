"""Use cases: what a user wants done, with its inputs, conditioning and defaults."""
