"""An open file in words: what the File tab shows."""

from __future__ import annotations

from collections.abc import Iterator

from dfgui.core.media.facts import Fact, MediaFacts
from dfgui.core.media.media_files import MediaInfo
from dfgui.core.media.stills.stills import Still
from dfgui.core.media.video import Video
from dfgui.core.sentences import Sentence, as_sentence


def media_facts(path: str, media: Video | Still) -> MediaFacts:
    """Collect what is known about an open file."""
    info = media.info
    times: tuple[float, ...] = ()
    keys: tuple[int, ...] = (0,)
    if isinstance(media, Video):
        index = media.index
        times = tuple((index.clock * float(index.time_base)).tolist()) if index.timed else ()
        keys = tuple(index.key.nonzero()[0].tolist())
    return MediaFacts(
        path,
        info.kind,
        info.width,
        info.height,
        media.count,
        info.fps,
        times,
        keys,
        info.has_audio,
        _in_words(info),
        media.warnings,
        info.stream,
        info.choices,
    )


def _in_words(info: MediaInfo) -> tuple[Fact, ...]:
    size = Sentence("{width} x {height} pixels", width=info.width, height=info.height)
    stored = Sentence(
        "{width} x {height}, {format}",
        width=info.coded_width,
        height=info.coded_height,
        format=info.pixel_format,
    )
    rows: list[tuple[Sentence, Sentence]] = [
        (Sentence("container"), as_sentence(info.container)),
        (Sentence("codec"), as_sentence(info.codec)),
        (Sentence("picture"), size),
        (Sentence("stored as"), stored),
        (Sentence("colour"), _colour(info)),
        *(_about_time(info) if info.kind == "video" else ()),
        *((Sentence("turned"), turn) for turn in _turn(info)),
    ]
    rows += [
        (Sentence("stream {number}", number=number), as_sentence(text))
        for number, text in enumerate(info.streams)
    ]
    return tuple(Fact(name, value) for name, value in rows)


def _colour(info: MediaInfo) -> Sentence:
    assumed = Sentence(" (assumed)")
    return Sentence(
        "{matrix}{matrix_assumed}, limited range{range_assumed}"
        if info.colour_range == "limited"
        else "{matrix}{matrix_assumed}, full range{range_assumed}",
        matrix=info.matrix,
        matrix_assumed="" if info.matrix_declared else assumed,
        range_assumed="" if info.colour_range_declared else assumed,
    )


def _about_time(info: MediaInfo) -> Iterator[tuple[Sentence, Sentence]]:
    rate = (
        Sentence("not declared")
        if info.fps is None
        else Sentence("{rate:.3f} frames/s", rate=info.fps)
    )
    yield Sentence("frame rate"), Sentence("{rate}, variable", rate=rate) if info.is_vfr else rate
    yield (
        Sentence("frames"),
        Sentence(
            "{count} ({declared} declared)", count=info.frame_count, declared=info.declared_frames
        )
        if info.declared_frames
        else as_sentence(str(info.frame_count)),
    )
    yield (
        Sentence("duration"),
        Sentence("not known")
        if info.duration_s is None
        else Sentence("{duration:.3f} s", duration=info.duration_s),
    )
    shape = info.sample_aspect_ratio
    yield Sentence("pixel aspect ratio"), as_sentence(f"{shape.numerator}:{shape.denominator}")


def _turn(info: MediaInfo) -> Iterator[Sentence]:
    """How the picture was turned to stand upright; nothing if it was not."""
    if info.rotation:
        yield Sentence(
            "{degrees} degrees clockwise, mirrored"
            if info.mirrored
            else "{degrees} degrees clockwise",
            degrees=info.rotation,
        )
    elif info.mirrored:
        yield Sentence("mirrored")
