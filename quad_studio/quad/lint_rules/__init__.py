"""What NPUs refuse or silently spoil: rules.toml is the table, the modules hold the checks."""
