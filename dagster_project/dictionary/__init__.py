"""The data dictionary, written from contracts, models and seeds."""
