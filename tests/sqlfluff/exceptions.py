"""What sqlfluff's templater needs of dbt's `exceptions`: a variable has no real value there, so nothing is refused."""


def raise_compiler_error(message):
    return ""
