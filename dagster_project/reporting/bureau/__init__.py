"""The bureau's view of a year: consolidated figures, rank and spread, deductions, lateness, plan of reviews, results for the budget."""
