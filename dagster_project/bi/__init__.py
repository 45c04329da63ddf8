"""Dashboards for BI tools, declared in `dashboards.yaml`: Superset's files and dbt's exposures are written from it. Nothing here reads data."""
