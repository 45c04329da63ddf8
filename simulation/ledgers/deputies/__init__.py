"""Ledgers of the domain deputies."""
