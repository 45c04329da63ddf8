"""The dictionary: every ledger and published table of a domain, with keys, columns and an example of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dagster_project.contracts import Contract
from dagster_project.dictionary.write import SUPERSEDE_ZH, TYPES_ZH
from dagster_project.portal.blocks import Cell, Column, Facts, Heading, Links, Page, Table, Text, cell
from dagster_project.portal.reading import Site

MENU = "dictionary"
OTHER = "evaluation"
SCHEMAS_ZH = {"evaluation": "评价结果", "quality": "数据质量"}
"""The schemas that are no domain of ledgers, as areas of the dictionary."""
EXAMPLE_LENGTH = 40


def domain_of_table(site: Site, name: str) -> str:
    """The area of a published table: the folder of its model below marts, or its schema."""
    schema, table = name.split(".")
    if schema != "marts":
        return schema
    node = site.manifest["nodes"].get(f"model.jixiao.{table}")
    return node["fqn"][2] if node and len(node["fqn"]) > 3 else schema


def areas(site: Site) -> dict[str, str]:
    """The areas of the dictionary, with their Chinese names."""
    used = {contract.domain for contract in site.contracts.values()} | {
        domain_of_table(site, name) for name in site.tables
    }
    names = {**site.domains, **SCHEMAS_ZH}
    return {key: names.get(key, key) for key in (*names, *sorted(used - names.keys())) if key in used}


def dictionary_pages(site: Site) -> Iterator[Page]:
    """The list of all ledgers and tables, and a page for each area."""
    found = areas(site)
    rows = []
    for area, name in found.items():
        for ledger, contract in sorted(site.contracts.items()):
            if contract.domain == area:
                rows.append([
                    Cell(contract.title.zh, f"dictionary/{area}.html#ledger-{ledger}"), Cell("台账"), Cell(name), Cell(ledger, "", "code"),
                    Cell(contract.grain.zh), Cell("、".join(contract.key), "", "code"),
                ])  # fmt: skip
        for table in sorted(site.tables):
            if domain_of_table(site, table) == area:
                title, grain, key = _described(site.tables[table][0]["comment"])
                rows.append([
                    Cell(title or table, f"dictionary/{area}.html#table-{table}"), Cell("数据表"), Cell(name), Cell(table, "", "code"), Cell(grain),
                    Cell(key, "", "code"),
                ])  # fmt: skip
    columns = (
        Column("title", "名称"), Column("kind", "种类"), Column("area", "领域"), Column("name", "编号"), Column("grain", "每行是什么"), Column("key", "主键"),
    )  # fmt: skip
    blocks = [
        Text(f"{len(site.contracts)} 本台账,{len(site.tables)} 张已发布的数据表。指标数的口径见“全部指标数”。"),
        Links([Cell(name, f"dictionary/{area}.html") for area, name in found.items()], "领域"),
        Table("全部台账和数据表", columns, rows, is_filtered=True),
    ]
    yield Page("dictionary.html", "数据字典", "Data dictionary", blocks, MENU)
    for area, name in found.items():
        yield _area(site, area, name)


def _area(site: Site, area: str, name: str) -> Page:
    blocks: list[Any] = []
    ledgers = [contract for _, contract in sorted(site.contracts.items()) if contract.domain == area]
    tables = [table for table in sorted(site.tables) if domain_of_table(site, table) == area]
    contents = [Cell(contract.title.zh, f"dictionary/{area}.html#ledger-{contract.ledger}") for contract in ledgers]
    contents += [
        Cell(_described(site.tables[table][0]["comment"])[0] or table, f"dictionary/{area}.html#table-{table}")
        for table in tables
    ]
    blocks.append(Links(contents, "本页"))
    if area in site.domains:
        blocks.append(Links([Cell(f"{name}领域的血缘图", f"lineage/{area}.html")], "血缘"))
    for contract in ledgers:
        blocks += _ledger(contract)
    for table in tables:
        blocks += _table(site, table)
    return Page(
        f"dictionary/{area}.html", f"{name}领域", f"Domain {area}", blocks, MENU, (Cell("数据字典", "dictionary.html"),)
    )


def _ledger(contract: Contract) -> Iterator[Any]:
    yield Heading(f"台账 {contract.title.zh}", f"ledger-{contract.ledger}")
    yield Facts([
        ("编号", Cell(contract.ledger, "", "code")), ("英文", Cell(contract.title.en)), ("每行", Cell(contract.grain.zh)),
        ("主键", Cell("、".join(contract.key), "", "code")), ("责任处室", Cell(contract.owner)), ("更新", Cell(SUPERSEDE_ZH[contract.supersede])),
        ("文件", Cell("、".join(file.pattern for file in contract.files), "", "code")),
    ])  # fmt: skip
    rows = []
    for column in contract.columns:
        detail = (
            f",代码见 {column.codes}" if column.codes else f":{'、'.join(column.allowed)}" if column.allowed else ""
        )
        rows.append([
            Cell(column.name, "", "code"), Cell("、".join((*column.headers, *column.fallback_headers)) or "取自文件名或工作表名"),
            Cell(TYPES_ZH[column.type] + detail), Cell("是" if column.required else "否"),
            Cell(column.description.zh + ("。个人信息,不发布" if column.personal else "")), cell("主键" if column.name in contract.key else None),
        ])  # fmt: skip
    columns = (
        Column("name", "列"), Column("headers", "表头"), Column("type", "类型"), Column("required", "必填"), Column("text", "含义"), Column("key", "主键"),
    )  # fmt: skip
    yield Table(f"台账 {contract.title.zh} 的列", columns, rows)


def _described(comment: str | None) -> tuple[str, str, str]:
    """Title, grain and key of a table, from its comment in the published file."""
    lines = (comment or "").splitlines()
    grain = next((line.partition(":")[2].strip() for line in lines if line.startswith("Grain")), "")
    key = next((line.partition(":")[2].strip() for line in lines if line.startswith("主键")), "")
    return (lines[0].partition(" / ")[0] if lines else ""), grain, key


def _table(site: Site, table: str) -> Iterator[Any]:
    columns_of = site.tables[table]
    title, grain, key = _described(columns_of[0]["comment"])
    lines = [
        line for line in (columns_of[0]["comment"] or "").splitlines()[1:] if not line.startswith(("Grain", "主键"))
    ]
    yield Heading(f"数据表 {title or table}", f"table-{table}")
    count = site.version.tables.get(table.replace(".", "/"))
    facts = [
        ("编号", Cell(table, "", "code")), ("说明", cell(" ".join(lines))), ("每行", cell(grain)), ("主键", Cell(key, "", "code") if key else cell(None)),
        ("行数", cell(count, "count")), ("文件", Cell(f"{table.replace('.', '/')}.parquet", "", "code")),
    ]  # fmt: skip
    yield Facts(facts)
    keys = {name.strip() for name in key.split(",")}
    shows_examples = not site.is_public
    rows = [_column(row, keys, shows_examples) for row in columns_of]
    columns = (Column("name", "列"), Column("type", "类型"), Column("key", "主键"), Column("text", "含义"))
    yield Table(
        f"数据表 {title or table} 的列", (*columns, Column("example", "例")) if shows_examples else columns, rows
    )


def _column(row: Mapping[str, Any], keys: set[str], shows_examples: bool) -> list[Cell]:
    example = str("" if row.get("example") is None else row["example"])
    if "://" in example:  # nothing on a page names another host
        example = "(网址)"
    shown = [
        Cell(row["column_name"], "", "code"), Cell(row["data_type"].lower(), "", "code"), cell("主键" if row["column_name"] in keys else None),
        cell(row["column_comment"]),
    ]  # fmt: skip
    cut = example[:EXAMPLE_LENGTH] + ("…" if len(example) > EXAMPLE_LENGTH else "")
    return [*shown, cell(cut)] if shows_examples else shown
