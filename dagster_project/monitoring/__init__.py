"""Looking after the warehouse. No Dagster objects here."""
