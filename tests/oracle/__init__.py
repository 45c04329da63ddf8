"""A second computation of the evaluation, independent of the warehouse: plain Python over the raw files."""
