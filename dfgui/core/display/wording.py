"""Results, cards and measures in the sentences that an analyst reads."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence

from dfgui.core.analysis_results import ElaInformativeness, FileResult, TrackResult
from dfgui.core.network.package import Bounds, Calibration, Card, Metric, codec_name
from dfgui.core.network.score import WEAK, NotScored, Scored, Strength, out_of_reach
from dfgui.core.sentences import Sentence, as_sentence, listed

# Measured with a pasted patch: x264 left a factor of 1.06 at CRF 23 and 1.22 at CRF 18, a JPEG more
# than 1.4.
ELA_HARDLY, ELA_CLEARLY = 1.1, 1.4
"""Limits of a known implant's visibility.

Below the first its trace is lost in the picture's own content, from the second on the eye sees it.
"""


ROUNDED = 1e-4
"""Cards hold four digits."""

CALIBRATED_ON = "(calibrated on)"
"""Ends the name of a set that the calibration was fitted to: its figures are too good."""

ROBUSTNESS = "(robustness)"
"""Ends the name of a set whose pictures were changed on purpose.

Such a set has a table of its own and does not support a verdict.
"""


WORDS = {
    "supports_fake": Sentence("Supports fake"),
    "supports_real": Sentence("Supports real"),
    "inconclusive": Sentence("Inconclusive"),
}
STRENGTHS: dict[Strength, Sentence] = {
    "weak": Sentence("weak"),
    "moderate": Sentence("moderate"),
    "moderately_strong": Sentence("moderately strong"),
    "strong": Sentence("strong"),
}
"""The bands of `dfgui.core.network.score` as words."""
FINDINGS = {
    ("supports_fake", "weak"): Sentence(
        "Weak support for the proposition that the face was replaced."
    ),
    ("supports_fake", "moderate"): Sentence(
        "Moderate support for the proposition that the face was replaced."
    ),
    ("supports_fake", "moderately_strong"): Sentence(
        "Moderately strong support for the proposition that the face was replaced."
    ),
    ("supports_fake", "strong"): Sentence(
        "Strong support for the proposition that the face was replaced."
    ),
    ("supports_real", "weak"): Sentence(
        "Weak support for the proposition that the face was not replaced."
    ),
    ("supports_real", "moderate"): Sentence(
        "Moderate support for the proposition that the face was not replaced."
    ),
    ("supports_real", "moderately_strong"): Sentence(
        "Moderately strong support for the proposition that the face was not replaced."
    ),
    ("supports_real", "strong"): Sentence(
        "Strong support for the proposition that the face was not replaced."
    ),
}


def verdict_word(result: FileResult) -> Sentence:
    """The verdict in two words, for a heading."""
    answer = result.answer
    if isinstance(answer, Scored):
        return WORDS[answer.verdict]
    return Sentence("Failed" if result.status == "failed" else "Not scored")


def verdict_sentence(result: FileResult) -> Sentence:
    """The verdict as a finding: what is supported, and how strongly."""
    answer = result.answer
    if isinstance(answer, NotScored) or answer.verdict == "inconclusive":
        return Sentence("{verdict}.", verdict=verdict_word(result))
    return FINDINGS[answer.verdict, answer.support]


def score_sentence(result: FileResult) -> Sentence:
    """The score and how to read it; empty if there is none."""
    answer = result.answer
    if isinstance(answer, NotScored):
        return Sentence("")
    return Sentence("Score {score:.3f} (0 real, 0.5 neither, 1 fake).", score=answer.score)


def ratio_sentence(result: FileResult, card: Card) -> Sentence:
    """What the likelihood ratio says, to two digits.

    Empty if there is no answer or the verdict was withheld.
    """
    answer = result.answer
    if isinstance(answer, NotScored) or answer.reason is not None:
        return Sentence("")
    strength = abs(answer.log10_lr)
    ratio = two_digits(10**strength)
    bounds = bounds_of(result, card)
    at_bound = not bounds.log10_lr_low < answer.log10_lr < bounds.log10_lr_high
    if at_bound and strength < WEAK:
        return Sentence(
            "The likelihood ratio is kept at {ratio}, the most that the calibration can support on"
            " this side: too little for a verdict.",
            ratio=ratio if answer.log10_lr >= 0 or ratio == "1" else f"1/{ratio}",
        )
    if ratio == "1":
        return Sentence(
            "The finding is as likely if the face was replaced as if it was not: too little for a"
            " verdict."
        )
    more = (
        Sentence("replaced than if it was not")
        if answer.log10_lr > 0
        else Sentence("not replaced than if it was")
    )
    if strength < WEAK:
        return Sentence(
            "The finding is only about {ratio} times more likely if the face was {more}: too"
            " little for a verdict.",
            ratio=ratio,
            more=more,
        )
    return Sentence(
        "The finding is about {ratio} times more likely if the face was {more}, the most that the"
        " calibration can support."
        if at_bound
        else "The finding is about {ratio} times more likely if the face was {more}.",
        ratio=ratio,
        more=more,
    )


def is_still(result: FileResult) -> bool:
    """Whether the result is that of a still: one frame without a time.

    A still is calibrated as a single face.
    """
    return len(result.frames) == 1 and result.frames[0].pts_s is None


def calibration_of(result: FileResult, card: Card) -> Calibration:
    """The calibration that gave the result: of single faces for a still, of tracks for a video."""
    return card.calibration.face if is_still(result) else card.calibration.track


def bounds_of(result: FileResult, card: Card) -> Bounds:
    """How far the likelihood ratio of the result may go."""
    return card.calibration.bounds_of_file(still=is_still(result))


def deciding_track(result: FileResult) -> TrackResult | None:
    """The track whose score is the file's; None if the file has no score."""
    return next(
        (
            track
            for track in sorted(result.tracks, key=lambda one: (-one.frames, one.id))
            if track.score == result.score
        ),
        None,
    )


def why_sentences(result: FileResult, card: Card) -> tuple[Sentence, ...]:
    """What the verdict rests on: the deciding track, what was looked at, why it is withheld."""
    answer = result.answer
    if isinstance(answer, NotScored):
        return (answer.reason,)
    looked = Sentence(
        "{frames} examined, {faces} with a face.",
        frames=_frames(len(result.frames)),
        faces=sum(bool(frame.faces) for frame in result.frames),
    )
    shown = () if is_still(result) else (looked,)
    sentences = [*_about_tracks(result, card), *shown, *filter(None, [left_out_sentence(result)])]
    if calibration_of(result, card).sharpness_slope:
        sentences.append(
            Sentence(
                "Track scores are corrected for sharpness; frame scores are not, so the two can"
                " differ."
            )
        )
    if answer.reason is not None:
        sentences.insert(0, as_sentence(answer.reason))
    elif answer.verdict == "inconclusive":
        between = Sentence(
            "The likelihood ratio lies between 1/{border} and {border}, which is too close to 1"
            " for a verdict.",
            border=two_digits(10**WEAK),
        )
        sentences.insert(0, between)
    impossible = out_of_reach(bounds_of(result, card))
    return tuple(sentences) if impossible is None else (impossible, *sentences)


def left_out_sentence(result: FileResult) -> Sentence:
    """How many of the tracks and boxes found hold no face and so were not scored.

    Empty if there are none.
    """
    tracks = {track.id for track in result.excluded_tracks}
    boxes = sum(box.track not in tracks for frame in result.frames for box in frame.excluded)
    if tracks and boxes:
        return Sentence(
            "{tracks} and {boxes} of other tracks were left out because they hold no face.",
            tracks=Sentence("{n} track|{n} tracks", n=len(tracks)),
            boxes=Sentence("{n} box|{n} boxes", n=boxes),
        )
    if tracks:
        return Sentence(
            "{n} track was left out because it holds no face.|"
            "{n} tracks were left out because they hold no face.",
            n=len(tracks),
        )
    if boxes:
        return Sentence(
            "{n} box was left out because it holds no face.|"
            "{n} boxes were left out because they hold no face.",
            n=boxes,
        )
    return Sentence("")


def _about_tracks(result: FileResult, card: Card) -> list[Sentence]:
    track = deciding_track(result)
    if track is None:
        return []
    if len(result.tracks) == 1 and is_still(result):
        return [Sentence("One face was found; its score is the file's.")]
    if len(result.tracks) == 1:
        return [
            Sentence(
                "One person was followed: track {track}, {faces}.",
                track=track.id,
                faces=_faces(track.frames),
            )
        ]
    needed = 1 if is_still(result) else card.domain.track_frames
    if track.frames < needed:
        return [
            Sentence(
                "Track {track} is the longest of {count} ({faces}); its score is the file's.",
                track=track.id,
                count=len(result.tracks),
                faces=_faces(track.frames),
            )
        ]
    sentences = [
        Sentence(
            "The verdict rests on track {track}, seen in {frames}.",
            track=track.id,
            frames=_frames(track.frames),
        )
    ]
    ignored = [one for one in result.tracks if one.score > track.score]
    return sentences + [
        Sentence(
            "Track {track} scored higher but was seen in only {frames} ({needed} required), so it"
            " was disregarded.",
            track=one.id,
            frames=_frames(one.frames),
            needed=needed,
        )
        for one in ignored
    ]


def error_sentences(card: Card) -> tuple[Sentence, ...]:
    """How often the model errs, one entry per set.

    An entry is a heading and a line per figure, with 95 % intervals in brackets.

    Sets that the calibration was fitted to are left out if there are others, and those of changed
    pictures always. Log-loss is left out: it compares networks and tells a reader nothing. All
    other figures of the card are included.
    """
    sets = [
        name
        for name in dict.fromkeys(metric.set for metric in card.metrics)
        if ROBUSTNESS not in name
    ]
    chosen = [name for name in sets if CALIBRATED_ON not in name] or sets
    if not chosen:
        return (Sentence("The card of this model holds no measured error rates."),)
    return tuple(
        _about_set(name, [metric for metric in card.metrics if metric.set == name])
        for name in chosen
    )


def _about_set(name: str, metrics: Sequence[Metric]) -> Sentence:
    found = {metric.name: metric for metric in metrics}
    largest = max(metrics, key=lambda metric: metric.n)
    parts = [words(found.pop(key)) for key, words in _IN_WORDS.items() if key in found]
    methods = [found.pop(key) for key in list(found) if key.startswith("auc_")]
    if methods:
        parts.append(Sentence("by manipulation: {shares}", shares=_shares(methods, "auc_")))
    parted = [found.pop(key) for key in list(found) if key.startswith("auc: ")]
    if parted:
        parts.append(Sentence("in parts: {shares}", shares=_shares(parted, "auc: ")))
    given, accused = found.pop("share_with_verdict", None), found.pop("real_called_fake", None)
    found.pop("log_loss", None)
    parts += [
        as_sentence(f"{one.name} {one.value:.3g} [{one.low:.3g}, {one.high:.3g}]")
        for one in found.values()
    ]
    if given is not None and given.value == 0:
        parts.append(
            Sentence("no file got a verdict, so how often a verdict is wrong was not measured")
        )
    else:
        if given is not None:
            parts.append(Sentence("a verdict was given for {share}", share=_percent(given)))
        parts += [_accused(accused, largest.n)] if accused else []
    head = Sentence(
        "On {set} (n = {files:,} in {groups:,} groups):",
        set=Sentence(name),
        files=largest.n,
        groups=largest.groups,
    )
    return listed([head, *parts], "\n• ")


def _shares(metrics: Sequence[Metric], prefix: str) -> Sentence:
    return listed(
        [as_sentence(f"{one.name.removeprefix(prefix)} {_percent(one)}") for one in metrics]
    )


def _accused(metric: Metric, files: int) -> Sentence:
    """How many real files were called fake.

    Cards up to version 1 hold only the share, with the number of all files, real and fake.
    """
    count = round(metric.value * metric.n)
    if 0 < metric.n < files and abs(metric.value - count / metric.n) < ROUNDED:
        return Sentence(
            "{count} of {n} real file called fake: {share}|"
            "{count} of {n} real files called fake: {share}",
            count=count,
            n=metric.n,
            share=_percent(metric),
        )
    return Sentence("{share} of the real files were called fake", share=_percent(metric))


def _order(metric: Metric) -> Sentence:
    return Sentence(
        "Given one fake and one genuine face, the fake scores higher {share} of the time (chance:"
        " 50 %)",
        share=_percent(metric),
    )


def _misjudged(metric: Metric) -> Sentence:
    return Sentence("{share} score on the wrong side of 0.5", share=_percent(metric, flipped=True))


def _off(metric: Metric) -> Sentence:
    return Sentence(
        "calibration error {value:.2f} [{low:.2f}, {high:.2f}]",
        value=metric.value,
        low=metric.low,
        high=metric.high,
    )


_IN_WORDS: dict[str, Callable[[Metric], Sentence]] = {
    "auc": _order,
    "balanced_accuracy": _misjudged,
    "calibration_error": _off,
}


def _percent(metric: Metric, *, flipped: bool = False) -> str:
    """A share with its interval.

    The interval is left out if resampling gave a single value, which says nothing about rare
    events.
    """
    value, low, high = (1 - x if flipped else x for x in (metric.value, metric.low, metric.high))
    low, high = min(low, high), max(low, high)
    return f"{100 * value:.0f} %" + (f" [{100 * low:.0f}, {100 * high:.0f}]" if high > low else "")


def limit_sentences(card: Card) -> tuple[Sentence, ...]:
    """The model's limits: its domain, largest likelihood ratio, excluded uses and terms."""
    domain = card.domain
    video, still = (card.calibration.bounds_of_file(still=one) for one in (False, True))
    envelope = [
        Sentence("the cut face has {side:.0f} pixels or more a side", side=domain.cut_side),
        Sentence(
            "its sharpness (variance of the Laplacian) is {sharpness:.1f} or more",
            sharpness=domain.sharpness,
        ),
    ]
    if domain.bits_per_pixel is not None:
        envelope.append(
            Sentence(
                "a video in {codec} has {bits:.3f} bits per pixel or more (other codecs were not"
                " tested)",
                codec=codec_name(domain.codec),
                bits=domain.bits_per_pixel,
            )
        )
    last = Sentence(
        "{frames} or more of a video show the same face", frames=_frames(domain.track_frames)
    )
    return (
        Sentence(
            "A verdict is given only where {conditions}, and {last}: that is what was tested.",
            conditions=listed(envelope),
            last=last,
        ),
        *_bound(Sentence("video"), card.calibration.track, video),
        *_bound(Sentence("still"), card.calibration.face, still),
        *(Sentence("Not for {use}.", use=Sentence(text)) for text in card.not_for),
        Sentence("Terms: {terms}", terms=Sentence(card.terms)),
    )


def _bound(kind: Sentence, calibration: Calibration, bounds: Bounds) -> Iterator[Sentence]:
    """How far the ratio of a kind of file goes, and which verdicts that rules out."""
    yield Sentence(
        "The likelihood ratio of a {kind} is kept within 1/{least} and {most}: more cannot be"
        " supported by the {real} real and {fake} fake of {set}.",
        kind=kind,
        least=two_digits(10**-bounds.log10_lr_low),
        most=two_digits(10**bounds.log10_lr_high),
        real=calibration.real,
        fake=calibration.fake,
        set=Sentence(calibration.set),
    )
    yield from filter(None, [out_of_reach(bounds)])


def ela_sentence(found: ElaInformativeness) -> Sentence:
    """What error levels can say in this picture or video.

    It says "hardly" below `ELA_HARDLY` and "clearly" from `ELA_CLEARLY` on.
    """
    seen = found.visibility
    how = (
        Sentence("can hardly show")
        if seen < ELA_HARDLY
        else Sentence("can show, but only weakly,")
        if seen < ELA_CLEARLY
        else Sentence("can clearly show")
    )
    darker = found.ratio < 1 and seen >= ELA_HARDLY
    return Sentence(
        "In this {place} error levels {how} a pasted region: an implanted known patch stood out by"
        " a factor of {seen:.2f}{darker}.",
        place=Sentence("video" if found.saved_as == "h264" else "picture"),
        how=how,
        seen=seen,
        darker=Sentence(", darker than its surroundings") if darker else "",
    )


def time_code(seconds: float, *, decimals: int = 3, hours: int = 2) -> str:
    """A time as [-]hh:mm:ss.mmm, rounded to `decimals` (0-9) digits of a second.

    `hours` is the least number of digits of the hours.
    """
    units = round(abs(seconds) * 10**decimals)
    whole, part = divmod(units, 10**decimals)
    text = f"{whole // 3600:0{hours}d}:{whole // 60 % 60:02d}:{whole % 60:02d}" + (
        f".{part:0{decimals}d}" if decimals else ""
    )
    return f"-{text}" if seconds < 0 and units else text


def in_bytes(size: int) -> str:
    """A file's size, rounded in SI units and exact."""
    for unit, factor in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if size >= factor:
            return f"{size / factor:.1f} {unit} ({size:,} bytes)"
    return f"{size} bytes"


def _frames(number: int) -> Sentence:
    return Sentence("{n} frame|{n} frames", n=number)


def _faces(number: int) -> Sentence:
    return Sentence("{n} face|{n} faces", n=number)


def two_digits(value: float) -> str:
    """A positive number with two significant digits and without an exponent: 1.4, 3, 47, 470."""
    power = math.floor(math.log10(value))
    return f"{round(value, 1 - power):.{max(0, 1 - power)}f}".removesuffix(".0")
