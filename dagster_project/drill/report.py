"""What a drill found, as a table per kind for the terminal and as the page docs/drill.md."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from rich.table import Table

from dagster_project.drill.kinds import Kind
from dagster_project.drill.run import Drill
from dagster_project.drill.verdict import IN_WORDS, Outcome, Verdict

PAGE = Path(__file__).with_name("page.md")
VISIBLE_PCT = Decimal("0.1")
"""A figure that moved by more than this must not go out as if nothing were (issue 15)."""
WRONG = (Verdict.SILENT, Verdict.FALSE_ALARM, Verdict.MISREAD)
TOLD_COLUMNS = (Verdict.STOPPED, Verdict.TOLD, Verdict.TOLD_FILE, Verdict.TOLD_WITHOUT_ROW, Verdict.SILENT)
HARMLESS_COLUMNS = (Verdict.RIGHT, Verdict.FALSE_ALARM, Verdict.MISREAD)


@dataclass(frozen=True)
class Summary:
    """The figures of a drill: ``faults`` and ``harmless`` by their number, the share told with file and row in per cent."""

    faults: int
    kinds: int
    silent: int
    named: int
    unseen_moves: int
    harmless: int
    alarms: int

    @property
    def named_pct(self) -> float:
        """How many of the faults were told with file and row, in per cent; of those that were stopped too."""
        return 100 * self.named / self.faults if self.faults else 100.0


def summary(drill: Drill) -> Summary:
    """Count what a drill found."""
    faults = [each for each in drill.outcomes if not each.planted.kind.is_harmless]
    harmless = [each for each in drill.outcomes if each.planted.kind.is_harmless]
    return Summary(
        len(faults),
        len({each.planted.kind.id for each in faults}),
        sum(each.verdict is Verdict.SILENT for each in faults),
        sum(each.names_row for each in faults),
        sum(moves_unseen(each) for each in faults),
        len(harmless),
        sum(each.verdict is not Verdict.RIGHT for each in harmless),
    )


def moves_unseen(outcome: Outcome) -> bool:
    """Whether a fault moved a published figure visibly while the night ended as if nothing were."""
    moved = any(by is None or by > VISIBLE_PCT for by in outcome.moved.values())
    return outcome.is_published and outcome.exit_code == 0 and moved


def kinds_table(kinds: Iterable[Kind]) -> Table:
    """The catalogue."""
    table = Table(title="差错种类")
    for name in ("种类", "名称", "做法", "应当"):
        table.add_column(name)
    ought = {"told": "指明文件和行", "stopped": "拦下", "same": "照常读取"}
    for kind in kinds:
        table.add_row(kind.id, kind.name.zh, "重报" if kind.hand_in == "again" else "首次报送", ought[kind.ought])
    return table


def outcome_table(drill: Drill) -> Table:
    """A row per kind: how many of each verdict, which figures moved most, what readers saw."""
    table = Table(title=f"{drill.year} 年度差错演练(种子 {drill.seed})")
    table.add_column("种类")
    for verdict in (*TOLD_COLUMNS, *HARMLESS_COLUMNS):
        table.add_column(IN_WORDS[verdict], justify="right")
    for name in ("数字变动最大", "已发布", "仍有等级", "质量说明提到"):
        table.add_column(name, justify="right")
    for kind, outcomes in by_kind(drill.outcomes):
        counts = [sum(each.verdict is verdict for each in outcomes) for verdict in (*TOLD_COLUMNS, *HARMLESS_COLUMNS)]
        table.add_row(
            f"{kind.name.zh} {kind.id}",
            *(str(count) if count else "" for count in counts),
            *_seen(outcomes),
            style="red" if any(each.verdict in WRONG for each in outcomes) else None,
        )
    return table


def summary_text(drill: Drill) -> str:
    """The figures of a drill in a few lines."""
    found = summary(drill)
    lines = [
        f"{found.kinds} 种 {found.faults} 处差错:没有说 {found.silent} 处;指明文件和行 {found.named} 处({found.named_pct:.0f}%);"
        f"动了已发布数字超过 {VISIBLE_PCT}% 而退出码为 0 的 {found.unseen_moves} 处",
        f"{found.harmless} 处无害的写法:误报或读错 {found.alarms} 处",
        f"用时 {drill.seconds:,.0f} 秒",
        *drill.without_place,
    ]
    return "\n".join(lines)


def by_kind(outcomes: Sequence[Outcome]) -> list[tuple[Kind, list[Outcome]]]:
    """The outcomes of each kind, in their order."""
    found: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        found.setdefault(outcome.planted.kind.id, []).append(outcome)
    return [(each[0].planted.kind, each) for each in found.values()]


def _seen(outcomes: Sequence[Outcome]) -> tuple[str, str, str, str]:
    """By how much figures moved, and how many of the nights published, rated, and said so on the data-quality page."""
    moved = [each.largest for each in outcomes if each.largest is not None]
    lost = any(by is None for each in outcomes for by in each.moved.values())
    largest = f"{max(moved):,.2f}%" if moved else "有→无" if lost else ""
    told = ([e.is_published for e in outcomes], [e.is_rated for e in outcomes], [e.on_page for e in outcomes])
    published, rated, on_page = (f"{sum(each)}/{len(outcomes)}" for each in told)
    return largest, published, rated, on_page


def page(drill: Drill) -> str:
    """The page about a drill, whole."""
    found = summary(drill)
    chosen = "".join(f"--kinds {kind} " for kind in drill.only)
    rows = [_page_row(outcome) for outcome in drill.outcomes]
    head = "| kind | fault | verdict | exit | figures that moved | published, rated, on the data-quality page | what was said |\n"
    return PAGE.read_text(encoding="utf-8").format(
        date=dt.date.today().isoformat(),
        command=f"jixiao drill --faults {len(drill.outcomes)} {chosen}--seed {drill.seed} --markdown docs/drill.md",
        minutes=f"{drill.seconds / 60:.0f}",
        summary=_page_summary(found),
        kinds="\n".join(_page_kind(kind, outcomes) for kind, outcomes in by_kind(drill.outcomes)),
        faults=head + "|---|---|---|--:|---|---|---|\n" + "\n".join(rows),
        without="\n".join(f"- {text}" for text in drill.without_place) or "None.",
    )


def _page_summary(found: Summary) -> str:
    lines = (
        ("faults planted, of how many kinds", f"{found.faults} of {found.kinds} kinds"),
        ("silent", str(found.silent)),
        ("told with file and row, those that stopped the night included", f"{found.named} ({found.named_pct:.0f} %)"),
        (f"published figure moved by more than {VISIBLE_PCT} % and exit code 0", str(found.unseen_moves)),
        ("harmless ways to write, and how many of them were told of or misread", f"{found.harmless}, {found.alarms}"),
    )
    return "\n".join(("| | |", "|---|--:|", *(f"| {name} | {value} |" for name, value in lines)))


def _page_kind(kind: Kind, outcomes: Sequence[Outcome]) -> str:
    verdicts = [
        f"{sum(e.verdict is v for e in outcomes)} {v.replace('_', ' ')}"
        for v in Verdict
        if any(e.verdict is v for e in outcomes)
    ]
    return f"| {kind.name.zh} | {kind.name.en} | {kind.hand_in} | {', '.join(verdicts)} | {_seen(outcomes)[0]} |"


def _page_row(outcome: Outcome) -> str:
    planted = outcome.planted
    figures = [f"{key[2]} {'' if by is None else f'{by:,.2f} %'}".strip() for key, by in outcome.moved.items()]
    moved = ", ".join(figures[:3]) + (f" and {len(figures) - 3} more" if len(figures) > 3 else "")
    seen = ", ".join("yes" if each else "no" for each in (outcome.is_published, outcome.is_rated, outcome.on_page))
    cells = (
        planted.kind.id,
        planted.words,
        outcome.verdict.replace("_", " "),
        str(outcome.exit_code),
        moved,
        seen,
        outcome.said,
    )
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"
