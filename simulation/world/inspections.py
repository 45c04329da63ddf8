"""The inspection of 2022 after which hospitals that treat snakebites were registered."""

from __future__ import annotations

from datetime import date

SNAKEBITE_INSPECTION = date(2022, 9, 20)
SNAKEBITE_ITEM = "《广州市社会急救医疗管理条例》执法检查"
