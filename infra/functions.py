"""All queues and all functions, one row each: docs/adding/function.md says how to add one.

What a row may say is in `infra/rows.py`. What a role may do is written a second time, by hand, in
tests/infra/test_permissions.py: no row grants anything that nobody looked at.
"""

from __future__ import annotations

from typing import Final

from infra.rows import (
    AGENDA_INDEX,
    ARRIVALS,
    DELETE,
    DELETE_FILES,
    DUE_INDEX,
    INSERT,
    LEAST_CONCURRENCY,
    LETTERS,
    LONGEST_SECONDS,
    MANIFESTS,
    MESSAGE_INDEX,
    OPEN_INDEX,
    PUT,
    READ,
    READ_FILES,
    REPLACE_FILES,
    RETENTION_INDEX,
    WRITE,
    WRITE_FILES,
    WRITTEN,
    Batches,
    FailureAlarm,
    Files,
    Function,
    Queue,
    Route,
    Schedule,
    SilenceAlarm,
)

IMPORTS = Queue(name="Imports", alarm_age_minutes=60, announces=ARRIVALS)
PLANS = Queue(name="Plans", alarm_age_minutes=30)
# Reminders that wait for contact hours are sent anew each quarter of an hour, so these too stay young.
SMS = Queue(name="Sms", alarm_age_minutes=60)
EMAIL = Queue(name="Email", alarm_age_minutes=60)
# Letters are made within contact hours as well, and a batch of them takes seconds.
LETTER = Queue(name="Letter", alarm_age_minutes=60)
RECEIPTS = Queue(name="Receipts", alarm_age_minutes=60)

QUEUES: Final = (IMPORTS, PLANS, SMS, EMAIL, LETTER, RECEIPTS)
OUTBOX: Final = (SMS, EMAIL, LETTER)

WEBHOOKS: Final = "/webhooks"
TICK_MINUTES: Final = 15

WHY_LETTERS: Final = (
    "Each letter is a file of its own, named by what it is; the functions are held to the letters' prefix."
)
WHY_MANIFESTS: Final = (
    "Each part of a day's manifest is a file of its own; the functions are held to the manifests' prefix."
)

FUNCTIONS: Final = (
    Function(
        folder="receive_invoices",
        memory_mb=1024,
        timeout_seconds=29,  # the HTTP API itself gives up after 30
        routes=(
            Route(
                method="POST",
                path=f"{WEBHOOKS}/{{creditor}}",
                why_no_authorizer="Each request is signed over its body (Standard Webhooks), which an authorizer of an "
                "HTTP API does not see; the function checks the signature before it reads anything.",
            ),
            # Other methods, and a slash at the end: the API itself would say 404, as if there were no such address.
            Route(
                method="ANY",
                path=f"{WEBHOOKS}/{{proxy+}}",
                why_no_authorizer="The same function with the same check; what is not a POST is answered 405 unread.",
            ),
        ),
        table=(*READ, *WRITE, *INSERT),
        reads_secrets=True,
        why_wildcards="Each creditor has a secret of its own below this prefix, made after the stack is deployed.",
    ),
    Function(
        folder="import_invoices",
        memory_mb=1024,
        timeout_seconds=LONGEST_SECONDS,
        batches=(Batches(queue=IMPORTS, size=1, concurrency=10),),
        table=(*READ, *WRITE, *INSERT),
        indexes=(DUE_INDEX,),
        lists_files=True,
        files=(
            Files(prefixes=ARRIVALS, actions=READ_FILES),
            Files(prefixes=WRITTEN, actions=REPLACE_FILES),
        ),
        why_wildcards="The names of files are chosen by whoever brings them; the function is held to its prefixes.",
        sends_to=(IMPORTS,),
    ),
    Function(
        folder="start_plans",
        memory_mb=512,
        timeout_seconds=60,
        schedules=(
            # One that is lost is made up for by the next one, so it is not retried for longer than that.
            Schedule(
                name="Tick",
                does="Looks for campaigns whose time of day has come",
                at=f"cron(0/{TICK_MINUTES} * * * ? *)",
                retried_seconds=TICK_MINUTES * 60,
            ),
        ),
        table=(*READ, *WRITE),
        sends_to=(PLANS,),
        is_called_by_people=True,
        alarms=(
            SilenceAlarm(
                name="NoTick",
                means="The schedule has not started the planning for an hour, or it fails each time: no campaign will "
                "begin.",
                hours=1,
                counts="Ticks",
            ),
        ),
    ),
    Function(
        folder="plan_reminders",
        memory_mb=1024,
        timeout_seconds=300,
        batches=(Batches(queue=PLANS, size=1, concurrency=10),),
        table=(*READ, *WRITE),
        indexes=(DUE_INDEX, OPEN_INDEX, AGENDA_INDEX),
        files=(Files(prefixes=(MANIFESTS,), actions=WRITE_FILES),),
        why_wildcards=WHY_MANIFESTS,
        sends_to=OUTBOX,
    ),
    Function(
        folder="send_reminder",
        memory_mb=512,
        timeout_seconds=120,
        batches=(
            Batches(queue=SMS, size=10, concurrency=None),
            Batches(queue=EMAIL, size=10, concurrency=None),
        ),
        table=(*READ, *WRITE, *DELETE),  # takes its claim back where certainly nothing was sent
        indexes=(OPEN_INDEX,),
        files=(Files(prefixes=(LETTERS,), actions=READ_FILES),),
        why_wildcards=WHY_LETTERS,
        sends_to=OUTBOX,
        sends_email=True,
        sends_sms=True,
    ),
    Function(
        folder="make_letters",
        memory_mb=1024,  # a processor of its own for the typesetter, and room for a batch of a thousand letters
        timeout_seconds=180,
        batches=(Batches(queue=LETTER, size=10, concurrency=LEAST_CONCURRENCY),),  # a letter takes milliseconds
        schedules=(
            # When nobody makes letters any more, whatever a creditor's hours are. A day that was missed is made up for
            # by the next, and `upominek letter batch` gathers at any time.
            Schedule(
                name="GatherLetters",
                does="Gathers the letters of the day to be printed",
                at="cron(30 23 * * ? *)",
                retried_seconds=3600,
                says='{"gather": true}',
            ),
        ),
        table=(*READ, *WRITE, *DELETE),  # takes its claim back where certainly nothing was kept
        indexes=(OPEN_INDEX,),
        # A letter that was kept is never deleted, and the bucket keeps what is written over.
        files=(Files(prefixes=(LETTERS,), actions=(*READ_FILES, *WRITE_FILES)),),
        why_wildcards=WHY_LETTERS,
        sends_to=OUTBOX,
        layers=("Letters",),
        is_called_by_people=True,
        alarms=(
            FailureAlarm(
                name="LettersFail",
                means="The letters of the day were not gathered to be printed, or the function that makes them does "
                "not start. `upominek letter batch` gathers them, and says what is wrong.",
            ),
        ),
    ),
    Function(
        folder="forget_people",
        memory_mb=1024,
        timeout_seconds=LONGEST_SECONDS,  # stops by itself shortly before
        schedules=(
            # Several calls a night: each goes on where the last one stopped.
            Schedule(
                name="ForgetPeople",
                does="Redacts old messages, and erases the people in cases closed long ago",
                at="cron(10 1-4 * * ? *)",
                retried_seconds=1800,
            ),
        ),
        table=(*READ, *WRITE, *DELETE),
        indexes=(RETENTION_INDEX,),
        lists_files=True,
        files=(
            Files(prefixes=(MANIFESTS,), actions=READ_FILES),
            Files(prefixes=(LETTERS,), actions=DELETE_FILES),
        ),
        why_wildcards="Each manifest and each letter is a file of its own; the function may read the ones and delete "
        "the others.",
        is_called_by_people=True,
        alarms=(
            FailureAlarm(
                name="ForgettingFails",
                means="Old messages were not redacted, or people in long closed cases not erased. The next night tries "
                "again; the log of `forget_people` names the creditor or the case.",
            ),
        ),
    ),
    Function(
        folder="sweep_reminders",
        memory_mb=1024,
        timeout_seconds=LONGEST_SECONDS,  # stops by itself shortly before
        schedules=(
            # Between the ticks, so that the two do not start at the same moment. The next one makes up for a lost one.
            Schedule(
                name="Sweep",
                does="Finds what stopped on its way",
                at="cron(20 * * * ? *)",
                retried_seconds=1800,
            ),
        ),
        table=(*READ, *PUT),  # writes what it found, and nothing else
        indexes=(DUE_INDEX,),
        lists_files=True,
        files=(Files(prefixes=(MANIFESTS,), actions=READ_FILES),),
        why_wildcards=WHY_MANIFESTS,
        alarms=(
            SilenceAlarm(
                name="NoSweep",
                means="Nobody looked for what stopped on its way for three hours, or it fails each time.",
                hours=3,
                counts="Sweeps",
            ),
        ),
    ),
    Function(
        folder="forward_delivery_logs",
        memory_mb=256,
        timeout_seconds=30,
        takes_delivery_logs=True,
        sends_to=(RECEIPTS,),
        is_called_by_people=True,
    ),
    Function(
        folder="record_receipt",
        memory_mb=512,
        timeout_seconds=60,
        # The bounce brake counts each batch by one write for each creditor.
        batches=(Batches(queue=RECEIPTS, size=50, concurrency=10, gathers_seconds=5),),
        table=(*READ, *WRITE),
        indexes=(MESSAGE_INDEX,),
        sends_to=(*OUTBOX, RECEIPTS),
    ),
)


def worker_of(queue: Queue) -> Function:
    """The one function that a queue's messages wake.

    Raises:
        ValueError: there is none, or there are two, which would take each other's messages away.
    """
    workers = [row for row in FUNCTIONS if any(each.queue == queue for each in row.batches)]
    if len(workers) != 1:
        raise ValueError(f"the queue {queue.name} must wake one function, not {[row.folder for row in workers]}")
    return workers[0]
