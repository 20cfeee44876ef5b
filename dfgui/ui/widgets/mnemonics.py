"""Letters that choose the entries of a menu; set by the program, in any language."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QMenu


def mark_letters(menu: QMenu) -> None:
    """Give every entry of a menu a letter that no other entry of it has, while there are any."""
    actions = [action for action in menu.actions() if not action.isSeparator()]
    texts = with_letters([action.text() for action in actions])
    for action, text in zip(actions, texts, strict=True):
        action.setText(text)


def with_letters(texts: Sequence[str]) -> list[str]:
    """The texts with "&" before a letter of each, its own in small and in capital letters.

    First letters of words are preferred. A text that has a mark already keeps it.
    """
    taken = {text.replace("&&", "").partition("&")[2][:1].lower() for text in texts}
    marked = []
    for text in texts:
        place = None if _is_marked(text) else _free(text, taken)
        if place is None:
            marked.append(text)
        else:
            taken.add(text[place].lower())
            marked.append(f"{text[:place]}&{text[place:]}")
    return marked


def _is_marked(text: str) -> bool:
    return "&" in text.replace("&&", "")[:-1]


def _free(text: str, taken: set[str]) -> int | None:
    """The place of the letter to mark; None if every letter is taken."""
    places = [place for place, letter in enumerate(text) if letter.isalnum()]
    first = [place for place in places if place == 0 or not text[place - 1].isalnum()]
    free = [place for place in (*first, *places) if text[place].lower() not in taken]
    return free[0] if free else None
