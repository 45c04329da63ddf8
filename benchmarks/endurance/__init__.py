"""How long it lasts: nights in a row, kills at random moments, readers over publishes. `python -m benchmarks.endurance` runs them."""
