"""What a table of invoices never needs: beyond it a file is broken, or meant to break something."""

MAX_RECORD_BYTES = 1024 * 1024
"""One row, line breaks inside quoted cells included; a longer one ends the reading."""

MAX_CELL_BYTES = 32 * 1024
"""One cell. A quotation mark that is not closed within this length is taken as an ordinary character."""

MAX_COLUMNS = 200

MAX_TITLE_ROWS = 30
"""Rows above the header, as reports have them: a title, the day, whose they are."""

MAX_HEADER_BYTES = 64 * 1024
"""Everything up to the end of the header row."""
