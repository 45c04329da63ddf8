"""Answer workbooks: what became of a file that a department handed in, and its rejected rows as they are to be mended."""
