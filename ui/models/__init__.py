"""Data behind the panels: runs, pairs, KPIs, verdicts and what is selected."""
