"""Printed totals: whether a subtotal row is the sum of some rows that stand before, behind or around it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dagster_project.ingestion.sql import literal

CUMULATIVE = "累计"
"""Totals with this word go back before the file begins; nothing in it can prove them."""


def totals_that_differ(rows: str, number: str, marker: str, tolerances: Mapping[str, float]) -> Iterator[str]:
    """For each amount a query of the subtotal rows that are no sum of the rows of their sheet.

    A total may be that of all rows above or below it, of the whole sheet, or of the rows between it and an earlier or later
    total. Rows that were rejected count where their amount could be read.

    Args:
        rows: the landed rows, as a relation.
        number: the column that orders them.
        marker: the first cell of a row that is no data, as SQL.
        tolerances: by amount column, in yuan, what a total may be away from its rows.

    Yields:
        Queries with sheet, row_number, column_name, value, rule, detail.
    """
    for name, tolerance in tolerances.items():
        data = f"case when _status in ('accepted', 'rejected') then coalesce({name}, 0) else 0 end"
        near = f"<= {tolerance}"
        yield f"""
            with summed as (
                select {number} as no, _sheet, _row, _status, {name} as amount, {marker} as marker,
                    sum({data}) over (partition by _sheet order by {number} rows unbounded preceding) as running,
                    sum({data}) over (partition by _sheet) as whole
                from {rows}
            ),
            totals as (select * from summed where _status = 'subtotal'),
            judged as (
                select total._sheet, _row, amount, total.running, coalesce(max(other.running) filter (other.no < total.no), 0) as before,
                    abs(amount - total.running) {near} or abs(amount - whole) {near} or abs(amount - (whole - total.running)) {near}
                    or coalesce(bool_or(abs(total.amount - abs(total.running - other.running)) {near}), false) as is_sum
                from totals as total
                left join (select no, _sheet, running from totals) as other
                    on total._sheet = other._sheet and total.no <> other.no
                where amount is not null and not contains(marker, {literal(CUMULATIVE)})
                group by total.no, total._sheet, _row, _status, amount, marker, total.running, whole
            )
            select _sheet, _row, {literal(name)}, cast(amount as varchar), 'total_differs',
                '上一个合计之后各行合计 ' || (running - before) || ' 元,表中自上而下累计 ' || running || ' 元'
            from judged where not is_sum
        """
