"""Does a test notice when the SQL behind an indicator is wrong? Mutants of that SQL and what becomes of them; `python -m mutations`."""
