"""E-mails as they are seen: at the width of a phone and of a desk, light and dark."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import pytest
from playwright.sync_api import Browser

from tests import mails
from tests.browser.mail_program import Scheme, opened, shown, weakest
from upominek.adapters.texts.layouts import Layouts, transfer_image, transfer_payload
from upominek.adapters.texts.renderer import TemplateRenderer
from upominek.adapters.texts.sources import shipped, text_names
from upominek.application.ports.texts import Rendered
from upominek.domain.texts.message_context import MessageContext
from upominek.domain.values.channel import Channel
from upominek.domain.values.money import Money

pytestmark = pytest.mark.browser

LONG: Final = "Przedsiębiorstwo" * 8
MESSAGES: Final[Mapping[str, MessageContext]] = {
    "one": mails.context(),
    "with a link": mails.context(mails.line("FV/1", 1, payment_link="https://pay.example/?a=1")),
    "claiming": mails.claiming(),
    "sixty": mails.sixty(),
    "bare": mails.context(
        account=None,
        has_code=False,
        creditor=replace(
            mails.CREDITOR, nip=None, account=None, reply_to=None, contact_phone=None, website=None, address=()
        ),
    ),
    "two currencies": mails.context(mails.line("FV/1", 1000), mails.line("FV/2", 999, currency="EUR")),
    "long names": mails.context(
        mails.line("F" * 64, 1000000000, is_partly_paid=True, amount=Money(100000000000)),
        creditor=replace(mails.CREDITOR, name=LONG, website=f"https://{LONG}.example"),
        debtor=replace(mails.ANNA, name="شركة 🛠️ " + LONG),
        transfer_title="F" * 140,
    ),
}


def rendered(context: MessageContext, language: str = "pl") -> Rendered:
    text, html = Layouts(shipped).email(mails.WORDS[language], context, language)
    payload = transfer_payload(context)
    return Rendered(text=text, html=html, images=(transfer_image(payload),) if payload else ())


@pytest.fixture(params=list(MESSAGES))
def message(request: pytest.FixtureRequest) -> Rendered:
    return rendered(MESSAGES[request.param])


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 375, 1280])
def test_everything_fits_and_can_be_read(browser: Browser, message: Rendered, width: int, scheme: Scheme) -> None:
    with opened(browser, shown(message), width=width, scheme=scheme) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == (
            "rgb(18, 22, 19)" if scheme == "dark" else "rgb(238, 241, 236)"
        )
        assert weakest(page) >= (4.5, "")


@pytest.mark.parametrize("name", text_names(Channel.EMAIL))
@pytest.mark.parametrize("language", ["pl", "en"])
def test_every_text_of_the_product_fits_on_the_smallest_phone(browser: Browser, name: str, language: str) -> None:
    spoken = replace(mails.FIRM, language=language)
    message = TemplateRenderer().render(Channel.EMAIL, name, mails.claiming(debtor=spoken, tone="formal"))
    with opened(browser, shown(message), width=320, scheme="dark") as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        assert weakest(page) >= (4.5, "")


def test_it_can_be_read_where_styles_are_taken_away(browser: Browser, message: Rendered) -> None:
    html = re.sub(r"<style.*?</style>", "", shown(message), flags=re.DOTALL)
    with opened(browser, html, width=320) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        assert weakest(page) >= (4.5, "")


def test_it_can_be_read_where_outlook_makes_it_dark(browser: Browser, message: Rendered) -> None:
    html = shown(message).replace("<html ", "<html data-ogsc data-ogsb ", 1)
    with opened(browser, html, width=1280) as page:
        assert page.evaluate("getComputedStyle(document.querySelector('.card')).backgroundColor") == "rgb(28, 33, 30)"
        assert weakest(page) >= (4.5, "")


@pytest.mark.parametrize("width", [375, 1280])
def test_the_code_is_seen_and_keeps_its_shape(browser: Browser, width: int) -> None:
    with opened(browser, shown(rendered(mails.context())), width=width) as page:
        image = page.evaluate(
            "const i = document.querySelector('img');"
            "[i.complete && i.naturalWidth > 0, i.clientWidth, i.clientHeight, i.alt]"
        )
    assert image == [True, 176, 176, "Kod QR z danymi do przelewu"]


def test_a_message_without_a_code_has_no_image(browser: Browser) -> None:
    with opened(browser, shown(rendered(MESSAGES["two currencies"])), width=375) as page:
        assert page.locator("img").count() == 0


def test_the_table_has_headings_for_its_columns_and_rows(browser: Browser) -> None:
    with opened(browser, shown(rendered(MESSAGES["claiming"], "en")), width=1280) as page:
        tables = page.evaluate("[...document.querySelectorAll('table:not([role=presentation])')].length")
        columns = page.evaluate("[...document.querySelectorAll('th[scope=col]')].map(th => th.innerText)")
        rows = page.evaluate("[...document.querySelectorAll('th[scope=row]')].map(th => th.innerText.split('\\n')[0])")
        language = page.evaluate("document.documentElement.lang")
    assert (tables, language) == (1, "en")
    assert columns == ["Number", "Due date", "Outstanding"]
    assert [row.strip() for row in rows] == [
        "FV/2026/01/0088",
        "FV/2026/02/0107",
        "FV/2026/02/0123",
        "Overpayments and corrections",
        "Interest for delay",
        "Compensation for recovery costs",
        "Total",
    ]


def test_a_date_stays_on_one_line_on_the_smallest_phone(browser: Browser) -> None:
    with opened(browser, shown(rendered(MESSAGES["sixty"])), width=320) as page:
        heights = page.evaluate(
            "[...document.querySelectorAll('th[scope=row] + td')].map(td => {"
            "const range = document.createRange(); range.selectNodeContents(td);"
            "return range.getBoundingClientRect().height})"
        )
    assert max(heights[:60]) < 22


def test_only_what_is_meant_for_the_list_of_messages_is_hidden(browser: Browser, message: Rendered) -> None:
    with opened(browser, shown(message), width=375) as page:
        hidden = page.evaluate(
            "[...document.body.querySelectorAll('*')].filter(e => !e.checkVisibility()).map(e => e.innerText)"
        )
    assert hidden == [mails.WORDS["pl"]["preheader"]]
