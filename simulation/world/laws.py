"""The laws of the city and when each was promulgated."""

from __future__ import annotations

from datetime import date

LAWS: dict[int, tuple[tuple[str, date], ...]] = {
    2022: (
        ("广州市养老服务条例", date(2022, 1, 20)),
        ("广州市生活垃圾分类管理条例", date(2022, 3, 11)),
        ("广州市数字经济促进条例", date(2022, 4, 6)),
        ("广州市反餐饮浪费条例", date(2022, 5, 27)),
        ("广州市幸福社区促进条例", date(2022, 7, 8)),
        ("广州市知识产权保护条例", date(2022, 8, 26)),
        ("广州市优化营商环境条例", date(2022, 10, 14)),
        ("广州市绿化条例", date(2022, 12, 2)),
    ),
    2023: (
        ("广州市支持民营经济发展条例", date(2023, 2, 24)),
        ("广州市消防规定", date(2023, 3, 10)),
        ("广州市传统风貌建筑保护规定", date(2023, 4, 14)),
        ("广州市城市快递条例", date(2023, 5, 12)),
        ("广州市青年创新创业促进条例", date(2023, 6, 9)),
        ("广州市野生动物放生管理规定", date(2023, 7, 21)),
        ("广州市公共场所外语标识管理规定", date(2023, 8, 25)),
        ("广州市公共休闲场地安全管理规定", date(2023, 9, 22)),
        ("广州市城市轨道交通管理条例", date(2023, 10, 20)),
        ("广州市城中村改造条例", date(2023, 12, 8)),
    ),
}
"""The ten laws that the 2023 report names; the laws of 2022 and all dates are assumed."""


def law_no(year: int, number: int) -> str:
    """The number of a law: the n-th promulgated in a year."""
    return f"FG{year}{number:03d}"
