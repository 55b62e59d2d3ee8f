"""Texts: how fast an SMS is encoded and counted, rendered, transliterated and counted, and how fast an e-mail is made.

    python -m benchmarks.texts [--texts 20000] [--runs 5] [--json]

Every text has its own numbers, names, amounts and days, and no two renderings share a result. Baselines, measured in
turn in the same process: for counting, `str.encode("utf-16-be")` and its length, and smsutil; for rendering, minijinja
alone on the same template and plain values (no transliteration, no counting, values prepared beforehand and not
measured). `ratio` is ours by the baseline: above 1 is faster. Shown is the best run, in processor time, so that
neighbours on the machine do not count; they still share its caches.
"""

import argparse
import json
import os
import platform
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from importlib.metadata import version
from itertools import cycle, islice

import smsutil
from minijinja import Environment

from upominek.adapters.texts.renderer import TemplateRenderer
from upominek.adapters.texts.samples import samples
from upominek.adapters.texts.values import filters, plain
from upominek.domain.language.first_names import address_form
from upominek.domain.language.languages import DEFAULT
from upominek.domain.messages.sms import segments
from upominek.domain.parties.debtor import DebtorKind
from upominek.domain.texts.message_context import MessageContext
from upominek.domain.values.channel import Channel
from upominek.domain.values.money import Money

TYPICAL = """{# parts: 1; letters: transliterate #}
{{ sender }}: {% if address %}{{ address.familiar }}, {% endif %}
{% if invoice %}
prosimy o zapłatę {{ totals | map("short_money") | join(" i ") }} z faktury {{ invoice.number }},
termin minął {{ invoice.due_on | short_day }}.
{% else %}
prosimy o zapłatę {{ totals | map("short_money") | join(" i ") }}
za {{ count }} {{ count | plural("fakturę", "faktury", "faktur") }}.
{% endif %}
{% if contact %}Kontakt: {{ contact }}{% endif %}"""
NAMES = ("Anna", "Tomasz", "Małgorzata", "Łukasz", "Katarzyna")


def contexts(count: int) -> list[MessageContext]:
    """Cases of one invoice each, no two alike."""
    base = replace(next(iter(samples())).context, tone="friendly", kind=DebtorKind.CONSUMER.value)
    made = []
    for number, name in zip(range(count), cycle(NAMES), strict=False):
        due_on = base.as_of - timedelta(days=1 + number % 60)
        amount = Money(1000 + 37 * number)
        line = replace(
            base.invoices[0], number=f"FV/2026/{number:06}", due_on=due_on, outstanding=amount, amount=amount
        )
        debtor = replace(base.debtor, id=f"K-{number}", name=f"{name} Kowalska", first_name=name)
        made.append(
            replace(
                base,
                debtor=debtor,
                address=address_form(name),
                invoices=(line,),
                invoice=line,
                totals=(amount,),
                grand_totals=(amount,),
                first_due_on=due_on,
                last_due_on=due_on,
                transfer_title=line.number,
            )
        )
    return made


def rate(work: Callable[[], object], count: int, runs: int) -> float:
    """How many a second of processor time, in the best run."""
    best = float("inf")
    for _ in range(runs):
        began = time.process_time()
        work()
        best = min(best, time.process_time() - began)
    return count / best


def bare(source: str, cases: Sequence[MessageContext]) -> Callable[[], object]:
    """Minijinja alone."""
    environment = Environment(
        filters=dict(filters(DEFAULT)), undefined_behavior="strict", trim_blocks=True, lstrip_blocks=True
    )
    environment.add_template("text", source)
    names = environment.undeclared_variables_in_str(source)
    values = [{name: plain(getattr(case, name)) for name in names} for case in cases]
    return lambda: [environment.render_template("text", **one) for one in values]


def measure(count: int, runs: int) -> dict[str, dict[str, float]]:
    """Rates and ratios by name."""
    cases = contexts(count)
    typical = TemplateRenderer({"sms/pl/typical.friendly.txt": TYPICAL}.get)
    shipped = TemplateRenderer()

    def sms(renderer: TemplateRenderer, name: str) -> list[str]:
        return [renderer.render(Channel.SMS, name, case).text for case in cases]

    texts = sms(typical, "typical")
    accented = [text.replace("zaplate", "zapłatę") for text in texts]
    few = list(islice(cases, max(1, count // 20)))

    def emails(*, with_images: bool) -> list[object]:
        return [shipped.render(Channel.EMAIL, "overdue", case, with_images=with_images) for case in few]

    def ours(work: Callable[[], object], many: int = count) -> float:
        return rate(work, many, runs)

    utf16 = ours(lambda: [len(text.encode("utf-16-be")) // 2 for text in texts])
    rival = rate(lambda: [smsutil.split(text) for text in few_texts], len(few_texts := texts[: count // 20]), runs)
    counted = ours(lambda: [segments(text) for text in texts])
    alone = ours(bare(TYPICAL, cases))
    rendered = ours(lambda: sms(typical, "typical"))
    found = {
        "encode and count, GSM-7": {"per_second": counted, "by_utf16": counted / utf16, "by_smsutil": counted / rival},
        "encode and count, UCS-2": {"per_second": ours(lambda: [segments(text) for text in accented])},
        "minijinja alone": {"per_second": alone},
        "render, transliterate, count": {"per_second": rendered, "by_minijinja": rendered / alone},
        "the same, shipped text with shortening": {"per_second": ours(lambda: sms(shipped, "overdue"))},
        "e-mail: text and HTML": {"per_second": ours(lambda: emails(with_images=False), len(few))},
        "e-mail with its QR code": {"per_second": ours(lambda: emails(with_images=True), len(few))},
    }
    print(f"typical: {len(texts[0])} characters: {texts[0]}")
    return found


def main() -> None:
    """Print the table, and with `--json`, as its last line, the same as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=int, default=20_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    print(
        f"{platform.platform()}, {os.cpu_count()} CPUs, Python {platform.python_version()}, "
        f"minijinja {version('minijinja')}, smsutil {version('smsutil')}, best of {asked.runs}, {asked.texts} texts"
    )
    found = measure(asked.texts, asked.runs)
    for name, figures in found.items():
        ratios = "".join(f"{ratio:8.2f} {by}" for by, ratio in figures.items() if by != "per_second")
        print(f"{name:42}{figures['per_second']:12,.0f}/s{ratios}")
    if asked.json:
        print(json.dumps({name: {by: round(one, 2) for by, one in figures.items()} for name, figures in found.items()}))


if __name__ == "__main__":
    main()
