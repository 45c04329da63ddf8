"""Read a file, check it against its contract, land it. Plain values in and out; no Dagster objects here."""
