"""The sentences of the program against texts written by hand."""

from __future__ import annotations

from itertools import product
from typing import Any, get_args

import msgspec
import pytest

from dfgui.core.analysis_results import (
    ElaInformativeness,
    ExcludedBox,
    ExcludedTrack,
    FaceResult,
    FileResult,
    FrameResult,
    TrackResult,
    failed,
)
from dfgui.core.catalogue import catalogue_of
from dfgui.core.display import wording
from dfgui.core.geometry import Box
from dfgui.core.network.package import Bounds, Calibration, Calibrations, Domain, Metric
from dfgui.core.network.score import BANDS, Support, Verdict
from dfgui.core.sentences import in_language
from dfgui.resources import resource
from tests.support.cards import card

FACE = Calibration(1.0, 0.0, -2.671, 2.671, "portraits", 469, 936)
TRACK = Calibration(1.0, 0.0, -0.602, 0.602, "clips of four people", 4, 8)
CARD = card(
    calibration=Calibrations(FACE, TRACK),
    domain=Domain(74.0, 6.6, 0.039, 8),
    not_for=("proof: one piece of evidence among others", "cats"),
    terms="For research only.",
)


def _frame(index: int, *tracks: int) -> FrameResult:
    return FrameResult(
        index, index / 25, "P", tuple(FaceResult(track, Box(0, 0, 9, 9), 0.5) for track in tracks)
    )


def _scored(log10_lr: float, verdict: Any, support: Any, **more: Any) -> FileResult:
    fields: dict[str, Any] = {
        "score": 0.75,
        "tracks": (TrackResult(1, 0.75, log10_lr, 2),),
        "frames": (_frame(0, 1), _frame(3, 1), _frame(6)),
    }
    return FileResult(
        "clip.mp4",
        "0" * 64,
        "scored",
        log10_lr=log10_lr,
        verdict=verdict,
        support=support,
        **fields | more,
    )


def _metric(
    name: str, value: float, low: float, high: float, *, of: str = "clips", n: int = 32
) -> Metric:
    return Metric(name, of, value, low, high, n, 5)


FAKE = _scored(0.5, "supports_fake", "weak")
NOT_SCORED = FileResult("clip.mp4", "0" * 64, "not_scored", "No face was found.")


@pytest.mark.parametrize(
    ("result", "word", "sentence"),
    [
        (FAKE, "Supports fake", "Weak support for the proposition that the face was replaced."),
        (
            _scored(-1.2, "supports_real", "moderate"),
            "Supports real",
            "Moderate support for the proposition that the face was not replaced.",
        ),
        (_scored(0.1, "inconclusive", "none"), "Inconclusive", "Inconclusive."),
        (NOT_SCORED, "Not scored", "Not scored."),
        (failed("clip.mp4", "It is empty."), "Failed", "Failed."),
    ],
)
def test_the_verdict(result: FileResult, word: str, sentence: str) -> None:
    assert (wording.verdict_word(result), wording.verdict_sentence(result)) == (word, sentence)


GERMAN = catalogue_of("de", resource("translations"))


@pytest.mark.parametrize(
    ("result", "word", "sentence"),
    [
        (
            _scored(0.5, "supports_fake", "weak"),
            "Stützt Fälschung",
            "Schwache Stützung für die Annahme, dass das Gesicht ersetzt wurde.",
        ),
        (
            _scored(1.2, "supports_fake", "moderate"),
            "Stützt Fälschung",
            "Mäßige Stützung für die Annahme, dass das Gesicht ersetzt wurde.",
        ),
        (
            _scored(2.3, "supports_fake", "moderately_strong"),
            "Stützt Fälschung",
            "Mäßig starke Stützung für die Annahme, dass das Gesicht ersetzt wurde.",
        ),
        (
            _scored(3.3, "supports_fake", "strong"),
            "Stützt Fälschung",
            "Starke Stützung für die Annahme, dass das Gesicht ersetzt wurde.",
        ),
        (
            _scored(-0.5, "supports_real", "weak"),
            "Stützt Echtheit",
            "Schwache Stützung für die Annahme, dass das Gesicht nicht ersetzt wurde.",
        ),
        (
            _scored(-1.2, "supports_real", "moderate"),
            "Stützt Echtheit",
            "Mäßige Stützung für die Annahme, dass das Gesicht nicht ersetzt wurde.",
        ),
        (
            _scored(-2.3, "supports_real", "moderately_strong"),
            "Stützt Echtheit",
            "Mäßig starke Stützung für die Annahme, dass das Gesicht nicht ersetzt wurde.",
        ),
        (
            _scored(-3.3, "supports_real", "strong"),
            "Stützt Echtheit",
            "Starke Stützung für die Annahme, dass das Gesicht nicht ersetzt wurde.",
        ),
        (_scored(0.1, "inconclusive", "none"), "Nicht entscheidbar", "Nicht entscheidbar."),
        (NOT_SCORED, "Ohne Score", "Ohne Score."),
        (failed("clip.mp4", "It is empty."), "Fehlgeschlagen", "Fehlgeschlagen."),
    ],
)
def test_the_verdict_in_german(result: FileResult, word: str, sentence: str) -> None:
    said = wording.verdict_word(result), wording.verdict_sentence(result)
    assert tuple(in_language(one, GERMAN) for one in said) == (word, sentence)


def test_every_verdict_has_its_words() -> None:
    assert set(wording.WORDS) == set(get_args(Verdict))
    given = set(get_args(Verdict)) - {"inconclusive"}, set(get_args(Support)) - {"none"}
    assert set(wording.FINDINGS) == set(product(*given))
    assert set(wording.STRENGTHS) == given[1] == set(BANDS)


@pytest.mark.parametrize(
    ("log10_lr", "expected"),
    [
        # 10 ** .477 = 3.0; 10 ** .5 = 3.16; 10 ** .602 = 4.0, the bound; 10 ** .1 = 1.26;
        # 10 ** .01 = 1.02
        (
            0.477,
            "The finding is about 3 times more likely if the face was replaced than if it was not.",
        ),
        (
            -0.5,
            "The finding is about 3.2 times more likely if the face was not replaced than if it"
            " was.",
        ),
        (
            0.602,
            "The finding is about 4 times more likely if the face was replaced than if it was not,"
            " the most that the calibration can support.",
        ),
        (
            -0.1,
            "The finding is only about 1.3 times more likely if the face was not replaced than if"
            " it was: too little for a verdict.",
        ),
        (
            0.01,
            "The finding is as likely if the face was replaced as if it was not: too little for a"
            " verdict.",
        ),
    ],
)
def test_the_ratio(log10_lr: float, expected: str) -> None:
    assert wording.ratio_sentence(_scored(log10_lr, "inconclusive", "none"), CARD) == expected


def test_each_side_has_a_bound_of_its_own() -> None:
    # 10 ** 1 = 10 for "fake", 10 ** 1.301 = 20.0 for "real".
    track = msgspec.structs.replace(TRACK, log10_lr_low=-1.301, log10_lr_high=1.0)
    bounded = msgspec.structs.replace(CARD, calibration=Calibrations(FACE, track))
    most = ", the most that the calibration can support."
    assert wording.ratio_sentence(_scored(1.0, "supports_fake", "moderate"), bounded).endswith(
        f"it was not{most}"
    )
    assert wording.ratio_sentence(_scored(-1.0, "supports_real", "moderate"), bounded).endswith(
        "than if it was."
    )
    assert wording.ratio_sentence(_scored(-1.301, "supports_real", "moderate"), bounded).endswith(
        f"than if it was{most}"
    )
    assert wording.limit_sentences(bounded)[1].startswith(
        "The likelihood ratio of a video is kept within 1/20 and 10: more cannot"
    )


def test_a_side_without_a_verdict_is_named_everywhere() -> None:
    # 10^.2 = 1.58; the file's bounds count, not those of tracks.
    bounded = msgspec.structs.replace(
        CARD, calibration=Calibrations(FACE, TRACK, Bounds(-0.602, 0.2))
    )
    sentence = (
        "A verdict for fake is not possible: the calibration supports a likelihood ratio of 1.58 at"
        " most, and that verdict needs 2."
    )
    result = _scored(0.2, "inconclusive", "none")
    assert wording.why_sentences(result, bounded)[0] == sentence
    assert wording.ratio_sentence(result, bounded) == (
        "The likelihood ratio is kept at 1.6, the most that the calibration can support on this"
        " side: too little for a verdict."
    )
    assert wording.limit_sentences(bounded)[1:3] == (
        "The likelihood ratio of a video is kept within 1/4 and 1.6: more cannot be supported by"
        " the 4 real and 8 fake of clips of four people.",
        sentence,
    )
    assert sentence not in wording.why_sentences(result, CARD)
    said = in_language(wording.why_sentences(result, bounded)[0], GERMAN)
    assert said == (
        "Eine Bewertung als gefälscht ist nicht möglich: Die Kalibrierung stützt einen"
        " Likelihood-Quotienten von höchstens 1.58, und diese Bewertung verlangt 2."
    )


def test_a_still_has_the_bound_of_single_faces() -> None:
    # 10 ** 1.673 = 47.1.
    still = _scored(1.673, "supports_fake", "moderate", frames=(FrameResult(0, None, "?", ()),))
    expected = (
        "The finding is about 47 times more likely if the face was replaced than if it was not."
    )
    assert wording.ratio_sentence(still, CARD) == expected
    assert wording.calibration_of(still, CARD) == FACE
    assert wording.calibration_of(FAKE, CARD) == TRACK


@pytest.mark.parametrize(
    "result",
    [
        NOT_SCORED,
        failed("clip.mp4", "It is empty."),
        _scored(0.5, "inconclusive", "none", reason="Too small."),
    ],
)
def test_no_ratio_without_an_answer(result: FileResult) -> None:
    assert wording.ratio_sentence(result, CARD) == ""


def test_the_score_says_which_way_it_points() -> None:
    assert wording.score_sentence(FAKE) == "Score 0.750 (0 real, 0.5 neither, 1 fake)."
    assert wording.score_sentence(NOT_SCORED) == ""


def test_why_with_one_person() -> None:
    assert wording.why_sentences(FAKE, CARD) == (
        "One person was followed: track 1, 2 faces.",
        "3 frames examined, 2 with a face.",
    )


def test_why_the_score_of_a_track_differs_from_those_of_its_frames() -> None:
    track = msgspec.structs.replace(CARD.calibration.track, sharpness_slope=1.0)
    aware = msgspec.structs.replace(
        CARD, calibration=msgspec.structs.replace(CARD.calibration, track=track)
    )
    *others, last = wording.why_sentences(FAKE, aware)
    assert tuple(others) == wording.why_sentences(FAKE, CARD)
    assert last == (
        "Track scores are corrected for sharpness; frame scores are not, so the two can differ."
    )
    still = _scored(
        0.5, "supports_fake", "weak", frames=(FrameResult(0, None, "I", _frame(0, 1).faces),)
    )
    assert wording.why_sentences(still, aware) == wording.why_sentences(still, CARD)


def test_why_with_several_people_who_are_all_seen_too_rarely() -> None:
    tracks = (
        TrackResult(1, 0.2, -0.6, 4),
        TrackResult(2, 0.75, 0.477, 7),
        TrackResult(3, 0.75, 0.477, 2),
        TrackResult(4, 0.9, 0.602, 1),
    )
    result = _scored(0.477, "inconclusive", "none", tracks=tracks, reason="Too few frames.")
    deciding = wording.deciding_track(result)
    assert deciding is not None
    assert deciding.id == 2
    assert wording.why_sentences(result, CARD) == (
        "Too few frames.",
        "Track 2 is the longest of 4 (7 faces); its score is the file's.",
        "3 frames examined, 2 with a face.",
    )


def test_why_with_several_people_and_one_seen_too_rarely() -> None:
    tracks = (
        TrackResult(1, 0.2, -0.6, 30),
        TrackResult(2, 0.75, 0.477, 12),
        TrackResult(4, 0.9, 0.602, 1),
    )
    assert wording.why_sentences(_scored(0.477, "supports_fake", "weak", tracks=tracks), CARD) == (
        "The verdict rests on track 2, seen in 12 frames.",
        "Track 4 scored higher but was seen in only 1 frame (8 required), so it was disregarded.",
        "3 frames examined, 2 with a face.",
    )


def test_why_it_is_inconclusive() -> None:
    between = wording.why_sentences(_scored(0.2, "inconclusive", "none"), CARD)
    assert (
        between[0]
        == "The likelihood ratio lies between 1/2 and 2, which is too close to 1 for a verdict."
    )
    withheld = wording.why_sentences(
        _scored(0.5, "inconclusive", "none", reason="The face is too small."), CARD
    )
    assert withheld[0] == "The face is too small."
    assert not any("between" in sentence for sentence in withheld)
    assert wording.why_sentences(NOT_SCORED, CARD) == ("No face was found.",)


def test_errors_of_single_faces() -> None:
    metrics = (
        _metric("auc", 0.7777, 0.7554, 0.7995, n=1627),
        _metric("log_loss", 0.57, 0.55, 0.59, n=1627),
        _metric("balanced_accuracy", 0.7058, 0.6845, 0.727, n=1627),
        _metric("calibration_error", 0.0579, 0.0425, 0.0806, n=1627),
    )
    assert wording.error_sentences(msgspec.structs.replace(CARD, metrics=metrics)) == (
        (
            "On clips (n = 1,627 in 5 groups):\n• Given one fake and one genuine face, the fake"
            " scores higher 78 % [76, 80] of the time (chance: 50 %)\n• 29 % [27, 32] score on the"
            " wrong side of 0.5\n• calibration error 0.06 [0.04, 0.08]"
        ),
    )


def test_errors_of_verdicts_and_of_manipulations() -> None:
    metrics = (
        _metric("auc_Deepfakes", 0.63, 0.53, 0.81, n=20),
        _metric("share_with_verdict", 0.5, 0.25, 0.75),
        _metric("real_called_fake", 0.1, 0.0, 0.3),
        _metric("my own", 1.25, 1.0, 1.5),
    )
    assert wording.error_sentences(msgspec.structs.replace(CARD, metrics=metrics)) == (
        (
            "On clips (n = 32 in 5 groups):\n"
            "• by manipulation: Deepfakes 63 % [53, 81]\n"
            "• my own 1.25 [1, 1.5]\n"
            "• a verdict was given for 50 % [25, 75]\n"
            "• 10 % [0, 30] of the real files were called fake"
        ),
    )


def test_no_false_alarm_is_claimed_where_no_verdict_was_given() -> None:
    metrics = (
        _metric("share_with_verdict", 0.0, 0.0, 0.0),
        _metric("real_called_fake", 0.0, 0.0, 0.0),
    )
    (text,) = wording.error_sentences(msgspec.structs.replace(CARD, metrics=metrics))
    assert (
        text == "On clips (n = 32 in 5 groups):\n• no file got a verdict, so how often a verdict is"
        " wrong was not measured"
    )


@pytest.mark.parametrize(
    ("value", "n", "expected"),
    [
        # Clopper and Pearson for none of 10: 1 - .025^(1/10) = .3085; for 3 of 9 a share of .3333.
        (0.0, 10, "0 of 10 real files called fake: 0 % [0, 31]"),
        (0.3333, 9, "3 of 9 real files called fake: 33 % [0, 31]"),
        (1.0, 1, "1 of 1 real file called fake: 100 % [0, 31]"),
        # The number of real files is unknown here: n is that of the whole set, or no count gives
        # that share.
        (0.25, 32, "25 % [0, 31] of the real files were called fake"),
        (0.3, 7, "30 % [0, 31] of the real files were called fake"),
        (0.0, 0, "0 % [0, 31] of the real files were called fake"),
    ],
)
def test_real_files_are_counted_only_where_the_card_counts_them(
    value: float, n: int, expected: str
) -> None:
    metrics = (
        _metric("share_with_verdict", 0.5, 0.25, 0.75),
        _metric("real_called_fake", value, 0.0, 0.3085, n=n),
    )
    (text,) = wording.error_sentences(msgspec.structs.replace(CARD, metrics=metrics))
    assert text.splitlines()[0] == "On clips (n = 32 in 5 groups):"
    assert text.splitlines()[-1] == f"• {expected}"


def test_an_interval_of_no_width_is_left_out() -> None:
    metrics = (
        _metric("share_with_verdict", 1.0, 1.0, 1.0),
        _metric("real_called_fake", 0.0, 0.0, 0.0),
    )
    (text,) = wording.error_sentences(msgspec.structs.replace(CARD, metrics=metrics))
    assert text.endswith(
        "• a verdict was given for 100 %\n• 0 % of the real files were called fake"
    )


def test_sets_that_were_calibrated_on_speak_only_where_there_are_no_others() -> None:
    kind, hard = (
        _metric("auc", 0.9, 0.8, 1.0, of="A (calibrated on)"),
        _metric("auc", 0.6, 0.5, 0.7, of="B"),
    )
    both = wording.error_sentences(msgspec.structs.replace(CARD, metrics=(kind, hard)))
    assert [text.split(" (n")[0] for text in both] == ["On B"]
    (alone,) = wording.error_sentences(msgspec.structs.replace(CARD, metrics=(kind,)))
    assert alone.startswith("On A (calibrated on) (n = 32")
    assert wording.error_sentences(CARD) == (
        "The card of this model holds no measured error rates.",
    )


def test_changed_pictures_say_nothing_beside_a_verdict_and_parts_are_named() -> None:
    plain, part = (
        _metric("auc", 0.9, 0.8, 1.0),
        _metric("auc: faces under 100 px", 0.7, 0.6, 0.8, n=9),
    )
    changed = _metric("auc: JPEG quality 30", 0.6, 0.5, 0.7, of="clips, changed (robustness)")
    (text,) = wording.error_sentences(msgspec.structs.replace(CARD, metrics=(plain, part, changed)))
    assert text.splitlines()[1:] == [
        (
            "• Given one fake and one genuine face, the fake scores higher 90 % [80, 100] of the"
            " time (chance: 50 %)"
        ),
        "• in parts: faces under 100 px 70 % [60, 80]",
    ]


def test_limits() -> None:
    assert wording.limit_sentences(CARD) == (
        (
            "A verdict is given only where the cut face has 74 pixels or more a side, its sharpness"
            " (variance of the Laplacian) is 6.6 or more, a video in H.264 has 0.039 bits per pixel"
            " or more (other codecs were not tested), and 8 frames or more of a video show the same"
            " face: that is what was tested."
        ),
        # 10 ** .602 = 4.0, 10 ** 2.671 = 468.8
        (
            "The likelihood ratio of a video is kept within 1/4 and 4: more cannot be supported by"
            " the 4 real and 8 fake of clips of four people."
        ),
        (
            "The likelihood ratio of a still is kept within 1/470 and 470: more cannot be supported"
            " by the 469 real and 936 fake of portraits."
        ),
        "Not for proof: one piece of evidence among others.",
        "Not for cats.",
        "Terms: For research only.",
    )


def test_compression_that_was_not_tested_is_no_limit() -> None:
    untested = msgspec.structs.replace(CARD, domain=Domain(74.0, 6.6, None, 1))
    assert "bits per pixel" not in wording.limit_sentences(untested)[0]
    assert (
        "and 1 frame or more of a video show the same face" in wording.limit_sentences(untested)[0]
    )


@pytest.mark.parametrize(
    ("ratio", "saved_as", "expected"),
    [
        (
            1.06,
            "h264",
            "In this video error levels can hardly show a pasted region: an implanted known patch"
            " stood out by a factor of 1.06.",
        ),
        (
            0.8,
            "h264",
            "In this video error levels can show, but only weakly, a pasted region: an implanted"
            " known patch stood out by a factor of 1.25, darker than its surroundings.",
        ),
        (
            22,
            "jpeg",
            "In this picture error levels can clearly show a pasted region: an implanted known"
            " patch stood out by a factor of 22.00.",
        ),
    ],
)
def test_what_error_levels_can_say(ratio: float, saved_as: Any, expected: str) -> None:
    assert (
        wording.ela_sentence(ElaInformativeness(1.0, 1.0, ratio, 2.0, (ratio,), saved_as, 23))
        == expected
    )


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (0, "00:00:00.000"),
        (4.12, "00:00:04.120"),
        (59.9996, "00:01:00.000"),
        (3723.5, "01:02:03.500"),
        (-0.04, "-00:00:00.040"),
        (-1e-9, "00:00:00.000"),
    ],
)
def test_time_code(seconds: float, expected: str) -> None:
    assert wording.time_code(seconds) == expected


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1500, "1.5 kB (1,500 bytes)"),
        (1_234_567, "1.2 MB (1,234,567 bytes)"),
        (4_000_000_000, "4.0 GB (4,000,000,000 bytes)"),
    ],
)
def test_sizes(size: int, expected: str) -> None:
    assert wording.in_bytes(size) == expected


def _with_patterns(tracks: int, boxes: int) -> FileResult:
    """A result with that many tracks left out, and that many boxes of a track that stays."""
    excluded = tuple(ExcludedBox(1, Box(0, 0, 9, 9), -5.0) for _ in range(boxes))
    own = tuple(ExcludedBox(2 + number, Box(0, 0, 9, 9), -5.0) for number in range(tracks))
    frames = (FrameResult(0, 0.0, "P", (FaceResult(1, Box(0, 0, 9, 9), 0.5),), (*excluded, *own)),)
    left_out = tuple(ExcludedTrack(2 + number, 1, 0, "No face.") for number in range(tracks))
    return _scored(0.5, "supports_fake", "weak", frames=frames, excluded_tracks=left_out)


@pytest.mark.parametrize(
    ("tracks", "boxes", "sentence"),
    [
        (0, 0, ""),
        (1, 0, "1 track was left out because it holds no face."),
        (3, 0, "3 tracks were left out because they hold no face."),
        (0, 1, "1 box was left out because it holds no face."),
        (0, 2, "2 boxes were left out because they hold no face."),
        (1, 1, "1 track and 1 box of other tracks were left out because they hold no face."),
        (2, 5, "2 tracks and 5 boxes of other tracks were left out because they hold no face."),
    ],
)
def test_what_was_left_out(tracks: int, boxes: int, sentence: str) -> None:
    result = _with_patterns(tracks, boxes)
    assert wording.left_out_sentence(result) == sentence
    assert (sentence in wording.why_sentences(result, CARD)) is bool(sentence)
