"""A table of invoices in a file (CSV as spreadsheets and invoicing systems write it), read without trusting it.

The file is read twice. `survey.survey_table` goes through it once, fast, and settles what only the whole file can
tell: its encoding, where it may be cut into chunks without cutting a row, and which row each chunk begins with. After
that the chunks can be read one after another or side by side: `rows.InvoiceTable.read` gives the same rows and rejects
either way. What two rows say of one invoice is compared at the end, by `receivables.repeats`.

Both passes hold one block of the file at a time, so memory does not grow with the file.

    survey      opening     the kind of file, the separator, the header row
                encoding    UTF-8, UTF-16, Windows-1250 or ISO-8859-2
                grammar     where a row and a cell end
                columns     which column is what
                date_order  whether the month comes first
    rows        values      what the cells of many rows say    cells, shortcuts
                statements  the event that a row amounts to
    rejects     writing

`source` makes a format of it all, and `payments` another one, of tables of payments.
"""
