"""附件1, the scored workbook."""
