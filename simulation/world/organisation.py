"""The office itself: its department code and the names of its committees and divisions, as in the 2023 report."""

from __future__ import annotations

DEPARTMENT = "101001"
AGENCY = "101001-广州市人民代表大会常务委员会办公厅"
COMMITTEES = (
    "法制", "监察和司法", "预算", "经济", "城乡建设环境与资源保护",
    "农村农业", "教育科学文化卫生", "华侨外事民族宗教", "社会建设",
)  # fmt: skip
DIVISIONS = ("秘书处", "行政处", "人事处", "老干部处", "信访处", "信息中心", "机关党委办公室")
