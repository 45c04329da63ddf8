"""The desk: a web process of its own where departments hand in files, get the answer at once, and confirm their figures."""
