"""What sqlfluff's templater needs of dbt's `adapter`: a dispatched macro stands as a number."""


def dispatch(macro_name, macro_namespace=None):
    return lambda *arguments, **named: "0"
