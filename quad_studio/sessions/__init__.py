"""Task-switching sessions: many use cases on one target with the foundation model loaded once."""
