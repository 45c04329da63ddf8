"""What the office hands in: one module for each contract, `<domain>/<ledger>.py`, each with `files(world, year)`.

A module holds what only its ledger tells, and the habits and days on which its files are handed in; what is true for several
ledgers stands in `simulation.world`.
"""
