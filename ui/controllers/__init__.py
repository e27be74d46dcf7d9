"""What the panels show and when work runs."""
