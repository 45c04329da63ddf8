"""Next year's budget out of this year's: a sheet per project with what to propose and why, the codes as really spent, forms of targets and their review."""
