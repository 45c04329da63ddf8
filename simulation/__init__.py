"""The simulated office: invented ledgers of 2022 and 2023 that add up to the published totals of the 2023 report."""
