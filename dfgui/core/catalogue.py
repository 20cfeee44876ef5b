"""Languages of the program: Qt's .ts files, read without Qt."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree

PREFIX, SUFFIX = "dfgui_", ".ts"
ENGLISH = "en"


class Catalogue:
    """What a language says for an English source, and the source itself if it has nothing.

    Args:
        texts: by source.
    """

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts

    def __call__(self, source: str) -> str:
        """The translation of a source."""
        return self._texts.get(source, source)

    def __contains__(self, source: str) -> bool:
        """Whether it has a translation."""
        return source in self._texts


def languages(folder: Path) -> tuple[str, ...]:
    """Codes of the languages that a folder has files of, such as "de"; English is always there."""
    found = {path.name[len(PREFIX) : -len(SUFFIX)] for path in folder.glob(f"{PREFIX}*{SUFFIX}")}
    return tuple(sorted(found | {ENGLISH}))


def catalogue_of(language: str, folder: Path) -> Catalogue:
    """The catalogue of a language; an empty one for English and for a language without a file."""
    if language not in languages(folder) or language == ENGLISH:
        return Catalogue({})
    return Catalogue(read_texts(folder / f"{PREFIX}{language}{SUFFIX}"))


def read_texts(path: Path) -> dict[str, str]:
    """The finished translations of a .ts file by source; forms for numbers are parted by "|".

    Raises:
        OSError: it cannot be read.
        xml.etree.ElementTree.ParseError: it is not XML.
    """
    texts = {}
    for message in ElementTree.parse(path).getroot().iter("message"):
        translation = message.find("translation")
        if translation is None or translation.get("type"):
            continue  # unfinished, or of a source that vanished
        forms = [form.text or "" for form in translation.findall("numerusform")]
        text = "|".join(forms) or translation.text or ""
        if text:
            texts[message.findtext("source", "")] = text
    return texts
