"""Purchases of the office: the cases written by hand, and ordinary ones drawn so that they fit the payments."""
