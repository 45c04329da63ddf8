"""What sqlfluff's templater needs of dbt's cross-database macros."""


def datediff(first, second, part):
    return "0"


def dateadd(part, interval, start):
    return str(start)
