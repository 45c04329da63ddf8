"""Ledgers of the domain budget."""
