"""Every rule that landing applies to a file, a row or a cell: its severity, and what it says to the department."""

from __future__ import annotations

from dagster_project.ingestion.control import CONTROL_RULES
from dagster_project.ingestion.id_rules import ID_RULES
from dagster_project.ingestion.json_rules import JSON_RULES
from dagster_project.ingestion.rule import Rule, Severity
from dagster_project.ingestion.workbook_rules import WORKBOOK_RULES

__all__ = ["BAD_VALUE_RULE", "RULES", "Refused", "Rule", "Severity"]

RULES: dict[str, Rule] = {
    # cells: the row is rejected
    "missing_value": Rule("error", "必填列“{header}”为空", "请补填该列后重新报送"),
    "bad_date": Rule(
        "error", "“{header}”的值“{value}”不是有效日期", "请改为真实存在的日期,如 2023-01-05 或 2023年1月5日"
    ),
    "bad_month": Rule("error", "“{header}”的值“{value}”不是有效年月", "请改为年月,如 2023-01 或 2023年1月"),
    "bad_timestamp": Rule("error", "“{header}”的值“{value}”不是有效时间", "请改为如 2023-01-05 09:30:00 的时间"),
    "bad_amount": Rule("error", "“{header}”的值“{value}”不是金额,或精度超过分", "请改为数字,如 1234.56,最多精确到分"),
    "bad_number": Rule("error", "“{header}”的值“{value}”不是数字", "请改为阿拉伯数字"),
    "bad_boolean": Rule("error", "“{header}”的值“{value}”不是“是”或“否”", "请填“是”或“否”"),
    "unknown_code": Rule(
        "error",
        "“{header}”的值“{value}”不在代码表中,或其代码与名称不是同一项({detail})",
        "请核对该年度代码表后更正;确为新代码的,请通知数据管理员补充代码表",
    ),
    "bad_pattern": Rule("error", "“{header}”的值“{value}”不符合编号规则 {detail}", "请按编号规则更正"),
    "out_of_range": Rule("error", "“{header}”的值“{value}”超出合理范围 {detail}", "请核对后更正"),
    "digits_lost": Rule(
        "error",
        "“{header}”的值“{value}”是科学计数法,末几位已丢失",
        "请在表格中加宽该列,编号设为文本格式、金额设为数值格式,核对完整的值后重新导出",
    ),
    "spreadsheet_error": Rule(
        "error", "“{header}”的单元格是表格程序的错误显示“{value}”", "请修正公式或加宽该列后重新报送"
    ),
    "formula_without_value": Rule("error", "“{header}”的公式没有缓存值", "请用表格程序打开文件,保存后重新报送"),
    **ID_RULES,
    "total_in_data": Rule(
        "error",
        "“{header}”是“{value}”,像是合计行,却有编号等明细才有的内容",
        "确为合计的,请清空该行的编号等栏,或删除该行;确为明细的,请写明名称",
    ),
    "ambiguous_date": Rule(
        "error",
        "“{header}”的值“{value}”看不出年、月、日的先后",
        "请改为如 2023-01-05 的日期;或请数据管理员在约定中用 date_order 写明该列的日期顺序",
    ),
    "ambiguous_month": Rule(
        "error",
        "“{header}”的值“{value}”小数点后只有一位,看不准是哪个月(表格程序会把 2023.10 存成 2023.1)",
        "请改为如 2023-01 或 2023年10月 的年月",
    ),
    "outside_period": Rule(
        "error", "“{header}”的值“{value}”不在本文件的期间 {detail} 内", "请核对该值,或核对文件登记的期间"
    ),
    "other_department": Rule(
        "error",
        "“{header}”是“{value}”,而文件登记为 {detail} 报送",
        "请把该行报到它自己的部门,或更正该列,或更正 received.csv 登记的部门",
    ),
    "unexpected_percent": Rule(
        "error",
        "“{header}”的值“{value}”是百分数,而该列不按百分比填报",
        "请改为不带百分号的数;该列确为百分比的,请数据管理员在约定中写明 percent",
    ),
    "foreign_currency": Rule("error", "“{header}”的值“{value}”是外币金额", "请折算为人民币后填报"),
    # rows of an answer: the row is rejected, and what it was to mend stays open
    "not_a_reject": Rule(
        "error",
        "该行的回执码“{detail}”不是所答文件中退回的行",
        "答复工作簿只更正退回的行,不能增加行;请删除该行,新增的内容请在整份文件中重新报送",
    ),
    "answered_twice": Rule("error", "该行与{detail}更正的是同一行", "一行只能更正一次;请删除其中一行"),
    "unknown_choice": Rule("error", "“更正方式”写的是“{detail}”", "请留空(按本行更正),或写“作废”“无误”"),
    "row_unchanged": Rule(
        "error", "该行没有改动,仍按退回处理", "请按所提示的改正;核对后确实无误的,在“更正方式”一栏写“无误”"
    ),
    "row_mended": Rule("info", "已更正所答文件中退回的{detail}", "无需处理"),
    "row_voided": Rule("info", "所答文件中退回的{detail}不再报送(作废)", "无需处理"),
    # rows: the row is rejected
    "too_many_cells": Rule(
        "error", "该行单元格多于表头({detail}),内容可能错位", "请检查是否多了一个分隔符,更正后重新报送"
    ),
    "too_few_cells": Rule("error", "该行单元格少于表头({detail}),内容可能错位", "请补齐该行后重新报送"),
    "truncated_row": Rule("error", "文件在最后一行中间结束({detail}),内容不完整", "请重新导出完整文件后报送"),
    **JSON_RULES,
    "duplicate_key": Rule(
        "error", "“{header}”的值“{value}”与{detail}重复,该行未载入", "请核对哪一行正确,删除或更正另一行"
    ),
    "unit_conflict": Rule(
        "error", "该行位于与表头不同的单位行({detail})之下,金额单位不明", "请把金额统一为同一单位后重新报送"
    ),
    "damaged_quotes": Rule("error", "该行的引号使单元格分不开({detail})", "请去掉该行多余的英文引号,或重新导出后报送"),
    "damaged_text": Rule("error", "该行{detail}有损坏的字(半个汉字),内容不完整", "请更正该处文字,重新导出后报送"),
    "another_code_page": Rule(
        "error",
        "该行{detail},与文件其余部分的编码不同,读出的字不对",
        "请用一种编码(UTF-8 或 GB18030)重新导出,核对该处文字后报送",
    ),
    "lost_text": Rule(
        "error", "该行{detail}的原字已丢失(成了替代符号)", "请从原系统重新导出(编码选 UTF-8),核对该处文字后报送"
    ),
    "merged_amount": Rule(
        "error", "该行的金额或数量与上面的行合并在一个单元格({detail})中,只计在第一行", "请取消合并,逐行填写后重新报送"
    ),
    # many rows of the file: rejected together
    "rows_above_header": Rule(
        "error", "表头之上有 {value} 行像数据,未载入({detail})", "请核对表头是否写错,或把这些行移到表头之下,重新报送"
    ),
    "another_header": Rule(
        "error",
        "表中又有一个列、列顺序或金额单位不同的表头({detail}),其下 {value} 行未载入",
        "请把两张表分成两个文件或两个工作表报送",
    ),
    "all_rejected": Rule("error", "文件的 {value} 行全部退回,没有一行载入", "请先按下列各条更正,再重新报送"),
    # the file: loaded with a warning, or a note
    "invisible": Rule("info", "{value} 处有看不见的字符(如零宽字符、控制字符),已去掉", "无需处理"),
    "private_use": Rule(
        "warning",
        "{value} 处含有没有定义的字(造字区或替代符号),可能显示不出来,首处在{detail}",
        "请核对这些字,改用标准汉字后重新报送",
    ),
    "padded": Rule("info", "{value} 行在最后一列之后还有空单元格,已略去", "无需处理"),
    "repeated_header": Rule("info", "每页重复打印的标题和表头共 {value} 行,不是数据,未计入", "无需处理"),
    "nameless_column": Rule(
        "warning", "{header}没有表头,其中 {value} 个单元格有内容,未载入", "请给该列写上表头;不需要的请清空该列"
    ),
    "missing_optional": Rule("info", "文件没有这些可选的列:{header}", "确无这些内容的,无需处理;否则请补上该列"),
    "blank_rows_only": Rule("warning", "表头之下只有 {value} 个空行,没有数据", "如确无业务,无需处理;否则请重新导出"),
    "ends_in_header": Rule("warning", "文件在表头行结束,没有换行,也没有数据,可能没有导出完整", "请重新导出完整文件"),
    "merged_cells": Rule("info", "{value} 个被合并的空单元格已按合并区域的内容填充", "无需处理"),
    "merged_across": Rule(
        "warning",
        "{value} 处单元格横向合并({detail}),内容只计入最左一列,其余各列按空处理",
        "请取消合并,逐列填写后重新报送",
    ),
    "merged_over_head": Rule(
        "warning",
        "{value} 处表头单元格与其下的数据行合并({detail}),这些行的该列按空处理",
        "请取消合并,逐行填写后重新报送",
    ),
    "hidden_rows": Rule(
        "info", "表中有 {value} 行被隐藏或筛选掉(自{detail}起),已一并载入", "如这些行不应报送,请删除后重新报送"
    ),
    "hidden_columns": Rule("info", "{value}列被隐藏,已一并载入", "无需处理"),
    "another_sheet": Rule(
        "warning", "除工作表“{value}”外,本表也有同样的表头,其 {detail} 行已一并读取", "如本表不应报送,请删除后重新报送"
    ),
    "sheet_by_header": Rule(
        "warning", "没有可见的工作表“{value}”,已按表头读取本表的 {detail} 行", "请把工作表改为约定的名称"
    ),
    "unread_sheet": Rule("info", "本工作表没有约定的表头,其 {value} 行未读取", "如其中有数据,请按约定的表头填写"),
    "unread_hidden_sheet": Rule(
        "warning", "隐藏的工作表的 {value} 行未读取", "如其中有应报送的数据,请取消隐藏;否则请删除该工作表"
    ),
    "json_list": Rule("info", "按键“{header}”之下的 {value} 条记录读取", "无需处理"),
    "count_differs": Rule(
        "warning", "文件写明“{header}”为 {value} 条,实有 {detail} 条", "请核对是否导出完整,必要时重新导出"
    ),
    "equal_rows": Rule("info", "{value} 行与另一行完全相同,按约定都已计入", "请确认不是重复录入"),
    "total_unread": Rule(
        "warning",
        "合计行的“{header}”{value} 不能读作数,没有与各行核对",
        "请把合计改为与明细同样写法、同样小数位的数后重新报送",
    ),
    "total_differs": Rule(
        "warning", "该行的“{header}”{value} 与其各行之和不符({detail})", "请核对有无漏行、错行,或更正合计数"
    ),
    "percent_as_share": Rule(
        "warning",
        "百分比列“{header}”的 {value} 个数都不超过 1(如 {detail}),按百分之{detail}载入,可能本是小数形式的比例",
        "请核对:0.31 若指 31%,请改为 31 或 31% 后重新报送",
    ),
    "summary_differs": Rule(
        "warning", "汇总数“{header}”{value} 与本文件明细不符({detail})", "请核对明细有无漏行、错行,或更正汇总表"
    ),
    "printed_count_differs": Rule(
        "warning", "文件写明共 {value} 条,实有 {detail}", "请核对是否导出完整,必要时重新导出"
    ),
    **CONTROL_RULES,
    "layout_tie": Rule("info", "文件同时符合几种约定的格式,按第一种({value})读取", "无需处理;有误时请通知数据管理员"),
    "mixed_unit_row": Rule(
        "warning", "表中出现与文件开头不同的单位行“{value}”,其下各行未载入", "请把金额统一为同一单位,或分成两个文件报送"
    ),
    "extra_column": Rule(
        "warning",
        "列“{header}”不在约定中,其 {value} 个单元格未载入",
        "如需载入,请通知数据管理员修改约定;否则请删除该列",
    ),
    "unit_differs_from_contract": Rule(
        "info", "文件注明单位为{value},与约定的{detail}不同,已按文件注明的单位换算", "请确认单位行无误"
    ),
    "text_guard": Rule("info", '{value} 个单元格带有表格程序的文本标记(如 ="00123" 或前置撇号),已去掉', "无需处理"),
    "full_width_key": Rule("info", "{value} 个编号或代码含全角字符,已按半角载入", "无需处理;以后请用半角录入编号"),
    "null_word": Rule(
        "info",
        "“{header}”有 {value} 个单元格写着 NULL、None 一类的空值(首个在本行),已按未填读取",
        "确无内容的,无需处理;应有内容的,请补填后重新报送",
    ),
    "web_code": Rule(
        "warning",
        "“{header}”有 {value} 个单元格含网页代码(如 &amp;、<br>;首个在本行),已照原文载入",
        "请从原程序导出为普通的文本或表格,核对这些文字后重新报送",
    ),
    "rounded": Rule(
        "info", "{value} 个数的小数位多于保留的位数,已四舍五入", "无需处理;需要更多位数的,请通知数据管理员"
    ),
    "subtotal_row": Rule("info", "合计或小计行“{value}”不是明细,未计入", "无需处理"),
    "empty_file": Rule("warning", "文件只有表头,没有数据行", "如确无业务,无需处理;否则请重新导出"),
    **WORKBOOK_RULES,
    # the file, or one of its sheets: refused as a whole
    "total_refused": Rule(
        "error", "合计行的 {value} 与其各行之和不符({detail})", "请核对有无漏行、错行,更正后重新报送"
    ),
    "count_refused": Rule("error", "文件写明共 {value} 条,实有 {detail}", "请重新导出完整的文件后报送"),
    "unreadable_file": Rule("error", "文件无法读取:{detail}", "请确认文件能正常打开,另存后重新报送"),
    "unknown_encoding": Rule("error", "文件编码无法严格识别:{detail}", "请用 UTF-8 或 GB18030 编码重新导出"),
    "missing_sheet": Rule("error", "找不到工作表“{value}”,文件中有:{detail}", "请把数据放在约定名称的工作表中"),
    "empty_workbook": Rule("error", "工作簿的各工作表都没有内容:{detail}", "请重新导出有内容的工作簿后报送"),
    "missing_columns": Rule("error", "找不到完整的表头,缺少列:{detail}", "请按约定的表头重新导出"),
    "missing_labels": Rule("error", "找不到必填的标签:{detail}", "请按约定的表样填写,标签不要改名、不要删除"),
    "duplicate_label": Rule("error", "标签“{value}”出现两次,内容不同", "请只保留一处"),
    "hidden_sheet": Rule(
        "error", "隐藏的工作表的 {value} 行未载入,文件中有:{detail}", "请取消隐藏,或删除该工作表后重新报送"
    ),
    "zero_bytes": Rule("error", "文件是空的,一个字节也没有", "请重新导出或重新复制文件后报送"),
    "another_delimiter": Rule("error", "文件看起来以{value}分隔,{detail}", "请另存为约定的分隔符后重新报送"),
    "quoted_lines": Rule("error", "整行被引号括成了一个单元格,分不出各列", "请重新导出,不要给整行加引号"),
    "broken_json": Rule("error", "文件不是完整的 JSON:{detail}有误", "请重新导出完整文件后报送"),
    "no_records": Rule("error", "JSON 文件中找不到记录的列表:{detail}", "请导出为记录的列表,或每行一个对象"),
    "duplicate_header": Rule("error", "表头重复:{detail}", "请保留一列,删除或改名其余列"),
    "unknown_unit": Rule("error", "金额单位不明:{detail}", "请在表头上方注明“单位:元”或“单位:万元”"),
    "ambiguous_unit": Rule("error", "文件中的金额单位互相矛盾:{detail}", "请在表头上方注明金额单位,并只保留一个"),
    # a workbook: refused before it is read
    "other_kind": Rule(
        "error", "文件其实是{value},不是工作簿{detail}", "请用表格程序打开,另存为 xlsx 工作簿后重新报送"
    ),
    "encrypted_workbook": Rule("error", "文件设有打开密码,无法读取", "请取消打开密码,另存后重新报送"),
    "damaged_workbook": Rule("error", "文件不完整或已损坏:{detail}", "请重新导出或重新复制完整的文件,确认能打开后报送"),
    "oversized_workbook": Rule("error", "文件内容过大,未读取:{detail}", "请确认文件来源;确为台账的,请分成几个文件报送"),
    "too_big_to_read": Rule(
        "error",
        "读取这个文件需要的内存超过 {value} MB,已停止读取",
        "请确认文件来源;确为台账的,请分成几个文件报送,或请数据管理员调大 JIXIAO_READING_MEMORY_MB 后,把文件另存(内容须有改动)再报送",
    ),
    "too_slow_to_read": Rule(
        "error",
        "这个文件 {value} 秒内没有读完({detail}),已停止读取",
        "请确认文件来源;确为台账的,请分成几个文件报送,或请数据管理员调大 JIXIAO_READING_SECONDS 后,把文件另存(内容须有改动)再报送",
    ),
    "reader_stopped": Rule(
        "error",
        "读取程序在这个文件上意外停止({detail};内存上限 {value} MB)",
        "请用原程序打开文件,另存后重新报送;仍不行的,请分成几个文件,或交给数据管理员",
    ),
    "too_wide": Rule(
        "error",
        "文件有 {value} 个约定之外的列或键,超过 {detail} 个",
        "请确认文件来源;确为台账的,请只保留约定的列后重新报送",
    ),
    "far_cell": Rule(
        "error",
        "最后一个有内容的单元格远在 {value},而整张表只有{detail}有内容,无法读取",
        "请删除远处的多余内容(连同其间的空行空列)后重新报送",
    ),
    "bad_structure": Rule("error", "超过半数的行与表头列数不符:{detail}", "请检查分隔符和导出格式"),
    "no_contract": Rule("warning", "没有约定对应这个文件,未读取", "请放到约定的文件夹,或通知数据管理员新增约定"),
}

BAD_VALUE_RULE = {
    "integer": "bad_number",
    "decimal": "bad_number",
    "money": "bad_amount",
    "date": "bad_date",
    "month": "bad_month",
    "timestamp": "bad_timestamp",
    "boolean": "bad_boolean",
    "code": "unknown_code",
}


class Refused(Exception):
    """A file that cannot be read at all; carries the rule and what fills its texts."""

    def __init__(self, rule: str, *, value: str = "", detail: str = "", sheet: str = "", row: int | None = None):
        super().__init__(rule)
        self.rule, self.value, self.detail, self.sheet, self.row = rule, value, detail, sheet, row
