"""What stands in front of Dagster's UI: who may ask, from which page, and for what."""
