"""Measurements behind every claim about speed; `make bench` runs them all."""
