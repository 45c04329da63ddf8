"""The type of a column from what its cells are and what its header says, with the reason in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from dagster_project.contracts.column import ColumnType
from dagster_project.drafting import words
from dagster_project.drafting.code_lists import CodeLists
from dagster_project.drafting.find_table import unit_in_header
from dagster_project.drafting.profile import Profile

ENOUGH = 0.95
"""Part of the filled cells that must be of a kind: a ledger may hold faults, and landing tells of them."""
MOSTLY = 0.8
"""Part of the cells that must look like personal data: better one column too many than one too few."""
MOST_WORDS = 16
LONGEST_WORD = 12
"""Signs of the longest word of a closed list; letters and digits are half as wide as a character."""
SHORTEST_CODE = 4
SHOWN_WORDS = 8


@dataclass
class TypeGuess:
    """A type with what belongs to it; ``reasons`` say why, ``doubts`` what a person has to decide."""

    type: ColumnType
    reasons: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    codes: str | None = None
    allowed: tuple[str, ...] = ()
    is_percent: bool = False
    date_order: str | None = None
    personal: bool = False


def guess_type(header: str, profile: Profile, has_unit: bool, lists: CodeLists) -> TypeGuess:
    """Guess the type of a column.

    Args:
        header: its header text.
        profile: what its cells are.
        has_unit: whether the files state a money unit, above the table or in this header.
        lists: official code lists.
    """
    if not profile.filled:
        return _from_header_alone(header, has_unit)
    for attempt in (_boolean, _time, _listed, _identifier, _number):
        guess = attempt(header, profile, has_unit, lists)
        if guess is not None:
            break
    else:
        guess = TypeGuess("text", [f"{profile.filled:,} 个值是文字,共 {profile.distinct:,} 种"])
        numbers = profile.kinds["number"]
        if numbers and words.MONEY.search(header) and not words.NOT_MONEY.search(header):
            guess.doubts.append(f"表头像金额,但 {profile.filled - numbers:,} 行不是数字")
    _mark_personal(header, profile, guess)
    return guess


def _from_header_alone(header: str, has_unit: bool) -> TypeGuess:
    doubt = "看到的行里全为空,只能按表头猜测,请核对"
    checks: Sequence[tuple[bool, ColumnType]] = (
        (bool(words.YES_NO.search(header)), "boolean"),
        (bool(words.MONTH.search(header)), "month"),
        (bool(words.DATE.search(header)) and not words.FREE.search(header), "date"),
        (bool(words.TIME.search(header)), "timestamp"),
        (has_unit and bool(words.MONEY.search(header)) and not words.NOT_MONEY.search(header), "money"),
    )
    guess = TypeGuess(next((kind for holds, kind in checks if holds), "text"), ["表头"], [doubt])
    _mark_personal(header, None, guess)
    return guess


def _told(profile: Profile, count: int, what: str) -> str:
    share = "全部" if count >= profile.filled else f"{count:,} 行"
    return f"{profile.filled:,} 行有值,{share}为{what}"


def _misfits(profile: Profile, count: int, what: str) -> list[str]:
    if count >= profile.filled:
        return []
    return [f"{profile.filled - count:,} 行不是{what},载入时会退回,请核对"]


def _boolean(header: str, profile: Profile, _unit: bool, _lists: CodeLists) -> TypeGuess | None:
    count = profile.kinds["boolean"]
    bits = profile.kinds["bit"]
    if profile.share("boolean") < ENOUGH and not (
        words.YES_NO.search(header) and profile.share("boolean", "bit") >= ENOUGH
    ):
        return None
    shown = "、".join(value for value, _ in profile.values[:4])
    return TypeGuess(
        "boolean", [_told(profile, count + bits, f"是否({shown})")], _misfits(profile, count + bits, "是或否")
    )


def _time(header: str, profile: Profile, _unit: bool, _lists: CodeLists) -> TypeGuess | None:
    kinds = profile.kinds
    if kinds["timestamp"] and profile.share("timestamp", "date") >= ENOUGH:
        count = kinds["timestamp"] + kinds["date"]
        return TypeGuess("timestamp", [_told(profile, count, "带时刻的时间")], _misfits(profile, count, "时间"))
    is_date = bool(words.DATE.search(header) or words.TIME.search(header))
    serials = kinds["serial"] if is_date or kinds["date"] else 0
    dates = kinds["date"] + serials
    # Eight digits in a column of numbers are dates only where the header says so.
    written = any(not value.isdigit() for value, _ in profile.values)
    if dates >= ENOUGH * profile.filled and (is_date or (kinds["date"] and written)) and not words.ID.search(header):
        return TypeGuess(
            "date", [_told(profile, dates, f"日期(如 {profile.values[0][0]})")], _misfits(profile, dates, "日期")
        )
    months = kinds["month"] + (kinds["digit_month"] if words.MONTH.search(header) else 0)
    says_month = words.MONTH.search(header) or kinds["integer"] + kinds["number"] == 0 or "年" in profile.values[0][0]
    if months and months + dates >= ENOUGH * profile.filled and says_month:
        return TypeGuess(
            "month",
            [_told(profile, months + dates, f"年月(如 {profile.values[0][0]})")],
            _misfits(profile, months + dates, "年月"),
        )
    return _ordered_date(profile)


def _ordered_date(profile: Profile) -> TypeGuess | None:
    """Dates with the year last: the order is known only where some number is above twelve on one side."""
    day_first, month_first = profile.kinds["day_first"], profile.kinds["month_first"]
    either = max(day_first, month_first)
    if either < ENOUGH * profile.filled or profile.share("number") > 0.5:
        return None
    shown = profile.values[0][0]
    reasons = [_told(profile, either, f"年在最后的日期(如 {shown})")]
    if day_first == month_first:
        doubt = "日和月哪个在前看不出来(两种读法都成立),请写明 date_order;写明前按文字载入"
        return TypeGuess("text", reasons, [doubt])
    order = "DMY" if day_first > month_first else "MDY"
    return TypeGuess(
        "date",
        reasons,
        [f"按{'日/月/年' if order == 'DMY' else '月/日/年'}读,因为另一种读法下有的日期不存在;请核对"],
        date_order=order,
    )


def _listed(header: str, profile: Profile, _unit: bool, lists: CodeLists) -> TypeGuess | None:
    if profile.distinct <= 2 * len(profile.values) and (found := lists.guess(header, profile.values)):
        doubts = [f"{'、'.join(found.strangers[:3])} 不在代码表中"] if found.strangers else []
        reason = f"{profile.filled:,} 行有值,{profile.distinct} 种,属于代码表 {found.name}"
        return TypeGuess("code", [reason], doubts, codes=found.name)
    few = profile.distinct <= MOST_WORDS and max(_width(value) for value, _ in profile.values) <= LONGEST_WORD
    repeated = profile.filled >= 3 * profile.distinct or profile.filled <= 12
    if (
        not (few and repeated and words.CLOSED.search(header))
        or words.FREE.search(header)
        or profile.share("number") > 0.2
    ):
        return None
    allowed = tuple(sorted(value for value, _ in profile.values))
    shown = "、".join(f"{value}({count:,})" for value, count in profile.values[:SHOWN_WORDS])
    return TypeGuess(
        "code",
        [f"{profile.filled:,} 行只有 {profile.distinct} 种值:{shown}"],
        ["清单只有见过的值,请补齐其余允许的值"],
        allowed=allowed,
    )


def _width(word: str) -> float:
    return sum(0.5 if letter.isascii() else 1 for letter in word)


def _identifier(header: str, profile: Profile, _unit: bool, _lists: CodeLists) -> TypeGuess | None:
    kinds = profile.kinds
    if profile.share("number") < ENOUGH:
        return None
    counts = words.COUNTED.search(header) and not kinds["zero_first"]
    if words.ID.search(header) and not counts:
        return TypeGuess("text", [f"{profile.filled:,} 行全为数字,但表头是编号,前导零和长号码要按文字保留"])
    if kinds["long_number"] or kinds["zero_first"]:
        return TypeGuess(
            "text", [f"有超过 12 位或以 0 开头的数字({kinds['long_number'] + kinds['zero_first']:,} 行),是号码"]
        )
    if kinds["letter_code"]:
        return TypeGuess("text", [f"多数是数字,但 {kinds['letter_code']:,} 行以字母开头,是编码"])
    if kinds["mobile"] >= MOSTLY * profile.filled:
        return TypeGuess("text", [f"{kinds['mobile']:,} 行像手机号码"])
    lengths = {len(value) for value, _ in profile.values}
    if words.CODED.search(header) and len(lengths) == 1 and min(lengths) >= SHORTEST_CODE:
        return TypeGuess("text", [f"{profile.filled:,} 行全为 {min(lengths)} 位数字,表头是分类,是代码"])
    return None


def _number(header: str, profile: Profile, has_unit: bool, _lists: CodeLists) -> TypeGuess | None:
    kinds = profile.kinds
    if profile.share("percent") + profile.share("number") >= ENOUGH and kinds["percent"]:
        return TypeGuess("decimal", [_told(profile, kinds["percent"], "百分数")], is_percent=True)
    signs = kinds["money_sign"]
    if signs < ENOUGH * profile.filled and kinds["number"] < ENOUGH * profile.filled:
        return None
    count = max(signs, kinds["number"])
    says_money = unit_in_header(header) or (words.MONEY.search(header) and not words.NOT_MONEY.search(header))
    has_signs = signs > kinds["number"]
    if says_money or has_signs:
        why = "表头是金额" if says_money else "值带货币符号或单位"
        return TypeGuess("money", [_told(profile, count, "数字") + f",{why}"], _misfits(profile, count, "数字"))
    if kinds["integer"] >= kinds["number"] and not words.FRACTION.search(header):
        return TypeGuess(
            "integer", [_told(profile, kinds["integer"], "整数")], _misfits(profile, kinds["number"], "数字")
        )
    why = "" if kinds["integer"] < kinds["number"] else ",表头是可能有小数的量"
    return TypeGuess(
        "decimal", [_told(profile, kinds["number"], "数字") + why], _misfits(profile, kinds["number"], "数字")
    )


def _mark_personal(header: str, profile: Profile | None, guess: TypeGuess) -> None:
    """Personal data by the words of the header or by the shape of the values."""
    if guess.type not in ("text", "date", "integer"):
        return
    for pattern, why in words.PERSONAL:
        if pattern.search(header) and (guess.type == "text" or "出生" in header):
            guess.personal = True
            guess.reasons.append(f"个人信息:{why}")
            return
    if profile is None or guess.type != "text" or not profile.filled:
        return
    # A bank account is only told by its header: numbers of projects are as long.
    for kind, why in (("id_card", "身份证号码"), ("mobile", "手机号码")):
        if profile.kinds[kind] >= MOSTLY * profile.filled:
            guess.personal = True
            guess.reasons.append(f"个人信息:{profile.kinds[kind]:,} 行像{why}")
            return
