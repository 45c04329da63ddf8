"""What sqlfluff's templater needs of dbt's cross-database macros."""


def datediff(first, second, part):
    return "0"


def dateadd(part, interval, start):
    return str(start)


def date_spine(datepart, start_date, end_date):
    return f"select {start_date} as date_{datepart}"


def last_day(date, datepart):
    return str(date)


def listagg(measure, delimiter, order_by):
    return f"string_agg({measure}, {delimiter} {order_by})"
