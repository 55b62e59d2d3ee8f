"""Commands about texts: what there is, what is wrong with one, what it would say, and a creditor's own words."""

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from cli.printing import AsJson, Stack, emit, fail, local_time, out, table
from cli.target import actor_named, find_target
from cli.text_preview import PreviewOptions, data_of, preview_of, viewable_html, weighed
from cli.values import SPOKEN
from upominek.adapters.json.problem import problem_to_dict
from upominek.adapters.texts.sources import shipped, shipped_texts
from upominek.adapters.texts.wording import Finding, examine, lint_source
from upominek.domain.errors import InvalidValue, NotFound
from upominek.domain.language.default import DEFAULT_LANGUAGE
from upominek.domain.parties.actor import Actor
from upominek.domain.parties.creditor import Creditor
from upominek.domain.texts.overrides import CHANNELS, NO_OVERRIDES, Overrides, TextKey, TextOverride
from upominek.domain.values.problem import FilePlace, Problem

template_commands = typer.Typer(no_args_is_help=True, help="Texts of messages: list, check, preview, replace.")

CreditorId = Annotated[str, typer.Argument(help="Id of the creditor.")]
OfCreditor = Annotated[str | None, typer.Option("--creditor", help="With the texts of this creditor.")]
TextName = Annotated[str, typer.Argument(help="Name of the text, such as sms/pl/overdue.friendly.")]
By = Annotated[str, typer.Option("--by", help="Who says so, for the history.")]
As = Annotated[str | None, typer.Option("--as", help="Name of the text, where the file's own name does not tell it.")]
TextFiles = Annotated[
    list[Path] | None,
    typer.Argument(help="Files such as sms/pl/overdue.friendly.txt or sms.pl.overdue.friendly.txt.", dir_okay=False),
]

LARGEST_BYTES: Final = 100_000
NEAR: Final = 3

Shown = dict[str, Any]
"""One problem, of form or of wording, in the shape of `--json`."""


@template_commands.command("list")
def list_texts(creditor: OfCreditor = None, stack: Stack = None, as_json: AsJson = False) -> None:
    """List the texts there are; with a creditor, which of them it has replaced."""
    own = _own(creditor, stack, as_json=as_json)
    shipped_paths = {key.path for channel in CHANNELS for key in shipped_texts(channel)}
    data: list[dict[str, Any]] = [
        {"text": path, "shipped": path in shipped_paths, "own": _version(own.texts.get(path))}
        for path in sorted(shipped_paths | set(own.texts))
    ]

    def show() -> None:
        rows = [(one["text"], "yes" if one["shipped"] else "no", _told(one["own"])) for one in data]
        table("texts", ["text", "shipped", "own"], rows)

    emit(data, as_json=as_json, show=show)


@template_commands.command("show")
def show_text(name: TextName, creditor: OfCreditor = None, stack: Stack = None, as_json: AsJson = False) -> None:
    """Print the source of a text, the creditor's own where it has one."""
    key = TextKey.parse(name)
    own = _own(creditor, stack, as_json=as_json).texts.get(key.path)
    source = own.source if own else shipped(f"{key.path}.txt")
    if source is None:
        raise _unknown(key)
    data = {"text": key.path, "own": _version(own), "source": source}
    emit(
        data,
        as_json=as_json,
        show=lambda: out.print(source.rstrip("\n"), markup=False, highlight=False, soft_wrap=True),
    )


@template_commands.command("check")
def check_texts(
    files: TextFiles = None,
    creditor: OfCreditor = None,
    shipped_ones: Annotated[bool, typer.Option("--shipped", help="Those that come with the product.")] = False,
    name: As = None,
    stack: Stack = None,
    as_json: AsJson = False,
) -> None:
    """Say what is wrong with texts, by file and line: form, wording, what is missing. Ends with 1 where there is any.

    Checks the files; or, with a creditor and no files, the texts of its own that are in force. With both, the files as
    this creditor's, so with its name and contacts.
    """
    if not (files or creditor or shipped_ones):
        fail("name files, or --creditor for its texts in force, or --shipped", as_json=as_json)
    owner = find_target(stack, as_json=as_json).application.show_creditors.one(creditor).creditor if creditor else None
    problems: list[Shown] = []
    texts = _read(files or (), name, as_json=as_json)
    if owner and not files:
        own = find_target(stack, as_json=as_json).application.manage_texts.current(owner.id)
        texts += [(f"{one.key.path}.txt", one.key, one.source) for one in own.texts.values() if one.source is not None]
    for file, key, source in texts:
        problems += _problems(file, examine(key, source, owner))
    checked = len(texts)
    if shipped_ones:
        checked += _check_shipped(problems)
    _conclude(checked, problems, as_json=as_json)


@template_commands.command("preview")
def preview(
    name: Annotated[str, typer.Argument(help="Name such as overdue, or in full: sms/pl/overdue.friendly.")],
    channel: Annotated[str, typer.Option("--channel", help="sms, email or letter.")] = "sms",
    language: Annotated[str, typer.Option("--language", help=f"{SPOKEN}.")] = DEFAULT_LANGUAGE,
    tone: Annotated[str, typer.Option("--tone", help="friendly, neutral or formal.")] = "neutral",
    kind: Annotated[str | None, typer.Option("--kind", help="consumer, business or public.")] = None,
    file: Annotated[Path | None, typer.Option("--file", help="A draft in place of the text.", dir_okay=False)] = None,
    creditor: OfCreditor = None,
    debtor: Annotated[str | None, typer.Option("--debtor", help="A case of the creditor, as of today.")] = None,
    sample: Annotated[str | None, typer.Option("--sample", help="An invented case, by a part of its name.")] = None,
    html: Annotated[Path | None, typer.Option("--html", help="Write an e-mail's HTML here.", dir_okay=False)] = None,
    stack: Stack = None,
    as_json: AsJson = False,
) -> None:
    """Show what a text would say in an invented case, or in a real one as of today. Sends and stores nothing."""
    key = TextKey.parse(name) if "/" in name else _key(channel, language, name, tone, kind)
    if debtor and not creditor:
        fail("--debtor needs --creditor", as_json=as_json)
    application = find_target(stack, as_json=as_json).application if creditor else None
    source = _source(file, as_json=as_json) if file else None
    options = PreviewOptions(key=key, source=source, creditor=creditor, debtor=debtor, sample=sample)
    said = preview_of(options, application)
    data = data_of(said)
    if html:
        if said.rendered.html is None:
            fail("only an e-mail has HTML", as_json=as_json)
        html.write_text(viewable_html(said.rendered), encoding="utf-8")
        data["html"] = str(html)
    problems = [] if source is None else _problems(str(file), examine(key, source, said.creditor))
    data["problems"] = problems

    def show() -> None:
        about = ", ".join(f"{label} {data[label]}" for label in ("case", "parts", "cost") if data[label] is not None)
        out.print(f"{data['text_name']}: {about}", style="bold", markup=False)
        for label in ("subject", "preheader"):
            if data[label]:
                out.print(f"{label}: {data[label]}", markup=False)
        out.print(data["text"], markup=False, highlight=False, soft_wrap=True)
        for note in data["notes"]:
            out.print(f"note: {note}", style="yellow", markup=False)
        _draw_problems(problems)

    emit(data, as_json=as_json, show=show)


@template_commands.command("add")
def add_texts(
    creditor: CreditorId,
    files: Annotated[list[Path], typer.Argument(help="Files, named as for check.", dir_okay=False)],
    by: By,
    name: As = None,
    stack: Stack = None,
    as_json: AsJson = False,
) -> None:
    """Put texts in force in place of those that are shipped. Refuses all of them where any has errors."""
    application = find_target(stack, as_json=as_json).application
    owner = application.show_creditors.one(creditor).creditor
    problems: list[Shown] = []
    texts = _read(files, name, as_json=as_json)
    for file, key, source in texts:
        problems += _problems(file, examine(key, source, owner))
    if any(map(_is_error, problems)):
        _conclude(len(texts), problems, as_json=as_json)
    before = application.manage_texts.current(creditor)
    sources = [(key, source) for _, key, source in texts]
    saved = application.manage_texts.save_all(_who(by, as_json=as_json), creditor, sources)
    data: list[dict[str, Any]] = [
        {"text": key.path, "own": _version(version), "samples": _changes(key, source, owner, before)}
        for (key, source), version in zip(sources, saved, strict=True)
    ]

    def show() -> None:
        for one in data:
            out.print(f"{one['text']}: {_told(one['own'])}", markup=False)
            table(
                "what changes",
                ["sample", "parts before>", "parts after>", "cost before>", "cost after>"],
                [tuple(row.values()) for row in one["samples"]],
                empty="no sample is affected",
            )
        _draw_problems(problems)

    emit({"texts": data, "problems": problems}, as_json=as_json, show=show)


@template_commands.command("history")
def history(creditor: CreditorId, name: TextName, stack: Stack = None, as_json: AsJson = False) -> None:
    """List the versions of a creditor's own text, oldest first."""
    versions = find_target(stack, as_json=as_json).application.manage_texts.history(creditor, TextKey.parse(name))
    data = [{**(_version(one) or {}), "source": one.source} for one in versions]

    def show() -> None:
        rows = [
            (one["version"], local_time(one["at"]), one["by"], one["sha256"][:12] or "the shipped text is back")
            for one in data
        ]
        table(name, ["version>", "at", "by", "sha256"], rows, empty="always the shipped text")

    emit(data, as_json=as_json, show=show)


@template_commands.command("restore")
def restore(
    creditor: CreditorId,
    name: TextName,
    version: Annotated[int, typer.Argument(help="The version to bring back.")],
    by: By,
    stack: Stack = None,
    as_json: AsJson = False,
) -> None:
    """Put an older version of a creditor's own text in force again, as a new version. Checked as a new text is."""
    application = find_target(stack, as_json=as_json).application
    key, owner = TextKey.parse(name), application.show_creditors.one(creditor).creditor
    source = application.manage_texts.source(creditor, key, version)
    if source is None:
        fail(f"{key.path} has no version {version} that could be restored", as_json=as_json)
    problems = _problems(f"{key.path}.txt", examine(key, source, owner))
    if any(map(_is_error, problems)):
        _conclude(1, problems, as_json=as_json)
    kept = application.manage_texts.save(_who(by, as_json=as_json), creditor, key, source)
    emit({"text": key.path, "own": _version(kept)}, as_json=as_json, show=lambda: _say(key, kept))


@template_commands.command("remove")
def remove(creditor: CreditorId, name: TextName, by: By, stack: Stack = None, as_json: AsJson = False) -> None:
    """Give a creditor's own text up: the shipped one is back. Its versions are kept."""
    application = find_target(stack, as_json=as_json).application
    key = TextKey.parse(name)
    kept = application.manage_texts.remove(_who(by, as_json=as_json), creditor, key)
    emit({"text": key.path, "own": _version(kept)}, as_json=as_json, show=lambda: _say(key, kept))


# --- Reading ---------------------------------------------------------------------------------------------------------


def _who(by: str, *, as_json: bool) -> Actor:
    if not by.strip():
        fail("--by is empty: say who changes the text", as_json=as_json)
    return actor_named(by)


def _own(creditor: str | None, stack: str | None, *, as_json: bool) -> Overrides:
    if creditor is None:
        return NO_OVERRIDES
    return find_target(stack, as_json=as_json).application.manage_texts.current(creditor)


def _read(files: Iterable[Path], name: str | None, *, as_json: bool) -> list[tuple[str, TextKey, str]]:
    """Name of the file, the text that it names, and what stands in it."""
    paths = list(files)
    if name and len(paths) != 1:
        fail("--as names one text, so give one file with it", as_json=as_json)
    texts = []
    for path in paths:
        key = TextKey.parse(name) if name else key_of(path)
        texts.append((str(path), key, _source(path, as_json=as_json)))
    return texts


def key_of(path: Path) -> TextKey:
    """The text that a file's name tells: `…/sms/pl/overdue.friendly.txt` or `sms.pl.overdue.friendly.txt`.

    Raises:
        InvalidValue: `text_name_invalid`.
    """
    try:
        return TextKey.parse("/".join(path.parts[-3:]))
    except InvalidValue:
        return TextKey.parse(path.name.replace(".", "/", 2))


def _source(path: Path, *, as_json: bool) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        fail(f"{path} cannot be read: {error.strerror}", as_json=as_json)
    if len(content) > LARGEST_BYTES:
        fail(f"{path} has {len(content)} bytes: that is no text of a message", as_json=as_json)
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        fail(f"{path}:{line} is not UTF-8: save the file in that encoding", as_json=as_json)


def _key(channel: str, language: str, name: str, tone: str, kind: str | None) -> TextKey:
    spoken = [] if channel == "letter" else [tone]
    return TextKey.parse(f"{channel}/{language}/{'.'.join([name, *spoken, *([kind] if kind else [])])}")


def _unknown(key: TextKey) -> NotFound:
    paths = [one.path for channel in CHANNELS for one in shipped_texts(channel)]
    near = ", ".join(get_close_matches(key.path, paths, n=NEAR)) or "upominek template list"
    return NotFound(
        "template_not_found",
        pl=f"Nie ma tekstu {key.path}. Podobne: {near}.",
        en=f"There is no text {key.path}. Near: {near}.",
    )


def _check_shipped(problems: list[Shown]) -> int:
    """Every shipped text, and the pieces that they share."""
    keys = [key for channel in CHANNELS for key in shipped_texts(channel)]
    for key in keys:
        problems += _problems(f"{key.path}.txt", examine(key, shipped(f"{key.path}.txt") or ""))
    folders = {path.rpartition("/")[0] for path in (key.path for key in keys)}
    for piece in sorted(one for folder in folders for one in _pieces(folder)):
        problems += _problems(f"{piece}.txt", lint_source(piece, shipped(f"{piece}.txt") or ""))
    return len(keys)


def _pieces(folder: str) -> list[str]:
    from importlib.resources import files

    channel, _, language = folder.partition("/")
    found = (files("templates") / channel / language).iterdir()
    return [f"{folder}/{one.name.removesuffix('.txt')}" for one in found if one.name.startswith("_")]


# --- Showing ---------------------------------------------------------------------------------------------------------


def _conclude(checked: int, problems: Sequence[Shown], *, as_json: bool) -> None:
    errors = sum(_is_error(one) for one in problems)
    data = {
        "texts": checked,
        "errors": errors,
        "warnings": len(problems) - errors,
        "problems": problems,
    }

    def show() -> None:
        _draw_problems(problems)
        out.print(f"{checked} texts: {errors} errors, {len(problems) - errors} warnings", markup=False)

    emit(data, as_json=as_json, show=show)
    if errors:
        raise typer.Exit(1)


def _is_error(problem: Shown) -> bool:
    return bool(problem["severity"] == "error")


def _problems(file: str, found: Iterable[Problem[FilePlace] | Finding]) -> list[Shown]:
    """Problems of form and of wording in one shape, under the name of the file that was given."""
    usual = {"severity": "error", "sentence": "", "sample": None, "instead": None, "source": None}
    told = (one.to_dict() if isinstance(one, Finding) else problem_to_dict(one) for one in found)
    return [{**usual, **one, "file": file} for one in told]


def _draw_problems(problems: Iterable[Shown]) -> None:
    for one in problems:
        place = ":".join(str(part) for part in (one["file"], one["line"], one["column"]) if part is not None)
        out.print(f"{place}: {one['severity']}: {one['code']}", style="bold", markup=False)
        case = f" (case: {one['sample']})" if one["sample"] else ""
        told = [f"“{one['sentence']}”"] if one["sentence"] else []
        told.append(f"{one['message']['en']}{case}")
        if one["instead"]:
            told += [f"instead: {one['instead']['en']}", f"source: {one['source']}"]
        for line in told:
            out.print(f"  {line}", markup=False, highlight=False, soft_wrap=True)


def _changes(key: TextKey, source: str, owner: Creditor, before: Overrides) -> list[dict[str, Any]]:
    """Parts and cost of each sample before and after; nothing for a letter."""
    if key.channel == "letter":
        return []
    return [
        {
            "sample": name,
            "parts_before": old and old[0],
            "parts_after": new and new[0],
            "cost_before": old and str(old[1]),
            "cost_after": new and str(new[1]),
        }
        for name, old, new in weighed(key, source, owner, before)
    ]


def _version(own: TextOverride | None) -> dict[str, Any] | None:
    if own is None:
        return None
    return {"version": own.version, "sha256": own.sha256, "by": own.by, "at": own.at.isoformat()}


def _told(version: Mapping[str, Any] | None) -> str:
    return f"version {version['version']} by {version['by']}, {local_time(version['at'])}" if version else ""


def _say(key: TextKey, kept: TextOverride) -> None:
    state = "in force" if kept.source is not None else "the shipped text is back"
    out.print(f"{key.path}: version {kept.version}, {state}", markup=False)
