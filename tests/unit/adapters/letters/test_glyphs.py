import json

import typst

from upominek.adapters.letters import glyphs
from upominek.adapters.letters.glyphs import printable
from upominek.adapters.letters.typesetting import STANDARDS
from upominek.domain.language.polish import bound


def test_the_table_of_glyphs_is_true_of_the_typst_that_is_installed() -> None:
    source = (
        b'#set document(title: "x")\n#set text(font: "Libertinus Serif")\n'
        b"#for x in json(bytes(sys.inputs.all)) [#box(x) ]"
    )
    compiler = typst.Compiler(font_paths=typst.Fonts(include_system_fonts=False), ignore_system_fonts=True)
    shown = sorted(glyphs._printable())
    assert len(shown) > 5000
    compiler.compile(
        input=source, format="pdf", sys_inputs={"all": json.dumps(shown)}, pdf_standards=STANDARDS, timestamp=0
    )


def test_polish_russian_and_the_euro_are_there() -> None:
    for text in ("Zażółć gęślą jaźń ZAŻÓŁĆ GĘŚLĄ JAŹŃ", "Съешь ещё этих мягких булок", "€ § – — „” … ½ □"):
        assert printable(text) == (text, "")


def test_short_words_and_units_stay_with_their_neighbours() -> None:
    assert bound("w sprawie i z dnia 8 marca 2013 r. (art. 7 ust. 1) o 5 zł") == (
        "w\u00a0sprawie i\u00a0z\u00a0dnia 8\u00a0marca 2013\u00a0r. (art.\u00a07\u00a0ust.\u00a01) o\u00a05\u00a0zł"
    )
    assert bound("albo e-mailem") == "albo e\u2011mailem"
    assert bound("Anna Nowak") == "Anna Nowak"
