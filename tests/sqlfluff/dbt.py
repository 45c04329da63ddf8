"""What sqlfluff's templater needs of dbt's cross-database macros."""


def datediff(first, second, part):  # noqa: ANN001, ANN201
    return "0"


def dateadd(part, interval, start):  # noqa: ANN001, ANN201
    return str(start)
