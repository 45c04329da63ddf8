"""The rules about what a workbook carries besides its values: each finding names a cell where there is one, as a letter and a row."""

from __future__ import annotations

from dagster_project.ingestion.rule import Rule

WORKBOOK_RULES = {
    "typed_over_formula": Rule(
        "warning",
        "单元格 {value} 是固定值,而该列上下各行都是公式({detail} 个),可能被手工改过",
        "请核对该值;应由公式算出的,恢复公式后重新报送,确需固定的,请说明",
    ),
    "external_link": Rule(
        "warning",
        "{value}取自另一个工作簿,读到的是上次保存的数,可能不是最新",
        "请打开所取的工作簿更新后,改为固定的数,再重新报送",
    ),
    "struck_out": Rule(
        "warning",
        "{value} 个单元格的字划了删除线({detail}),已照常载入",
        "确已作废的,请删除所在的行后重新报送;没有作废的,请去掉删除线",
    ),
    "struck_part": Rule(
        "warning",
        "{value} 个单元格的字有一部分划了删除线({detail}),划去的字也已载入",
        "请删去已作废的字,去掉删除线后重新报送;没有作废的,请去掉删除线",
    ),
    "partly_struck_out": Rule(
        "error",
        "单元格 {detail} 的字有一部分划了删除线,读到的是划去的与保留的连在一起,未载入",
        "请删去已作废的字,去掉删除线后重新报送",
    ),
    "form_cells_unread": Rule(
        "warning",
        "表单中有 {value} 个单元格不属于约定的标签或其值({detail}),未载入",
        "请核对各标签的值是否紧跟在标签之后;需要载入的其他内容,请通知数据管理员修改约定",
    ),
    "forms_beside": Rule(
        "error",
        "表中并排有 {value} 份表单({detail}),分不清各格属于哪一份,没有载入",
        "请在各份表单之间留一个空列,或把各份分别放在单独的工作表中,重新报送",
    ),
    "saved_after_receipt": Rule(
        "warning",
        "工作簿最后保存于 {value},晚于收件登记的收到时间 {detail},报送(审定)之后可能改过",
        "没有更正的,请换回当时报送的文件;确有更正的,请说明更正内容,并在 received.csv 登记这次收到的时间",
    ),
    "texts_unread": Rule(
        "info",
        "{value} 处批注或文本框有文字({detail}),不是单元格的内容,未载入",
        "其中如有应报的数或更正,请写进单元格后重新报送;否则无需处理",
    ),
    "struck_by_condition": Rule(
        "warning",
        "单元格区域 {value} 设有按条件划删除线的格式,无法判断哪些单元格已划去,已照常载入",
        "确已作废的,请删除所在的行后重新报送;没有作废的,请清除该条件格式",
    ),
    "macros": Rule(
        "warning", "工作簿带有宏({value}),宏不会运行,由宏算出的内容可能没有更新", "请另存为不带宏的 xlsx 后重新报送"
    ),
    "other_text": Rule("error", "文件其实是{value},不是{detail}", "请在原程序中另存或导出为应有的格式后重新报送,不要只改文件名的后缀"),
    "text_numbers": Rule(
        "info", "“{header}”有 {value} 个数是文本形式({detail}),已按数载入", "无需处理;表格程序求和时不计文本,表中合计数请核对"
    ),
    "unread_beside": Rule(
        "info", "工作表中的{value}无法读取,其中如写有金额单位,未能核对", "请确认其中没有写另外的金额单位;金额单位请写在表头上方的单元格中"
    ),
    "dates_from_1904": Rule("info", "工作簿的日期从 1904 年起算,已按此换算", "无需处理;粘贴过来的日期请核对是否差四年"),
    "ghost_range": Rule(
        "info", "数据止于 {value},而工作表的范围到 {detail},其间是空的格式", "无需处理;文件过大时,请删除多余的空行空列后另存"
    ),
}  # fmt: skip
