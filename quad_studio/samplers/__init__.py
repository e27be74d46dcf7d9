"""Samplers as data: each compiles to a table of coefficients that the runner executes."""
