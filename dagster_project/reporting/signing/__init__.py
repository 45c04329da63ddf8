"""Signing a year: who may sign, with which key, what is signed, and whether what is in hand is what was signed."""
