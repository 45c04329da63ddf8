"""Ledgers of the domain organisation."""
