"""Chromium as a program that shows e-mails."""

import os
import shutil
import subprocess
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Literal

from playwright.sync_api import Browser, Page, sync_playwright

from upominek.application.ports.texts import Rendered

CHROMIUM: Final = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
_FLAGS: Final = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"),
    *("--disable-sync", "--hide-scrollbars", "--force-device-scale-factor=1"),
]

Scheme = Literal["light", "dark"]


def missing() -> str:
    """What is not there to look at things with, or nothing.

    The width of letters decides what fits; where nothing is as wide as Arial, a test would judge another font.
    """
    if not Path(CHROMIUM).is_file():
        return f"no Chromium at {CHROMIUM}: install it, or name yours in CHROMIUM"
    program = shutil.which("fc-match")
    matched = subprocess.check_output([program, "Arial"], text=True) if program else ""
    if not any(font in matched for font in ("Liberation", "Arial", "Arimo")):
        return "no font as wide as Arial: install fonts-liberation"
    return ""


@contextmanager
def started() -> Iterator[Browser]:
    """One running browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=_FLAGS)
        yield browser
        browser.close()


@contextmanager
def opened(browser: Browser, html: str, *, width: int, scheme: Scheme = "light") -> Iterator[Page]:
    """The page, offline; what it complains about or asks the network for is an error at the end."""
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: request.url.startswith(("data:", "about:")) or complaints.append(request.url))
    page.set_content(html, wait_until="load")
    yield page
    page.close()
    assert complaints == []


def shown(rendered: Rendered) -> str:
    """The HTML with the message's own images where it names them."""
    html = rendered.html or ""
    for image in rendered.images:
        data = f"data:{image.media_type};base64,{b64encode(image.content).decode()}"
        html = html.replace(f"cid:{image.content_id}", data)
    return html


CONTRASTS: Final = """() => {
  const channel = c => { c /= 255; return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; };
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const parse = text => { const n = text.match(/[\\d.]+/g).map(Number); return n.length === 3 ? [...n, 1] : n; };
  const behind = element => {
    for (let at = element; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour[3] === 1) return colour;
      if (colour[3] > 0) throw new Error("half transparent");
    }
    return matchMedia("(prefers-color-scheme: dark)").matches ? [18, 18, 18, 1] : [255, 255, 255, 1];
  };
  const found = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim(), element = walker.currentNode.parentElement;
    if (!text || !element.checkVisibility()) continue;
    const [a, b] = [light(parse(getComputedStyle(element).color)), light(behind(element))];
    found.push({ text, ratio: (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) });
  }
  return found;
}"""
"""Every piece of text that is seen, with its contrast. Source: WCAG 2.2, 1.4.3 and the definition of contrast ratio."""


def weakest(page: Page) -> tuple[float, str]:
    """The contrast of the text that is hardest to read, and the text."""
    found: list[Mapping[str, object]] = page.evaluate(CONTRASTS)
    assert found
    return min((float(str(one["ratio"])), str(one["text"])) for one in found)
