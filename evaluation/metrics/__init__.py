"""One metric a file: a pure function first, its convention in the docstring."""
