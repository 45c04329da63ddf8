"""What Dagster shows of a table besides its name: how many rows it has and had, what it looks like, where more is said. No Dagster objects here."""
