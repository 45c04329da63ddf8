"""Personal data and secrets: what looks like them in a text, whom the ledgers know, and what readers get instead."""
