"""A file's result holds a whole answer, or a reason and nothing of an answer."""

from __future__ import annotations

from typing import Any

import pytest

from dfgui.core.analysis_results import FileResult, failed
from dfgui.core.network.score import NotScored, Scored
from dfgui.core.sentences import Sentence

REASON = Sentence("The face is too small.")
FIELDS: dict[str, Any] = {
    "score": 0.9, "log10_lr": 0.954, "verdict": "supports_fake", "support": "weak",
}  # fmt: skip


def test_the_answer_of_a_scored_file_has_all_its_fields() -> None:
    result = FileResult("a", None, "scored", **FIELDS)
    assert result.answer == Scored(0.9, 0.954, "supports_fake", "weak", None)
    withheld = FileResult("a", None, "scored", REASON, 0.9, 0.954, "inconclusive", "none")
    assert withheld.answer == Scored(0.9, 0.954, "inconclusive", "none", REASON)


def test_without_a_score_the_answer_is_the_reason() -> None:
    assert FileResult("a", None, "not_scored", REASON).answer == NotScored(REASON)
    assert failed("a", REASON).answer == NotScored(REASON)


@pytest.mark.parametrize("missing", FIELDS)
def test_a_part_of_an_answer_is_refused(missing: str) -> None:
    with pytest.raises(ValueError, match="a scored file: expected a whole answer"):
        FileResult("a", None, "scored", **FIELDS | {missing: None})
    with pytest.raises(ValueError, match="a file not_scored: expected a reason alone"):
        FileResult("a", None, "not_scored", REASON, **{missing: FIELDS[missing]})


@pytest.mark.parametrize("status", ["not_scored", "failed"])
def test_no_answer_without_a_reason(status: Any) -> None:
    with pytest.raises(ValueError, match=f"a file {status}: expected a reason alone"):
        FileResult("a", None, status)
