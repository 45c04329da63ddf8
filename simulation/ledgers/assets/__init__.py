"""Ledgers of the domain assets."""
