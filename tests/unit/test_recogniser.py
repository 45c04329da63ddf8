"""What the recogniser finds of invented personal data as offices write them, and that it leaves everything else alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
import yaml
from stdnum import luhn
from stdnum.cn import ric

from dagster_project.contracts import load_contracts
from dagster_project.privacy.known import is_name, known_of
from dagster_project.privacy.recogniser import Known, Recogniser, signs_of_personal_data
from dagster_project.privacy.tables import CLEAR, Masking, text_tables

TOLD = yaml.safe_load((Path(__file__).parents[1] / "data" / "personal_texts.yaml").read_text(encoding="utf-8"))
NAMES = (
    "王建国 李秀英 张伟 刘洋 陈志强 杨帆 黄丽华 周敏 吴晓东 徐静怡 孙悦 马腾飞 朱海涛 胡雪梅 郭子轩 何婉婷 高翔宇 林国栋 罗慧玲 梁家辉 宋佳 郑文博 谢永康 "
    "韩冰 唐小糖 冯巩义 董小燕 萧敬之 程潇潇 曹雨欣 欧阳明 司徒美华 上官云飞 诸葛青 区伟雄 冼玉珍 麦家琪 邝美云 植广仁 覃海燕 阿不都·热合曼 古丽·买买提"
).split()


def resident_id(number: int) -> str:
    first = f"440106{1880 + number % 19}{number % 12 + 1:02d}{number % 28 + 1:02d}{number * 37 % 1000:03d}"
    return first + str(ric.calc_check_digit(first))


def card(first: str) -> str:
    return first + str(luhn.calc_check_digit(first))


def wide(text: str) -> str:
    return "".join(chr(ord(sign) + 0xFEE0) if sign.isdigit() else sign for sign in text)


IDS = [resident_id(number) for number in range(8)]
CARD = card("622588011234567")
VALUES = {
    "name": NAMES,
    "id": [*IDS, f"{IDS[0][:6]} {IDS[0][6:14]} {IDS[0][14:]}", wide(IDS[1]), IDS[2].lower()],
    "phone": [
        "13800138000", "139 2222 3333", "186-1234-5678", "+86 15812345678", "13712345678", "199-123-45678", "8618812345678", wide("17012345678"),
    ],
    "landline": ["020-83341234", "(020)83341234", "0755-26551234", "020 8334 1234", "0760-8831234"],
    "card": [
        card("622202100100123456"), card("62284800101234567"), card("621700333000123456"), card("455512341234123"),
        " ".join(CARD[place : place + 4] for place in range(0, 16, 4)), wide(card("622848009999000011")),
    ],
    "account": ["44050158000000012345", "3602 0012 3456 7890 123", "800123456789", "1234567", "6000-1234-5678-90"],
    "email": ["zhang.san@example.com", "lwx_88@163.example.cn", "12345678@qq.example"],
    "address": [
        "天河区天寿路31号5栋1203房", "东山口署前路12号之二301房", "番禺大道某小区8栋2单元502", "海珠区江南大道中99号8楼801室", "白云区黄石花园C区12栋403房",
        "越秀区北京路1号3座1801",
    ],
}  # fmt: skip


def instances(kind: str) -> Iterator[tuple[str, str]]:
    """Each text of a kind with each value in it, and the value."""
    for text in TOLD["personal"][kind]:
        placeholder = re.search(r"\{(\w+)\}", text)[1]
        for value in VALUES[placeholder]:
            yield text.replace(f"{{{placeholder}}}", value), value


def found_pct(recogniser: Recogniser, kind: str) -> float:
    results = [value not in recogniser.masked(text) for text, value in instances(kind)]
    return 100 * sum(results) / len(results)


@pytest.mark.parametrize(
    ("kind", "least"), [("id", 100), ("phone", 100), ("account", 100), ("email", 100), ("address", 100), ("name", 77)]
)
def test_of_each_kind_so_many_are_found_by_signs_alone(kind: str, least: float) -> None:
    assert found_pct(Recogniser(), kind) >= least


def test_names_that_the_ledgers_know_are_found_without_a_word_beside_them() -> None:
    assert found_pct(Recogniser(Known(names=frozenset(NAMES))), "name") >= 97


@pytest.mark.parametrize("text", TOLD["harmless"])
def test_what_is_harmless_stays_as_it_is(text: str) -> None:
    assert Recogniser().masked(text) == text
    assert Recogniser(Known(names=frozenset(NAMES), numbers=frozenset(["6222021234567890"]))).masked(text) == text


def test_every_text_that_changes_is_among_those_that_are_looked_at() -> None:
    """The pattern that picks texts in SQL must not pass over one that the recogniser would change."""
    changed = [
        text for kind in TOLD["personal"] for text, value in instances(kind) if Recogniser().masked(text) != text
    ]
    (passed_over,) = duckdb.execute(
        "select list(text) from (select unnest(?) as text) where not regexp_matches(text, ?)",
        [changed, signs_of_personal_data()],
    ).fetchone()
    assert len(changed) > 1000 and not passed_over


def test_no_mark_holds_a_digit_and_marks_of_keys_stay_apart() -> None:
    keys = [f"站点-联系人:{name}" for name in NAMES] + IDS
    masked = [Recogniser().masked_key(key) for key in keys]
    assert len(set(masked)) == len(keys) and not any(map(str.isdigit, "".join(masked)))
    assert Recogniser().masked_key("440106199001011234567") == "440106199001011234567"


def test_a_surrogate_hides_the_resident_id_that_it_is_made_of() -> None:
    key = f"101001-2023-{IDS[0]}"
    assert Recogniser().masked_key(key) == f"101001-2023-{Recogniser().masked_key(IDS[0])}" != key
    assert Recogniser().masked_key("101001-2023-440100210003000027") == "101001-2023-440100210003000027"


def test_a_name_is_no_name_where_a_place_is_called_so() -> None:
    known = Recogniser(Known(names=frozenset(["李福林", "高明"])))
    assert known.masked("李福林路路灯维修") == "李福林路路灯维修" and known.masked("赴高明区调研") == "赴高明区调研"
    assert (
        known.masked("李福林路灯投诉") != "【姓名】路灯投诉"
    )  # what begins like a place counts as one: said in docs/privacy.md
    assert known.masked("补发李福林工资") == "补发【姓名】工资"


def test_only_values_like_names_of_people_are_looked_for_elsewhere() -> None:
    values = ["王建国", "欧阳明华", "员工0075", "广州某某有限公司", "代表0002", "高新区", "古丽娜·买买提"]
    assert [value for value in values if is_name(value)] == ["王建国", "欧阳明华", "古丽娜·买买提"]


def database(path: Path) -> Path:
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema marts; create schema quality")
        connection.execute(
            """
            create table marts.fct_things as select * from (values
                (1, '办公楼维修', 'A-1', '联系人:王建国', 10.5), (2, '采购天枢机房屏蔽改造', 'A-2', '无', 20.0),
                (3, '补发冯巩义工资', $id, null, 30.0)
            ) as rows(row_number, title, thing_no, remark, amount_yuan)
            """.replace("$id", f"'{IDS[0]}'")
        )
        connection.execute(
            f"create table quality.findings as select 'a.csv' as file, '电话13800138000' as message_zh, '{IDS[1]}' as sha256"
        )
    return path


def tables(path: Path, masking: Masking) -> dict[str, list[tuple]]:
    replacements = masking.replacements(path, ["marts", "quality"])
    with duckdb.connect() as connection:
        connection.execute(f"attach '{path}' as db (read_only)")
        instead = replacements.relations(connection, "db")
        names = [f"{table.schema}/{table.name}" for table in text_tables(connection, "db", ["marts", "quality"])]
        return {
            name: connection.execute(
                f"select * from {instead.get(name, 'db.' + name.replace('/', '.'))} order by all"
            ).fetchall()
            for name in names
        }


MASKING = Masking(Recogniser(Known(frozenset(["冯巩义"]), frozenset(), frozenset(["天枢机房屏蔽改造"]))))


def test_tables_come_out_masked_and_otherwise_equal(tmp_path: Path) -> None:
    found = tables(database(tmp_path / "w.duckdb"), MASKING)
    first, second, third = found["marts/fct_things"]
    assert first[:4] == (1, "办公楼维修", "A-1", "联系人:【姓名】") and second[1] == "采购(涉密)" and second[3] == "无"
    assert third[1] == "补发【姓名】工资" and third[2].startswith("【证件号】·") and third[3] is None
    assert found["quality/findings"] == [("a.csv", "电话【电话】", IDS[1])]


def test_clear_free_texts_keep_persons_but_no_secret_and_findings_stay_masked(tmp_path: Path) -> None:
    found = tables(database(tmp_path / "w.duckdb"), Masking(MASKING.recogniser, CLEAR))
    titles = [row[1] for row in found["marts/fct_things"]]
    assert titles == ["办公楼维修", "采购(涉密)", "补发冯巩义工资"]
    assert found["quality/findings"] == [("a.csv", "电话【电话】", IDS[1])]


def test_a_database_without_personal_data_is_copied_as_it_is(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "w.duckdb")) as connection:
        connection.execute(
            "create schema marts; create table marts.t as select '人大代表视察' as title, 'ZF202301000001' as voucher_no"
        )
    replacements = MASKING.replacements(tmp_path / "w.duckdb", ["marts"])
    with duckdb.connect() as connection:
        connection.execute(f"attach '{tmp_path / 'w.duckdb'}' as db (read_only)")
        assert replacements.relations(connection, "db") == {}


def test_a_landing_zone_without_files_knows_nobody(tmp_path: Path) -> None:
    assert known_of(tmp_path, load_contracts().values()) == Known()
