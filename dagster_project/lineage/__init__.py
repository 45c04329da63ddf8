"""Which columns each column is made of: traced through compiled SQL, kept as data, read where Dagster asks. No Dagster objects here."""
