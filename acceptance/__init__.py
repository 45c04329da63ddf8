"""The acceptance check: what the sample's warehouse publishes beside what the 2023 report says. Not for other data."""
