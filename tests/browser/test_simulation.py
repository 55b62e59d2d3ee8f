"""The page of `upominek simulate --html`, used as a person uses it."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from typer.testing import CliRunner

from cli.commands import app

CREDITOR = Path(__file__).parents[2] / "local/creditors/hydro-hurt.yaml"
HEADER = "Id kontrahenta;Nazwa;Imię;Telefon;E-mail;Numer faktury;Termin płatności;Kwota brutto"

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("simulation")
    rows = [
        f"K{n};Firma <i>{n}</i>;Anna;51200{n:04};biuro{n}@example.com;FV/{n}/2026;2026-03-{1 + n % 28:02};{n + 1},00"
        for n in range(150)
    ]
    (folder / "faktury.csv").write_text("\n".join([HEADER, *rows]), encoding="utf-8")
    command = ["simulate", str(folder / "faktury.csv"), "--creditor", str(CREDITOR), "--from", "2026-03-02"]
    done = CliRunner().invoke(app, [*command, "--to", "2026-04-15", "--html", str(folder / "page.html")])
    assert done.exit_code == 0, done.output
    return folder / "page.html"


def opened(browser: Browser, file: Path, width: int) -> tuple[Page, list[str]]:
    page = browser.new_page(viewport={"width": width, "height": 900})
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(file.as_uri())
    return page, complaints


@pytest.mark.parametrize("width", [320, 375, 1280])
def test_a_day_is_chosen_and_read(browser: Browser, file: Path, width: int) -> None:
    page, complaints = opened(browser, file, width)

    day = page.locator(".day").first
    count = int(day.locator("b").inner_text())
    day.click()
    page.wait_for_selector(".message")

    assert day.get_attribute("aria-pressed") == "true"
    assert page.locator("#found").inner_text().startswith(f"Znaleziono: {count}")
    assert page.locator(".message").count() == min(count, 60)
    assert "<i>" in page.locator(".message header").first.inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert complaints == []
    page.close()


def test_search_by_invoice_channel_and_step(browser: Browser, file: Path) -> None:
    page, complaints = opened(browser, file, 1280)

    page.fill("#search", "FV/7/2026")
    page.wait_for_selector(".message")
    every = page.locator(".message").count()
    page.select_option("#channel", "sms")
    expect(page.locator(".message.email")).to_have_count(0)

    assert 0 < page.locator(".message").count() < every
    assert all("FV/7/2026" in text for text in page.locator(".message footer").all_inner_texts())
    page.fill("#search", "nobody at all")
    expect(page.locator(".message")).to_have_count(0)
    assert page.locator("#found").inner_text() == "Żadna wiadomość nie pasuje."
    assert complaints == []
    page.close()


def test_an_email_is_shown_in_its_layout(browser: Browser, file: Path) -> None:
    page, complaints = opened(browser, file, 1280)

    page.select_option("#channel", "email")
    page.locator(".message.email button").first.click()
    frame = page.frame_locator("iframe").first

    frame.locator("table").first.wait_for()
    assert frame.locator("th").count() > 2
    assert complaints == []
    page.close()


def test_more_messages_come_by_the_keyboard(browser: Browser, file: Path) -> None:
    page, _ = opened(browser, file, 1280)

    page.locator("#every").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".message")).to_have_count(60)
    page.locator("#more").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".message")).to_have_count(120)
    page.close()
