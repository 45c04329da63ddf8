"""Ledgers of the domain procurement."""
