"""Many invented departments in one drop: competent departments with their units, each with ledgers of its own.

They have no congress: a department of the government hands in money, purchases, assets and performance management only.
"""
