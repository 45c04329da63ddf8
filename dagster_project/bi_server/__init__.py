"""The published version in a PostgreSQL, for BI tools: tables beside the live ones, one switch, roles and row limits. No Dagster objects here."""
