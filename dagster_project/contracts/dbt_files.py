"""Write the dbt files that follow from the contracts: the sources, and each ledger's staging model with its texts."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from dagster_project.contracts.column import Column
from dagster_project.contracts.model import Contract
from dagster_project.on_disk import holds_text

WRITTEN = "Written by `jixiao sources` from the contract"
NOTICE = f"# {WRITTEN}s; change those, not this file.\n"
LOCATION = "read_parquet('{{ env_var('JIXIAO_LANDING') }}/{name}/*.parquet', union_by_name = true)"
OF_THE_SUBMISSION = {
    "department_code": "部门(预算单位)编码 / Code of the department that handed the row in",
    "period": "报送期间,如 2023、2023H1、2023Q2、2023-06 / Period of the file, such as 2023, 2023H1, 2023Q2 or 2023-06",
    "period_year": "报送期间所属年度 / Year of the period of the file",
}
OF_THE_CELL = {
    "submission_id": "来源报送编号(16 位) / Submission the row comes from; 16 hex digits",
    "sheet": "来源工作表(文本文件为空) / Sheet the row comes from; empty for text files",
    "row_number": "来源行号(文件中的物理行) / Row of the sheet or line of the file the row comes from",
}
OF_A_MATRIX = {"sheet_column": "来源单元格的列标,如 F / Letter of the column of the cell the row comes from"}


def dbt_files(contracts: Iterable[Contract]) -> dict[str, str]:
    """The texts of all files that follow from the contracts, by their path below ``models/staging``.

    A ledger with ``staging: own`` has its model and texts written by hand; only its source follows.
    """
    domains: dict[str, list[Contract]] = {}
    files: dict[str, str] = {}
    for contract in contracts:
        domains.setdefault(contract.domain, []).append(contract)
        if contract.staging == "generated":
            path = f"{contract.domain}/{_name(contract)}"
            files[f"{path}.sql"] = _model(contract)
            files[f"{path}.yml"] = _yaml(f"# {WRITTEN}; change that, not this file.\n", "models", _properties(contract))
    for domain, members in domains.items():
        files[f"{domain}/_sources.yml"] = _yaml(NOTICE, "sources", _source(domain, members))
        files[f"{domain}/_texts.md"] = _texts(members)
    return files


def stale_dbt_files(contracts: Iterable[Contract], staging_dir: Path) -> dict[Path, str | None]:
    """The files that are not as the contracts have them, with their texts; None for one that no contract asks for."""
    files = {staging_dir / path: text for path, text in dbt_files(contracts).items()}
    stale: dict[Path, str | None] = {path: text for path, text in files.items() if not holds_text(path, text)}
    for path in sorted(staging_dir.glob("*/*.*")):
        if path not in files and path.suffix in (".sql", ".yml", ".md"):
            with path.open(encoding="utf-8") as stream:
                if WRITTEN in stream.readline():
                    stale[path] = None
    return stale


def write_dbt_files(contracts: Iterable[Contract], staging_dir: Path) -> list[Path]:
    """Bring the files below ``models/staging`` up to date; returns those that changed or went."""
    stale = stale_dbt_files(contracts, staging_dir)
    for path, text in stale.items():
        if text is None:
            path.unlink()
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    return list(stale)


def _name(contract: Contract) -> str:
    return f"stg_{contract.domain}__{contract.ledger}"


def _model(contract: Contract) -> str:
    """The accepted rows of a ledger that are current, every column of it."""
    columns = [*OF_THE_SUBMISSION, *map(_expression, contract.columns), *OF_THE_CELL]
    if _has_matrix(contract):
        columns.append("_column as sheet_column")
    arguments = [f"source('{contract.domain}', '{contract.ledger}')", f"'{contract.ledger}'"]
    if contract.supersede == "upsert":
        arguments.append(f"key=[{', '.join(map(repr, contract.key))}]")
    grain = textwrap.fill(f"Grain: {_grain(contract)}", 117).replace("\n", "\n-- ")
    rows = ",\n        ".join(arguments)
    selected = ",\n    ".join(columns)
    return f"""\
-- {WRITTEN}; change that, not this file.
-- {grain}
with

landed as (
    {{{{ current_rows(
        {rows}
    ) }}}}
)

select
    {selected}
from landed
"""


def _expression(column: Column) -> str:
    """A column of the ledger; a name that may be secret is already no name here."""
    if column.secret_if is None:
        return column.name
    return f"{{{{ name_unless_secret('{column.name}', '{column.secret_if}') }}}} as {column.name}"


def _properties(contract: Contract) -> dict[str, Any]:
    personal = any(column.personal for column in contract.columns)
    texts = {
        **OF_THE_SUBMISSION,
        **{column.name: _text(column) for column in contract.columns},
        **OF_THE_CELL,
        **(OF_A_MATRIX if _has_matrix(contract) else {}),
    }
    hidden = {column.name: {"config": {"meta": {"personal": True}}} for column in contract.columns if column.personal}
    return {
        "name": _name(contract),
        "description": f"{contract.title.zh},现行版本 / {contract.title.en}, current version.\nGrain: {_grain(contract)}"
        + ("\n含个人信息,不得发布 / Holds personal data: not to be published." if personal else ""),
        "config": {"meta": {"owner": contract.owner}},
        "columns": [{"name": name, "description": text, **hidden.get(name, {})} for name, text in texts.items()],
    }


def _texts(contracts: Iterable[Contract]) -> str:
    """A block for each column of the ledgers, such as ``payments__voucher_no``, for marts that pass it through."""
    blocks = [
        f"{{% docs {contract.ledger}__{column.name} %}}\n{_text(column)}\n{{% enddocs %}}\n"
        for contract in contracts
        for column in contract.columns
    ]
    return "\n".join([f"{WRITTEN}s; change those, not this file.\n", *blocks])


def _grain(contract: Contract) -> str:
    """What a row of the staging model is: one row of the ledger, for whom, and as of when."""
    grain = contract.grain.en.rstrip(".")
    per = "per department" if contract.supersede == "upsert" else "per department and period"
    return f"{grain[:1].lower()}{grain[1:]}, {per}; the rows current as of `as_of`."


def _text(column: Column) -> str:
    """What a column means, with its unit, its code list or the values it may have."""
    zh, en = column.description.zh, column.description.en
    if column.type == "money":
        return f"{zh},单位为元 / {en}, in yuan"
    if column.type == "month":
        return f"{zh}(当月 1 日) / {en}, as its first day"
    if column.codes:
        return f"{zh};代码见 {column.codes} / {en}; code of seeds.{column.codes}"
    if column.allowed:
        return f"{zh}:{'、'.join(column.allowed)} / {en}"
    return f"{zh} / {en}"


def _has_matrix(contract: Contract) -> bool:
    return any(layout.matrix for layout in contract.files)


def _source(domain: str, contracts: list[Contract]) -> dict[str, Any]:
    return {
        "name": domain,
        "description": "Landed ledgers: every row of every submission, accepted or not.",
        "config": {"meta": {"external_location": LOCATION}},
        "tables": [
            {
                "name": contract.ledger,
                "description": f"{contract.title.zh} / {contract.title.en}. {contract.grain.en}.",
                "columns": [
                    {"name": c.name, "description": f"{c.description.zh} / {c.description.en}"}
                    for c in contract.columns
                ],
            }
            for contract in contracts
        ],
    }


def _yaml(notice: str, kind: str, content: dict[str, Any]) -> str:
    return notice + yaml.safe_dump({"version": 2, kind: [content]}, allow_unicode=True, sort_keys=False, width=160)
