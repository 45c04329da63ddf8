"""Great Expectations suites: one module per published table, with `TABLE` and `suite()`; `quality.suites` runs them."""
