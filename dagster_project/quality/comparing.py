"""Rules that hold a row against others: its own series, the numbers before it, the dates beside it, the day its file came in.

Each is a few words in expectations/*.yaml and becomes one query of the rows that break it, with ``{batch}`` for the table. The
rows keep all their columns, so that file, sheet and row can be named, and get one more that says what they were held against.
"""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

Name = Annotated[str, StringConstraints(pattern=r"^[a-z_][a-z0-9_]*$")]
SUBMISSIONS = "quality.submissions"


class Series(BaseModel):
    """An amount that is far from what its series usually holds: typed in yuan instead of 万元, or a point lost.

    ``column`` is held against the median of the rows of its department that share the columns of ``by``; of the groups of
    ``by``, the finest first, the first with at least ``least`` rows counts, and where none has so many nothing is said.
    ``high`` and ``low`` are how many times the median an amount may be at most and at least; zeros are no amounts.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    column: Name
    by: Annotated[list[list[Name]], Field(min_length=1)]
    high: Annotated[float, Field(gt=1)] | None = None
    low: Annotated[float, Field(gt=0, lt=1)] | None = None
    least: Annotated[int, Field(ge=3)] = 5

    @model_validator(mode="after")
    def _has_a_bound(self) -> Self:
        if self.high is None and self.low is None:
            raise ValueError("series 没有 high 也没有 low;请至少写一个(是常见数的几倍)")
        return self

    def broken_rows(self, when: str) -> str:
        """The rows out of band, with ``usual_amount``, the median of their series."""
        windows = ", ".join(
            f"w{place} as (partition by {', '.join(['department_code', *group])})"
            for place, group in enumerate(self.by)
        )
        cases = " ".join(
            f"when count({self.column}) over w{place} >= {self.least} then median(abs({self.column})) over w{place}"
            for place, _ in enumerate(self.by)
        )
        sides = [
            f"abs({self.column}) {sign} {factor} * usual_amount"
            for sign, factor in ((">", self.high), ("<", self.low))
            if factor is not None
        ]
        return (
            f"select * from (select *, case {cases} end as usual_amount from {{batch}}"
            f" where {_and(when)}{self.column} <> 0 window {windows}) where {' or '.join(sides)}"
        )


class Numbered(BaseModel):
    """A number that ends in a serial which has no gaps: a row that is missing shows in the row after it.

    ``prefix`` is a pattern for all before the last ``digits`` digits of ``column``; rows of one prefix are one series, which
    begins with 1. Other numbers (of another system) are left alone. ``also`` are tables whose rows share the numbers.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    column: Name
    prefix: Annotated[str, StringConstraints(min_length=1, pattern=r"^[^{}']+$")]
    digits: Annotated[int, Field(ge=2, le=12)]
    also: list[Annotated[str, StringConstraints(pattern=r"^marts\.[a-z_]+$")]] = []

    def broken_rows(self, when: str) -> str:
        """The row after each gap, with ``number_before``, the serial that stands before it (0 for none), and where that stands."""
        head = f"left({self.column}, -{self.digits})"
        serial = f"try_cast(right({self.column}, {self.digits}) as bigint)"
        window = f"over (partition by department_code, {head} order by {serial})"
        numbers = "{batch}"
        if self.also:
            tables = "".join(f" union all by name select * from {table}" for table in self.also)
            numbers = f"(select * from {{batch}}{tables})"
        return (
            "select broken.* exclude (id_before, row_before), case when files.file is not null"
            " then files.file || ' 第 ' || row_before || ' 行' end as place_before"
            f" from (select *, coalesce(lag({serial}) {window}, 0) as number_before,"
            f" lag(submission_id) {window} as id_before, lag(row_number) {window} as row_before"
            f" from {numbers} where {_and(when)}regexp_full_match({head}, '{self.prefix}') and {serial} is not null) as broken"
            f" left join (select submission_id, max_by(file, log_no) as file from {SUBMISSIONS} group by submission_id) as files"
            f" on broken.id_before = files.submission_id where {serial} > number_before + 1"
        )


class Listed(BaseModel):
    """What a row names stands in a register of its department: a number that matches nothing is an error, never zero.

    ``column`` names a row of one of the tables of ``registers`` by its ``as`` (the same column where not said); ``by`` are columns in
    which both agree besides the department. Blanks name nothing; departments without such a register are left alone.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    column: Name
    registers: Annotated[list[Annotated[str, StringConstraints(pattern=r"^marts\.[a-z_]+$")]], Field(min_length=1)]
    shows: Name
    named_there: Annotated[Name | None, Field(alias="as")] = None
    by: list[Name] = []

    def broken_rows(self, when: str) -> str:
        """The rows that name nothing, with ``is_it_this_one``, the entry of the register that is spelled most alike."""
        there = self.named_there or self.column
        same = ["department_code", *self.by]
        entries = " union all ".join(
            f"select {', '.join(same)}, {there}, {self.shows} from {table}" for table in self.registers
        )
        agree = " and ".join(f"register.{name} = named.{name}" for name in same)
        return (
            f"select named.*, (select min_by(concat_ws(' ', register.{there}, register.{self.shows}),"
            f" levenshtein(register.{there}, named.{self.column})) from ({entries}) as register where {agree}) as is_it_this_one"
            f" from (select * from {{batch}} as named where {_and(when)}named.{self.column} is not null"
            f" and exists (select 1 from ({entries}) as register where {agree})"
            f" and not exists (select 1 from ({entries}) as register where {agree} and register.{there} = named.{self.column})"
            ") as named"
        )


class GoesOn(BaseModel):
    """What stands in a month, or a year, stands in the next one that came in too: an account, a station that was left out shows.

    ``month`` or ``year`` is the column that tells when, ``by`` what goes on from one to the next. A month or year of which nothing
    came in is passed over: that is told elsewhere.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    month: Name | None = None
    year: Name | None = None
    by: Annotated[list[Name], Field(min_length=1)]

    @model_validator(mode="after")
    def _says_when(self) -> Self:
        if (self.month is None) == (self.year is None):
            raise ValueError("goes_on 须写 month 或 year,恰好一个")
        return self

    @property
    def when_column(self) -> str:
        """The column that tells when."""
        return self.month or self.year or ""

    def broken_rows(self, when: str) -> str:
        """The last rows of what breaks off, with ``absent_from``, the month or year without it, and the place of the row it would stand behind."""
        told, step = self.when_column, "interval 1 day" if self.month else "1"
        same = " and ".join(f"gone.{name} is not distinct from found.{name}" for name in self.by)
        behind = (
            f"({', '.join(f'beside.{name}' for name in self.by)}) < ({', '.join(f'gone.{name}' for name in self.by)})"
        )
        return (
            "select gone.* exclude (submission_id, sheet, row_number), next_one as absent_from,"
            " beside.submission_id, beside.sheet, beside.row_number"
            f" from (select * from (select *, min({told}) over later_ones as next_one from {{batch}}"
            f" window later_ones as (partition by department_code order by {told}"
            f" range between {step} following and unbounded following)) where {_and(when)}true) as gone"
            f" join {{batch}} as beside on gone.department_code = beside.department_code and beside.{told} = next_one"
            " anti join {batch} as found on gone.department_code = found.department_code"
            f" and found.{told} = next_one and {same}"
            f" qualify row_number() over (partition by gone.department_code, gone.{told},"
            f" {', '.join(f'gone.{name}' for name in self.by)} order by {behind} desc,"
            f" case when {behind} then beside.row_number else -beside.row_number end desc) = 1"
        )


class Stays(BaseModel):
    """What a register said of an entry last year it still says this year: a day that was typed anew, and wrong, shows.

    ``year`` is the column of the year, ``key`` tells the entries apart; what was blank last year may be filled in.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    year: Name
    key: Annotated[list[Name], Field(min_length=1)]
    columns: Annotated[list[Name], Field(min_length=1)]

    def broken_rows(self, when: str) -> str:
        """The rows that say something else, with ``year_before_said``, what the row of the year before has there."""
        same = " and ".join(f"later.{name} = earlier.{name}" for name in ("department_code", *self.key))
        said = ", ".join(
            f"case when earlier.{name} is distinct from later.{name} then earlier.{name} end" for name in self.columns
        )
        changed = " or ".join(
            f"(earlier.{name} is not null and earlier.{name} is distinct from later.{name})" for name in self.columns
        )
        return (
            f"select later.*, concat_ws(',', {said}) as year_before_said"
            f" from (select * from {{batch}} where {_and(when)}true) as later join {{batch}} as earlier"
            f" on {same} and later.{self.year} = earlier.{self.year} + 1 where {changed}"
        )


class NamedAlike(BaseModel):
    """A name beside a code is the one that the register has for the code: another name tells that the code is wrong, or the name.

    ``name`` is the name as the ledger has it, in ``written``, the staging table of the rows, since facts take names from the register;
    ``named_in``, the register, has it under the same name, by ``code`` and the columns of ``by`` besides the department. Blanks name nothing.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name
    written: Annotated[str, StringConstraints(pattern=r"^staging\.[a-z_]+$")]
    code: Name
    named_in: Annotated[str, StringConstraints(pattern=r"^marts\.[a-z_]+$")]
    by: list[Name] = []

    def broken_rows(self, when: str) -> str:
        """The rows with another name, with ``name_written`` and ``is_it_this_one``, the name in the register."""
        agree = " and ".join(
            f"register.{column} = facts.{column}" for column in ("department_code", *self.by, self.code)
        )
        return (
            f"select facts.*, written.{self.name} as name_written, register.{self.name} as is_it_this_one"
            f" from (select * from {{batch}} where {_and(when)}true) as facts"
            f" join {self.written} as written on facts.submission_id = written.submission_id"
            " and facts.sheet is not distinct from written.sheet and facts.row_number = written.row_number"
            # A bare <> would be joined by first: every row with every entry of the register.
            f" join {self.named_in} as register on {agree}"
            f" where case when written.{self.name} <> register.{self.name} then true else false end"
        )


def not_after_receipt(columns: list[str], when: str) -> str:
    """The rows with a day in ``columns`` after the day on which their file came in, with that day as ``handed_in_on``."""
    later = " or ".join(f"cast(rows_of_file.{column} as date) > handed_in_on" for column in columns)
    return _beside_file("cast(max(received_at) as date) as handed_in_on", when, later)


class YearOfFile(BaseModel):
    """Days that lie in the year of the file that they came in, give or take ``earliest`` (none or less) and ``latest`` years (none or more)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    columns: Annotated[list[Name], Field(min_length=1)]
    earliest: Annotated[int, Field(le=0)] = 0
    latest: Annotated[int, Field(ge=0)] = 0

    def broken_rows(self, when: str) -> str:
        """The rows with a day in another year, with ``year_of_file``."""
        outside = " or ".join(
            f"year(rows_of_file.{column}) - year_of_file not between {self.earliest} and {self.latest}"
            for column in self.columns
        )
        return _beside_file("max(fiscal_year) as year_of_file", when, outside)


def in_order(columns: list[str]) -> str:
    """The condition that days follow each other as their columns do; blanks are passed over."""
    return " and ".join(
        f"coalesce({earlier} <= {later}, true)" for place, later in enumerate(columns) for earlier in columns[:place]
    )


def _beside_file(fact: str, when: str, condition: str) -> str:
    """The rows that meet a condition on them and on a fact of their file, with that fact."""
    return (
        f"select rows_of_file.*, files.* exclude (submission_id) from (select * from {{batch}} where {_and(when)}true) as rows_of_file"
        f" join (select submission_id, {fact} from {SUBMISSIONS} group by submission_id) as files"
        f" on rows_of_file.submission_id = files.submission_id where {condition}"
    )


def _and(when: str) -> str:
    return f"({when}) and " if when else ""
