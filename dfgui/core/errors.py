"""The one error whose text is shown to the user."""

from __future__ import annotations

from dfgui.core.sentences import Sentence


class AnalysisError(Exception):
    """An expected problem.

    Args:
        sentence: for the user; it says what is wrong and, if there is a remedy, what to do next.
        values: what fills its places, as for `Sentence`.
    """

    def __init__(self, sentence: str, /, **values: object) -> None:
        if not isinstance(sentence, Sentence) or values:
            sentence = Sentence(sentence, **values)
        super().__init__(sentence)

    @property
    def sentence(self) -> Sentence:
        """What to tell the user, in any language; `str()` gives it in English."""
        sentence: Sentence = self.args[0]
        return sentence
