"""The window's language: where Qt's `tr` and the sentences of the core find their texts."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from dfgui.core.catalogue import ENGLISH, Catalogue, catalogue_of, languages
from dfgui.core.sentences import Sentence, in_language
from dfgui.resources import resource

SYSTEM = "system"


class CatalogueTranslator(QTranslator):
    """Answers Qt from a catalogue, whatever class asks, except for Qt's own texts."""

    def __init__(self, catalogue: Catalogue, app: QCoreApplication) -> None:
        super().__init__(app)
        self._catalogue = catalogue

    def isEmpty(self) -> bool:  # noqa: N802
        """An empty one would not be asked."""
        return False

    def translate(
        self, context: str, source: str, _disambiguation: str | None = None, _n: int = -1
    ) -> str | None:
        """The text for a source; None if there is none."""
        own = context[:1] != "Q" or not context[1:2].isupper()
        return self._catalogue(source) if own and source in self._catalogue else None


def offered_languages() -> list[tuple[str, str]]:
    """Code and own name of each language that there is."""
    codes = languages(resource("translations"))
    return [(code, _name_of(code)) for code in codes]


def _name_of(code: str) -> str:
    if code == ENGLISH:
        return "English"  # Qt says "American English"
    name = QLocale(code).nativeLanguageName()
    return (name[:1].upper() + name[1:]) or code


def language_of(wanted: str) -> str:
    """The language that a setting stands for: the desktop's if there is a catalogue, else English.

    Args:
        wanted: "system", or a language's code, such as "de".
    """
    known = languages(resource("translations"))
    asked = QLocale.system().uiLanguages() if wanted == SYSTEM else [wanted]
    codes = (code.replace("-", "_").partition("_")[0] for code in asked)
    return next((code for code in codes if code in known), ENGLISH)


def use_language(app: QCoreApplication, wanted: str) -> None:
    """Let everything that is built from now on speak a language; call it once.

    Args:
        app: the application.
        wanted: as for `language_of`.
    """
    language = language_of(wanted)
    catalogue = catalogue_of(language, resource("translations"))
    of_qt = QTranslator(app)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if of_qt.load(QLocale(language), "qtbase", "_", folder):
        app.installTranslator(of_qt)
    if language != ENGLISH:
        app.installTranslator(CatalogueTranslator(catalogue, app))


def worded(text: str) -> str:
    """A sentence in the window's language; any other text as it is."""
    return in_language(text, _translated) if isinstance(text, Sentence) else text


def grouped(number: int) -> str:
    """A whole number, its thousands set apart as the language does."""
    return worded(Sentence("{number:,}", number=number))


def _translated(source: str) -> str:
    return QCoreApplication.translate("Sentence", source)
