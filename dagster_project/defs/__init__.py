"""Dagster objects: assets, checks, jobs, schedules. Bodies of a few lines that call the pure rooms."""
