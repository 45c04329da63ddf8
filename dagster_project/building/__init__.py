"""What dbt builds from: its manifest, and whether anything changed since the last published build. No Dagster objects here."""
