"""Ledgers of the domain duties."""
