"""The carriers, played: they take messages as ever, and what becomes of them is told as the carrier would tell it.

Functions send to this simulator instead of to ministack (`AWS_ENDPOINT_URL_SNS`, `AWS_ENDPOINT_URL_SESV2`). Each
carrier has a stand-in, a module of its name (`stand_ins`): it knows its own calls, answers them or hands them on to
ministack, and tells a moment later, SES by events on the event bus, SNS by delivery logs. What is nobody's goes on to
ministack. The recipient decides what happens: `behaviours` has the table, docs/carriers.md explains it.
"""
