"""Named edits of an exported graph: each takes a model and reports what it changed."""
