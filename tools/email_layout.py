"""Compiles the layout of e-mails from MJML into HTML, ahead of time: `make texts`.

What comes out is a template with the same placeholders; while messages are sent, nobody needs the compiler.
"""

import re
from pathlib import Path
from typing import Final

import mjml

FOLDER: Final = Path(__file__).parent.parent / "templates" / "email"
SOURCE: Final = FOLDER / "layout.mjml"
RESULT: Final = FOLDER / "layout.html"


def compiled() -> str:
    """The HTML of the layout as it is now. Raises: mjml's ValueError, with the place in the source."""
    html = mjml.mjml2html(SOURCE.read_text(encoding="utf-8"), fonts={})
    # Spaces at the beginning of a line mean nothing in it, but would be sent with every row of the table.
    return re.sub(r"\n\s*", "\n", html).strip() + "\n"


if __name__ == "__main__":
    RESULT.write_text(compiled(), encoding="utf-8")
