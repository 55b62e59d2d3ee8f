"""`upominek simulate`: what campaigns would say and cost, before a penny is spent. Works without any stack.

store       the creditor, its campaigns and the invoices of a file, in memory, and the walk through the days
payments    a file of payments
totals      sums over messages, kept while they go by
as_json     the answer for programs, message by message
page        the answer for people: one page that needs nothing else
"""
