"""Panels: widgets and signals, no decisions."""
