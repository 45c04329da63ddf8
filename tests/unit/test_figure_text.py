"""How figures are written: each rule of the catalogue, on both sides of each bound. The macro is dbt's own file."""

from __future__ import annotations

import duckdb
import jinja2
import pytest

from dagster_project.settings import Settings


class Adapter:
    """dbt's dispatch: the macro of the engine the warehouse runs on."""

    def __init__(self, macros: object):
        self.macros = macros

    def dispatch(self, name: str) -> object:
        return getattr(self.macros, f"duckdb__{name}")


def figure_text(value: str, **rule: object) -> str:
    """Render the macro for one value and one display rule, and let DuckDB compute it."""

    source = (Settings().dbt_project_dir / "macros" / "figure_text.sql").read_text(encoding="utf-8")
    environment = jinja2.Environment(extensions=["jinja2.ext.do"])
    environment.globals["return"] = lambda text: text
    module = environment.from_string(source).make_module({"adapter": None})
    environment.globals["adapter"] = Adapter(module)
    module = environment.from_string(source).make_module()
    environment.globals["adapter"] = Adapter(module)
    sql = str(module.figure_text("v.value", "f"))  # type: ignore[attr-defined]
    columns = {
        "exactness": None, "display_unit": "", "display_decimals": None, "display_step": None, "display_divisor": 1, "display_word": None,
    } | rule  # fmt: skip
    types = {"exactness": "varchar", "display_unit": "varchar", "display_word": "varchar"}
    fields = ", ".join(
        f"cast({'null' if v is None else repr(v)} as {types.get(k, 'integer')}) as {k}" for k, v in columns.items()
    )
    query = f"select {sql} from (select cast('{value}' as decimal(28, 8)) as value) as v, (select {fields}) as f"
    return duckdb.sql(query).fetchall()[0][0]


ROUNDED_1 = {"exactness": "rounded", "display_decimals": 1, "display_unit": "%"}
TEN_THOUSANDS = {
    "exactness": "truncated",
    "display_step": 1000,
    "display_divisor": 10000,
    "display_word": "余",
    "display_unit": "条",
}
HUNDREDS = {"exactness": "truncated", "display_step": 100, "display_word": "多", "display_unit": "名"}
ABOVE = {"exactness": "greater_than", "display_step": 1, "display_unit": "%"}
EXACT = {"exactness": "exact", "display_unit": "万元"}
EXACT_SHARE = {"exactness": "exact", "display_unit": "%"}


@pytest.mark.parametrize(
    ("value", "rule", "text"),
    [
        ("100", EXACT_SHARE, "100%"),
        ("94.44444444", EXACT_SHARE, "94.44%"),
        ("66.66500000", EXACT_SHARE, "66.67%"),
        ("98.64999999", ROUNDED_1, "98.6%"),
        ("98.65", ROUNDED_1, "98.7%"),
        ("98.68206300", ROUNDED_1, "98.7%"),
        ("98.74999999", ROUNDED_1, "98.7%"),
        ("98.75", ROUNDED_1, "98.8%"),
        ("-0.25", ROUNDED_1, "-0.3%"),
        ("18485.90423900", ROUNDED_1 | {"display_unit": "万元"}, "18,485.9万元"),
        ("18242.265", ROUNDED_1 | {"display_decimals": 2, "display_unit": "万元"}, "18,242.27万元"),
        ("18242.26499999", ROUNDED_1 | {"display_decimals": 2, "display_unit": "万元"}, "18,242.26万元"),
        ("96.49999999", ROUNDED_1 | {"display_decimals": 0}, "96%"),
        ("96.5", ROUNDED_1 | {"display_decimals": 0}, "97%"),
        ("22999", TEN_THOUSANDS, "2.2万余条"),
        ("23000", TEN_THOUSANDS, "2.3万余条"),
        ("23999", TEN_THOUSANDS, "2.3万余条"),
        ("24000", TEN_THOUSANDS, "2.4万余条"),
        ("30000", TEN_THOUSANDS, "3万余条"),
        ("9999", TEN_THOUSANDS, "9,000余条"),
        ("10000", TEN_THOUSANDS, "1万余条"),
        ("999", TEN_THOUSANDS, "999条"),
        ("0", TEN_THOUSANDS, "0条"),
        ("7199", HUNDREDS, "7,100多名"),
        ("7200", HUNDREDS, "7,200多名"),
        ("7299", HUNDREDS, "7,200多名"),
        ("99", HUNDREDS, "99名"),
        ("100", HUNDREDS, "100多名"),
        ("96.99999999", ABOVE, "超过96%"),
        ("97", ABOVE, "97%"),
        ("97.00000001", ABOVE, "超过97%"),
        ("97.81659388", ABOVE, "超过97%"),
        ("100", ABOVE, "100%"),
        ("0", EXACT, "0万元"),
        ("700", EXACT, "700万元"),
        ("700.5", EXACT, "700.5万元"),
        ("1071", EXACT, "1,071万元"),
        ("1234567.00000001", EXACT, "1,234,567.00000001万元"),
    ],
)  # fmt: skip
def test_a_figure_is_written_by_its_rule(value: str, rule: dict[str, object], text: str) -> None:
    assert figure_text(value, **rule) == text
