"""Run expectation suites on the warehouse and say what they found. No Dagster objects here."""
