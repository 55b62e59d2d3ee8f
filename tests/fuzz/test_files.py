"""Files that people write, spoilt: every mistake is told with its place, and nothing else comes out."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz.bounds import tries
from tests.fuzz.documents import BREAKING, torn
from upominek.adapters.config_files.campaigns_file import read_campaign
from upominek.adapters.config_files.creditors_file import read_creditor
from upominek.adapters.config_files.yaml_file import InvalidFile
from upominek.adapters.texts.checking import check
from upominek.adapters.texts.renderer import TemplateRenderer
from upominek.adapters.texts.samples import samples
from upominek.adapters.texts.sources import shipped, shipped_texts
from upominek.domain.errors import InvalidValue
from upominek.domain.texts.overrides import TextKey
from upominek.domain.values.channel import Channel
from upominek.domain.values.problem import FilePlace, Problem

ROOT = Path(__file__).parents[2]
CAMPAIGNS = [path.read_bytes() for path in sorted((ROOT / "templates/campaigns").glob("*.yaml"))]
CREDITORS = [path.read_bytes() for path in sorted((ROOT / "local/creditors").glob("*.yaml"))]
TEXTS = [key for channel in ("sms", "email") for key in shipped_texts(channel)]


def shuffled(files: Sequence[bytes]) -> st.SearchStrategy[bytes]:
    """The lines of a file in another order, some of them left out or there twice."""
    return st.sampled_from(files).flatmap(
        lambda file: st.lists(st.sampled_from(_lines(file)), max_size=40).map(b"\n".join)
    )


def _lines(file: bytes) -> list[bytes]:
    return [line for line in file.split(b"\n") if line.strip() and not line.startswith(b"#")] + BREAKING


def said(problems: Sequence[Problem[FilePlace]]) -> None:
    """Each problem has a place and words that can be printed."""
    assert problems
    for one in problems:
        assert one.where.line >= 1
        assert one.where.column >= 1
        assert one.code
        assert one.pl.encode()
        assert one.en.encode()


@given(content=st.one_of(torn(st.sampled_from(CAMPAIGNS)), shuffled(CAMPAIGNS), st.binary(max_size=300)))
@tries(250)
def test_a_spoilt_campaign_is_told_line_by_line(content: bytes) -> None:
    try:
        campaign = read_campaign(content, "kampania.yaml")
    except InvalidFile as invalid:
        said(invalid.problems)
    else:
        assert campaign.ladder


@given(content=st.one_of(torn(st.sampled_from(CREDITORS)), shuffled(CREDITORS), st.binary(max_size=300)))
@tries(150)
def test_a_spoilt_creditor_is_told_line_by_line(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "creditor.yaml"
    path.write_bytes(content)
    try:
        stated = read_creditor(path)
    except InvalidFile as invalid:
        said(invalid.problems)
    else:
        assert stated.creditor.name.isprintable()


@given(key=st.sampled_from(TEXTS), spoil=torn(st.just(b"")), at=st.integers(0), times=st.integers(1, 3), data=st.data())
@tries(60)
def test_a_spoilt_text_is_told_or_can_be_sent(
    key: TextKey, spoil: bytes, at: int, times: int, data: st.DataObject
) -> None:
    source = shipped(f"{key.path}.txt") or ""
    for _ in range(times):
        place = at % (len(source) + 1)
        until = place + data.draw(st.integers(0, 20))
        source = source[:place] + spoil.decode(errors="replace") + source[until:]
    problems = check(key, source)
    if problems:
        said(problems)
    own = f"{key.path}.txt"
    renderer = TemplateRenderer(lambda name: source if name == own else shipped(name))
    context = samples(key)[0].context
    try:
        rendered = renderer.render(Channel(key.channel), key.name, context)
    except InvalidValue:
        assert problems
    else:
        assert rendered.text or problems
        assert "\n" not in (rendered.subject or "")
