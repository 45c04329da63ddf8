"""Backups of what cannot be built again, and their way back. What lies where is in `contents`, how it is kept in `store`."""
