"""附件2, the report: its sentences, charts, and the same document as Word, PDF and HTML page."""
