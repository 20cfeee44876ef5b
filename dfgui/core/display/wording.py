"""Results, cards and measures in the sentences that an analyst reads."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from dfgui.core.analysis_results import ElaInformativeness, FileResult, TrackResult
from dfgui.core.network.package import Calibration, Card, Metric
from dfgui.core.network.score import WEAK

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


def verdict_word(result: FileResult) -> str:
    """The verdict in two words, for a heading."""
    if result.status != "scored":
        return "Not scored" if result.status == "not_scored" else "Failed"
    words = {"supports_fake": "Supports fake", "supports_real": "Supports real"}
    return words.get(result.verdict or "", "Inconclusive")


def verdict_sentence(result: FileResult) -> str:
    """The verdict as a finding: what is supported, and how strongly."""
    if result.status != "scored" or result.verdict in (None, "inconclusive"):
        return f"{verdict_word(result)}."
    finding = (
        "the face was replaced"
        if result.verdict == "supports_fake"
        else "the face was not replaced"
    )
    return f"{str(result.support).capitalize()} support for: {finding}."


def score_sentence(result: FileResult) -> str:
    """The score and how to read it; empty if there is none."""
    return (
        "" if result.score is None else f"Score {result.score:.3f} (0 real, 0.5 neither, 1 fake)."
    )


def ratio_sentence(result: FileResult, card: Card) -> str:
    """What the likelihood ratio says, to two digits.

    Empty if there is no answer or the verdict was withheld.
    """
    if result.log10_lr is None or result.reason is not None:
        return ""
    strength = abs(result.log10_lr)
    ratio = _plain(10**strength)
    if ratio == "1":
        return (
            "The finding is as likely if the face was replaced as if it was not: too little for a"
            " verdict."
        )
    more = "replaced than if it was not" if result.log10_lr > 0 else "not replaced than if it was"
    if strength < WEAK:
        return (
            f"The finding is only about {ratio} times more likely if the face was {more}: too"
            " little for a verdict."
        )
    calibration = calibration_of(result, card)
    at_bound = not calibration.log10_lr_low < result.log10_lr < calibration.log10_lr_high
    most = ", the most that the calibration can support" if at_bound else ""
    return f"The finding is about {ratio} times more likely if the face was {more}{most}."


def is_still(result: FileResult) -> bool:
    """Whether the result is that of a still: one frame without a time.

    A still is calibrated as a single face.
    """
    return len(result.frames) == 1 and result.frames[0].pts_s is None


def calibration_of(result: FileResult, card: Card) -> Calibration:
    """The calibration that gave the result: of single faces for a still, of tracks for a video."""
    return card.calibration.face if is_still(result) else card.calibration.track


def deciding_track(result: FileResult) -> TrackResult | None:
    """The track whose score is the file's; None if the file has no score."""
    return next(
        (
            track
            for track in sorted(result.tracks, key=lambda one: one.id)
            if track.score == result.score
        ),
        None,
    )


def why_sentences(result: FileResult, card: Card) -> tuple[str, ...]:
    """What the verdict rests on: the deciding track, what was looked at, why it is withheld."""
    if result.status != "scored":
        return (result.reason,) if result.reason else ()
    seen = sum(bool(frame.faces) for frame in result.frames)
    looked = f"{_count(len(result.frames), 'frame')} looked at, {seen} with a face."
    sentences = [*_about_tracks(result, card), looked, *filter(None, [left_out_sentence(result)])]
    if calibration_of(result, card).sharpness_slope:
        sentences.append(
            "The score of a track allows for how sharp the face is, and those of its frames do not;"
            " they are calibrated apart."
        )
    if result.reason is not None:
        sentences.insert(0, result.reason)
    elif result.verdict == "inconclusive":
        border = _plain(10**WEAK)
        sentences.insert(
            0,
            f"The likelihood ratio lies between 1/{border} and {border}, which is too close to 1"
            " for a verdict.",
        )
    return tuple(sentences)


def left_out_sentence(result: FileResult) -> str:
    """How many of the tracks and boxes found hold no face and so were not scored.

    Empty if there are none.
    """
    tracks = {track.id for track in result.excluded_tracks}
    boxes = sum(box.track not in tracks for frame in result.frames for box in frame.excluded)
    if not tracks and not boxes:
        return ""
    parts = [_count(len(tracks), "track")] if tracks else []
    parts += (
        [f"{boxes} {'box' if boxes == 1 else 'boxes'}{' of other tracks' if tracks else ''}"]
        if boxes
        else []
    )
    verb = (
        "was left out because it holds"
        if len(tracks) + boxes == 1
        else "were left out because they hold"
    )
    return f"{' and '.join(parts)} {verb} no face."


def _about_tracks(result: FileResult, card: Card) -> list[str]:
    track = deciding_track(result)
    if track is None:
        return []
    faces = _count(track.frames, "face")
    if len(result.tracks) == 1:
        return [f"One person was followed: track {track.id}, {faces}."]
    sentences = [
        f"Track {track.id} is the most suspicious of {len(result.tracks)} ({faces}); its score is"
        " the file's."
    ]
    ignored = [one for one in result.tracks if one.score > track.score]
    needed = card.domain.track_frames
    return sentences + [
        f"Track {one.id} scores higher, but has {_count(one.frames, 'face')}, and {needed} are"
        " needed."
        for one in ignored
    ]


def error_sentences(card: Card) -> tuple[str, ...]:
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
        return ("The card of this model holds no measured error rates.",)
    return tuple(
        _about_set(name, [metric for metric in card.metrics if metric.set == name])
        for name in chosen
    )


def _about_set(name: str, metrics: Sequence[Metric]) -> str:
    found = {metric.name: metric for metric in metrics}
    largest = max(metrics, key=lambda metric: metric.n)
    parts = [words(found.pop(key)) for key, words in _IN_WORDS.items() if key in found]
    methods = [found.pop(key) for key in list(found) if key.startswith("auc_")]
    if methods:
        parts.append(
            "by manipulation: "
            + ", ".join(f"{one.name.removeprefix('auc_')} {_percent(one)}" for one in methods)
        )
    parted = [found.pop(key) for key in list(found) if key.startswith("auc: ")]
    if parted:
        parts.append(
            "in parts: "
            + ", ".join(f"{one.name.removeprefix('auc: ')} {_percent(one)}" for one in parted)
        )
    given, accused = found.pop("share_with_verdict", None), found.pop("real_called_fake", None)
    found.pop("log_loss", None)
    parts += [
        f"{one.name} {one.value:.3g} [{one.low:.3g}, {one.high:.3g}]" for one in found.values()
    ]
    if given is not None and given.value == 0:
        parts.append("no file got a verdict, so how often a verdict is wrong was not measured")
    else:
        parts += [f"a verdict was given for {_percent(given)}"] if given else []
        parts += [_accused(accused, largest.n)] if accused else []
    return "\n• ".join([f"On {name} (n = {largest.n:,} in {largest.groups:,} groups):", *parts])


def _accused(metric: Metric, files: int) -> str:
    """How many real files were called fake.

    Cards up to version 1 hold only the share, with the number of all files, real and fake.
    """
    count = round(metric.value * metric.n)
    if 0 < metric.n < files and abs(metric.value - count / metric.n) < ROUNDED:
        return f"{count} of {_count(metric.n, 'real file')} called fake: {_percent(metric)}"
    return f"{_percent(metric)} of the real files were called fake"


def _order(metric: Metric) -> str:
    return (
        f"of a fake and a real one, the fake scores higher in {_percent(metric)} of pairs"
        " (guessing: 50 %)"
    )


def _misjudged(metric: Metric) -> str:
    return f"{_percent(metric, flipped=True)} score on the wrong side of 0.5"


def _off(metric: Metric) -> str:
    return f"scores are off by {metric.value:.2f} [{metric.low:.2f}, {metric.high:.2f}] on average"


_IN_WORDS: dict[str, Callable[[Metric], str]] = {
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


def limit_sentences(card: Card) -> tuple[str, ...]:
    """The model's limits: its domain, largest likelihood ratio, excluded uses and terms."""
    domain = card.domain
    envelope = [
        f"the cut face has {domain.cut_side:.0f} pixels or more a side",
        f"its sharpness (variance of the Laplacian) is {domain.sharpness:.1f} or more",
    ]
    if domain.bits_per_pixel is not None:
        envelope.append(f"the video has {domain.bits_per_pixel:.3f} bits per pixel or more")
    envelope.append(f"{_count(domain.track_frames, 'frame')} or more of a video show the same face")
    return (
        (
            f"A verdict is given only where {', '.join(envelope[:-1])}, and {envelope[-1]}: that is"
            " what was tested."
        ),
        _bound("video", card.calibration.track),
        _bound("still", card.calibration.face),
        *(f"Not for {text}." for text in card.not_for),
        f"Terms: {card.terms}",
    )


def _bound(kind: str, calibration: Calibration) -> str:
    least, most = _plain(10**-calibration.log10_lr_low), _plain(10**calibration.log10_lr_high)
    return (
        f"The likelihood ratio of a {kind} is kept within 1/{least} and {most}: more cannot be"
        f" supported by the {calibration.real} real and {calibration.fake} fake of"
        f" {calibration.set}."
    )


def ela_sentence(found: ElaInformativeness) -> str:
    """What error levels can say in this picture or video.

    It says "hardly" below `ELA_HARDLY` and "clearly" from `ELA_CLEARLY` on.
    """
    seen = found.visibility
    how = (
        "can hardly show"
        if seen < ELA_HARDLY
        else "can show, but only weakly,"
        if seen < ELA_CLEARLY
        else "can clearly show"
    )
    darker = ", darker than its surroundings" if found.ratio < 1 and seen >= ELA_HARDLY else ""
    place = "video" if found.saved_as == "h264" else "picture"
    return (
        f"In this {place} error levels {how} a pasted region: an implanted known patch stood out by"
        f" a factor of {seen:.2f}{darker}."
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


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


def _plain(value: float) -> str:
    """A positive number with two significant digits and without an exponent: 1.4, 3, 47, 470."""
    power = math.floor(math.log10(value))
    return f"{round(value, 1 - power):.{max(0, 1 - power)}f}".removesuffix(".0")
