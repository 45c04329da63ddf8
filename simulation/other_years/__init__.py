"""Ledgers of duties of other years than those of the sample, invented so that they add up to what the office published for them."""
