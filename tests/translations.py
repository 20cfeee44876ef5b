"""The languages of the program: `python3 dev.py translations`.

Collects every English source in the code into the .ts files of `resources/translations`, which any
editor of Qt's translations opens. Translations stay; a new source is marked unfinished, one that
the code no longer has vanished. A code, such as `fr`, begins a language. `--check` changes nothing
and fails if there is anything to do, `--clean` removes what vanished.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from string import Formatter
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import msgspec

from dfgui.core.sentences import THOUSANDS

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "resources" / "translations"
FIRST = {"Sentence", "AnalysisError", "WorkerGoneError", "tr", "_tr"}
"""Names of functions whose first argument is a source."""
SECOND = {"translate", "_translate"}
"""Names of functions whose second argument is a source, as Qt's is."""
CODE, CARDS = "dfgui", "cards"
"""Contexts of the files: texts of the code, and texts of the bundled packages' cards.

A package may be replaced without a translator, so `--check` leaves the second alone.
"""


@dataclass(frozen=True)
class Message:
    """A source and what a language says for it: no form yet, one, or one for each kind of number.

    `state` is empty, "unfinished" or "vanished".
    """

    source: str
    forms: tuple[str, ...] = ()
    state: str = "unfinished"


def sources_of(code: str) -> Iterator[str]:
    """The English sources in a file of Python.

    Raises:
        ValueError: a source is made while the program runs, so that no catalogue can hold it.
    """
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            place = 0 if name in FIRST else 1 if name in SECOND else None
            if place is not None and len(node.args) > place:
                yield from _constants(node.args[place])
            for keyword in node.keywords:
                if name == "Meta" and keyword.arg == "title":  # a heading of the card
                    yield from _constants(keyword.value)


def _constants(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.IfExp):
        yield from _constants(node.body)
        yield from _constants(node.orelse)
    elif isinstance(node, ast.JoinedStr):
        raise ValueError(f"line {node.lineno}: expected a text, received an f-string")
    elif isinstance(node, ast.Constant) and isinstance(node.value, str) and _has_words(node.value):
        yield node.value


def _has_words(source: str) -> bool:
    """Whether there is anything to translate besides the values."""
    return any(
        any(map(str.isalpha, text)) for text, *_ in Formatter().parse(source.replace("|", " "))
    )


def sources() -> dict[str, list[str]]:
    """Every source by context, in alphabetical order."""
    code = {THOUSANDS}
    for path in sorted((ROOT / "dfgui").rglob("*.py")):
        try:
            code.update(sources_of(path.read_text(encoding="utf-8")))
        except ValueError as error:
            raise ValueError(f"{path.relative_to(ROOT)}, {error}") from error
    cards = set(_texts_of_cards())
    return {CODE: sorted(code), CARDS: sorted(cards - code)}


def _texts_of_cards() -> Iterator[str]:
    for path in sorted((ROOT / "resources" / "models").glob("*/card.json")):
        card = msgspec.json.decode(path.read_bytes())
        yield from (*card["not_for"], card["terms"])
        yield from (metric["set"] for metric in card["metrics"])
        stated = (*card.get("calibration", {}).values(), *card.get("validation", ()))
        yield from (one["set"] for one in stated if one is not None and "set" in one)


def read(path: Path) -> dict[str, dict[str, Message]]:
    """The messages of a file by context and source."""
    return {
        context.findtext("name", ""): {
            message.source: message for message in map(_message, context.findall("message"))
        }
        for context in ElementTree.parse(path).getroot().findall("context")
    }


def _message(element: ElementTree.Element) -> Message:
    translation = element.find("translation")
    assert translation is not None
    forms = [form.text or "" for form in translation.findall("numerusform")]
    return Message(
        element.findtext("source", ""),
        tuple(forms or filter(None, [translation.text])),
        translation.get("type", ""),
    )


def merged(
    old: dict[str, Message], wanted: Iterable[str], *, clean: bool = False
) -> dict[str, Message]:
    """The messages of a context after the code has changed."""
    new = {}
    for source in wanted:
        message = old.get(source, Message(source))
        if message.state == "vanished":  # and now is back
            message = replace(message, state="unfinished")
        new[source] = message
    gone = {
        source: replace(message, state="vanished")
        for source, message in old.items()
        if source not in new and message.forms and not clean
    }
    return dict(sorted((new | gone).items()))


def written(language: str, contexts: dict[str, dict[str, Message]]) -> str:
    """The text of a .ts file."""
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        "<!DOCTYPE TS>",
        f'<TS version="2.1" language="{language}" sourcelanguage="en">',
    ]
    for name, messages in contexts.items():
        lines += ["<context>", f"    <name>{name}</name>"]
        for message in messages.values():
            lines += _lines(message)
        lines.append("</context>")
    return "\n".join([*lines, "</TS>", ""])


def _lines(message: Message) -> Iterator[str]:
    numbered = is_numbered(message.source)
    state = f' type="{message.state}"' if message.state else ""
    yield '    <message numerus="yes">' if numbered else "    <message>"
    yield f"        <source>{escape(message.source)}</source>"
    if numbered:
        yield f"        <translation{state}>"
        for form in message.forms or ("", ""):
            yield f"            <numerusform>{escape(form)}</numerusform>"
        yield "        </translation>"
    else:
        yield f"        <translation{state}>{escape(''.join(message.forms))}</translation>"
    yield "    </message>"


def is_numbered(source: str) -> bool:
    """Whether a source has forms for one and for several."""
    return "|" in source and "{n" in source


def fault_of(message: Message) -> str:
    """What is wrong with a translation; empty if nothing is."""
    if message.state or not message.forms or not all(message.forms):
        return message.state or "empty"
    source = message.source.split("|")[-1] if is_numbered(message.source) else message.source
    for form in message.forms:
        if _places(form) != _places(source) and not (
            is_numbered(message.source) and _places(form) <= _places(source)
        ):
            return f"other places than the source: {form}"
        if (form[:1] == " ", form[-1:] == " ") != (source[:1] == " ", source[-1:] == " "):
            return f"other spaces at its ends than the source: {form!r}"
        if ("&" in form) != ("&" in source):
            return f"a key in one and none in the other: {form}"
    return ""


def _places(text: str) -> set[tuple[str, str | None]]:
    """Name and format of each place; places without a name are numbered, as Python does."""
    fields = [(name, layout) for _, name, layout, _ in Formatter().parse(text) if name is not None]
    return {(name or str(place), layout) for place, (name, layout) in enumerate(fields)}


def update(path: Path, *, clean: bool = False) -> str:
    """What a file should hold; a file that is not there yet holds every source, unfinished."""
    old = read(path) if path.exists() else {}
    language = path.stem.partition("_")[2]
    return written(
        language,
        {
            name: merged(old.get(name, {}), wanted, clean=clean)
            for name, wanted in sources().items()
        },
    )


def faults(path: Path) -> list[str]:
    """What has to be done to a file; nothing if it is complete."""
    old, wanted = read(path).get(CODE, {}), sources()[CODE]
    found = [f"{fault}: {one.source}" for one in old.values() if (fault := fault_of(one))]
    found += [f"not in the file: {source}" for source in wanted if source not in old]
    return found + [f"not in the code: {source}" for source in old if source not in wanted]


def main(arguments: Sequence[str]) -> int:
    """Bring the files up to date, or check them; 1 if anything is left to translate."""
    left = 0
    begun = {FOLDER / f"dfgui_{code}.ts" for code in arguments if not code.startswith("--")}
    for path in sorted(begun | set(FOLDER.glob("*.ts"))):
        if "--check" not in arguments:
            path.write_text(update(path, clean="--clean" in arguments), encoding="utf-8")
        found = faults(path)
        left += len(found)
        for fault in found:
            print(f"{path.name}: {fault}")
    return int(left > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
