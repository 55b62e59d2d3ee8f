"""The carriers, played: SES and SNS take messages as ever, and what becomes of them is told as AWS would tell it.

Functions send to this simulator instead of to ministack (`AWS_ENDPOINT_URL_SNS`, `AWS_ENDPOINT_URL_SESV2`). It hands
every call on to ministack, notes what was accepted, and answers a moment later: e-mails by SES events on the event bus,
SMS by SNS delivery logs. The recipient decides what happens: `behaviours` has the table, docs/carriers.md explains it.
"""
