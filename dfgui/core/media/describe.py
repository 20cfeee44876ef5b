"""An open file in words: what the File tab shows."""

from __future__ import annotations

from dfgui.core.media.facts import Fact, MediaFacts
from dfgui.core.media.media_files import MediaInfo
from dfgui.core.media.video import Still, Video
from dfgui.core.values import printable


def media_facts(path: str, media: Video | Still) -> MediaFacts:
    """Collect what is known about an open file."""
    info = media.info
    times: tuple[float, ...] = ()
    keys: tuple[int, ...] = (0,)
    if isinstance(media, Video):
        index = media.index
        times = tuple((index.pts * float(index.time_base)).tolist()) if index.timed else ()
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
    )


def _in_words(info: MediaInfo) -> tuple[Fact, ...]:
    turned = [f"{info.rotation} degrees clockwise"] * bool(info.rotation) + [
        "mirrored"
    ] * info.mirrored
    assumed = " (assumed)"
    rows: list[tuple[str, str]] = [
        ("container", info.container),
        ("codec", info.codec),
        ("picture", f"{info.width} x {info.height} pixels"),
        ("stored as", f"{info.coded_width} x {info.coded_height}, {info.pixel_format}"),
        (
            "colour",
            f"{info.matrix}{'' if info.matrix_declared else assumed}, {info.colour_range} range"
            f"{'' if info.colour_range_declared else assumed}",
        ),
    ]
    if info.kind == "video":
        rate = "not declared" if info.fps is None else f"{info.fps:.3f} frames/s"
        rows += [
            ("frame rate", rate + (", variable" if info.is_vfr else "")),
            (
                "frames",
                f"{info.frame_count}"
                + (f" ({info.declared_frames} declared)" if info.declared_frames else ""),
            ),
            ("duration", "not known" if info.duration_s is None else f"{info.duration_s:.3f} s"),
            ("pixel shape", str(info.sample_aspect_ratio)),
        ]
    rows += [("turned", ", ".join(turned))] * bool(turned)
    rows += [(f"stream {number}", text) for number, text in enumerate(info.streams)]
    return tuple(Fact(name, printable(value)) for name, value in rows)
