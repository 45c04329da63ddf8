"""The running year: what was known on a day, where the year will end, and what can still be done about it.

Nothing here scores a closed year: figures, indicators and the report are dbt's.
"""
