"""Takes the pictures of docs/email.md: `python -m tests.browser.pictures docs/images`."""

import sys
from io import BytesIO
from itertools import product
from pathlib import Path
from typing import Final, get_args

from PIL import Image

from tests import mails
from tests.browser.mail_program import Scheme, opened, shown, started
from upominek.adapters.texts.renderer import TemplateRenderer
from upominek.domain.values.channel import Channel

PICTURES: Final = (
    ("overdue", mails.context(tone="friendly"), "phone", 375),
    ("demand", mails.claiming(), "desktop", 1280),
)


def main(folder: Path) -> None:
    """Write `email-<text>-<device>-<scheme>.png` for all of them."""
    folder.mkdir(parents=True, exist_ok=True)
    with started() as browser:
        for (text, context, device, width), scheme in product(PICTURES, get_args(Scheme)):
            message = TemplateRenderer().render(Channel.EMAIL, text, context)
            with opened(browser, shown(message), width=width, scheme=scheme) as page:
                picture = Image.open(BytesIO(page.screenshot(full_page=True)))
            # Few colours, since there are few: a quarter of the size.
            picture.convert("RGB").quantize(64).save(folder / f"email-{text}-{device}-{scheme}.png", optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
