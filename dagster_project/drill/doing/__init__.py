"""What plants faults, one function for each way to do so; a module per place: cells, days, rows, heads, whole files."""

from dagster_project.drill.doing import cells, days, files, harmless, heads, replacing, rows

__all__ = ["cells", "days", "files", "harmless", "heads", "replacing", "rows"]
