"""How many pairs an hour a lab makes: a model, a simulation of it, and measured points."""
