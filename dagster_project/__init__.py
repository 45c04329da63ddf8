"""Warehouse for the yearly performance evaluation of a budget department (部门整体支出绩效自评)."""
