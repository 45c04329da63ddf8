"""How plain rows become messy files: habits, titles, units, subtotals, forms, encodings. Knows no ledger by name."""
