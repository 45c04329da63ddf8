"""From one published version to what people read. No Dagster objects here."""
