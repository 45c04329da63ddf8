"""From unknown files to a draft contract, and the whole answer on one file before anything is landed. No Dagster here."""
