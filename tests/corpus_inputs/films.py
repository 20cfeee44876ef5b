"""The films of the corpus: containers, codecs, timing, geometry and colour."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from tests.corpus_inputs.film import FULL, LIMITED, Film, TwoPasses
from tests.corpus_inputs.scene import FRAMES, HEIGHT, WIDTH

MILLISECOND, MPEG_CLOCK = Fraction(1, 1000), Fraction(1, 90000)
"""Steps of the clocks of Matroska and of MPEG's streams."""
PLAIN = Film("H.264, 25 frames/s")
MPEG = replace(PLAIN, clock=MPEG_CLOCK)
MKV = replace(PLAIN, clock=MILLISECOND)
HD = (1280, 720)


def films() -> Iterator[tuple[str, Film]]:
    """Name and recipe of each film."""
    yield from _containers()
    yield from _timing()
    yield from _geometry()
    yield from _colour()


def _containers() -> Iterator[tuple[str, Film]]:
    yield "h264.mp4", PLAIN
    yield "h264.mov", PLAIN
    yield "h264.3gp", PLAIN
    yield "h264.mkv", MKV
    yield "h264.ts", MPEG
    yield "h264.avi", PLAIN
    yield "h264.flv", MKV
    yield "h264.h264", replace(PLAIN, made="H.264 without a container", timed=False)
    named = replace(PLAIN, made="H.264 in MP4 under the name of another container")
    yield "mp4-named.avi", replace(named, container="mp4")
    hevc = replace(PLAIN, made="HEVC", codec="libx265")
    yield "hevc.mp4", hevc
    yield "hevc.mkv", replace(hevc, clock=MILLISECOND)
    yield "hevc.ts", replace(hevc, clock=MPEG_CLOCK)
    av1 = replace(PLAIN, made="AV1", codec="libsvtav1")
    yield "av1.mp4", av1
    yield "av1.webm", replace(av1, clock=MILLISECOND)
    vp8 = replace(MKV, made="VP8", codec="libvpx")
    yield "vp8.webm", vp8
    hidden = TwoPasses("VP8 with packets that show nothing", codec="libvpx", clock=MILLISECOND)
    settings = {"auto-alt-ref": "1", "lag-in-frames": "16", "b:v": "900k"}
    yield "vp8-hidden.webm", replace(hidden, options=settings, within=14)
    vp9 = replace(MKV, made="VP9", codec="libvpx-vp9")
    yield "vp9.webm", vp9
    yield "vp9.ivf", replace(vp9, clock=Fraction(0))
    yield (
        "vp9-hidden.webm",
        replace(
            vp9,
            made="VP9 with pictures that are not shown",
            options={
                "deadline": "good",
                "cpu-used": "5",
                "auto-alt-ref": "1",
                "lag-in-frames": "16",
            },
            gop=100,
        ),
    )
    yield "mpeg4.mp4", replace(PLAIN, made="MPEG-4 part 2", codec="mpeg4")
    yield "mpeg4.avi", replace(PLAIN, made="MPEG-4 part 2", codec="mpeg4")
    mpeg2 = replace(MPEG, made="MPEG-2", codec="mpeg2video", b_frames=2)
    yield "mpeg2.mpg", replace(mpeg2, container="vob")
    yield "mpeg2.ts", mpeg2
    yield "mpeg2.mxf", replace(mpeg2, clock=Fraction(0))
    yield "mpeg1.mpg", replace(MPEG, made="MPEG-1", codec="mpeg1video", declared=None)
    jpeg = replace(PLAIN, made="Motion JPEG, full range", codec="mjpeg", pix_fmt="yuvj420p")
    yield "mjpeg.avi", replace(jpeg, full=True, declared=(6, FULL))
    yield "mjpeg.mov", replace(jpeg, full=True, declared=(6, FULL))
    yield (
        "prores.mov",
        replace(PLAIN, made="ProRes, 10 bits", codec="prores_ks", pix_fmt="yuv422p10le"),
    )
    yield "ffv1.mkv", replace(MKV, made="FFV1", codec="ffv1", within=6)
    yield (
        "ffv1-rgb.mkv",
        replace(MKV, made="FFV1 in RGB", codec="ffv1", pix_fmt="bgr0", declared=None, within=2),
    )
    yield "wmv2.asf", replace(MKV, made="Windows Media 8", codec="wmv2", declared=None)
    yield "flv1.flv", replace(MKV, made="Sorenson H.263", codec="flv", declared=None)
    yield "utvideo.avi", replace(PLAIN, made="Ut Video", codec="utvideo", within=6)
    yield "raw.y4m", replace(PLAIN, made="uncompressed", codec="rawvideo", declared=None, within=6)
    yield (
        "gif.gif",
        replace(
            PLAIN, made="GIF, 256 colours", codec="gif", pix_fmt="rgb8", declared=None, within=60
        ),
    )


def _timing() -> Iterator[tuple[str, Film]]:
    uneven = [number * 40 + (number % 3) * 7 for number in range(FRAMES)]
    ms = replace(PLAIN, time_base=MILLISECOND)
    yield "uneven.mp4", replace(ms, made="H.264, uneven times", pts=uneven)
    yield "uneven.mkv", replace(ms, made="H.264, uneven times", pts=uneven, clock=MILLISECOND)
    gap = [number * 40 + (9000 if number >= 10 else 0) for number in range(FRAMES)]
    yield "gap.mp4", replace(ms, made="H.264 with a gap of 9 s", pts=gap)
    yield "gap.ts", replace(ms, made="H.264 with a gap of 9 s", pts=gap, clock=MPEG_CLOCK)
    double = [number * 40 for number in range(FRAMES)]
    double[12] = double[11]
    yield (
        "double.mkv",
        replace(ms, made="H.264, two frames with one time", pts=double, clock=MILLISECOND),
    )
    late = [5000 + number * 40 for number in range(FRAMES)]
    yield (
        "late.mkv",
        replace(ms, made="H.264, from 5 s on", pts=late, clock=MILLISECOND, from_first=False),
    )
    yield (
        "wrap.ts",
        replace(
            MPEG,
            made="H.264 whose clock of 33 bits starts again after ten frames",
            container_options={"output_ts_offset": str(2**33 / 90000 - 0.4), "muxdelay": "0"},
        ),
    )
    yield "b-frames.mp4", replace(PLAIN, made="H.264 with B-frames", b_frames=2)
    yield (
        "open.mp4",
        replace(
            PLAIN,
            made="H.264 with open groups of pictures",
            b_frames=2,
            options={"x264-params": "open-gop=1"},
        ),
    )
    yield (
        "refresh.mp4",
        replace(
            PLAIN,
            made="H.264 with intra refresh",
            options={"x264-params": "intra-refresh=1"},
        ),
    )
    yield (
        "fragments.mp4",
        replace(
            PLAIN,
            made="H.264 in fragments",
            container_options={"movflags": "frag_keyframe+empty_moov+default_base_moof"},
        ),
    )
    yield "ntsc.mp4", replace(PLAIN, made="H.264, 30000/1001 frames/s", rate=Fraction(30000, 1001))
    yield "fast.mp4", replace(PLAIN, made="H.264, 240 frames/s", rate=Fraction(240))
    yield "slow.mp4", replace(PLAIN, made="H.264, one frame in two seconds", rate=Fraction(1, 2))


def _geometry() -> Iterator[tuple[str, Film]]:
    for turn in (90, 180, 270):
        turned = replace(PLAIN, made=f"H.264 to be turned by {turn} degrees", turn=turn)
        yield f"turn-{turn}.mp4", turned
    wide = replace(PLAIN, made="H.264, pixels of 4:3", aspect=Fraction(4, 3))
    yield "wide-pixels.mp4", wide
    yield "wide-pixels.mkv", replace(wide, clock=MILLISECOND)
    yield (
        "narrow-pixels.avi",
        replace(
            PLAIN,
            made="MPEG-4, pixels of 2:3",
            codec="mpeg4",
            size=(960, 720),
            aspect=Fraction(2, 3),
        ),
    )
    yield (
        "odd.mkv",
        replace(MKV, made="H.264, odd sides", pix_fmt="yuv444p", size=(WIDTH - 1, HEIGHT - 3)),
    )
    yield (
        "cropped.mp4",
        replace(
            PLAIN, made="H.264, sides that are no multiple of 16", size=(WIDTH - 6, HEIGHT - 6)
        ),
    )
    yield "tiny.mp4", replace(PLAIN, made="H.264, 128 x 96", size=(128, 96), within=14)
    yield (
        "preview.mkv",
        replace(MKV, made="H.264 as the default stream behind a small one", preview=True),
    )
    yield (
        "interlaced.ts",
        replace(
            MPEG,
            made="MPEG-2, interlaced",
            codec="mpeg2video",
            options={"flags": "+ildct+ilme", "top": "1"},
        ),
    )


def _colour() -> Iterator[tuple[str, Film]]:
    yield "709.mp4", replace(PLAIN, made="H.264, BT.709", matrix=1, declared=(1, LIMITED))
    yield "full.mp4", replace(PLAIN, made="H.264, full range", full=True, declared=(6, FULL))
    yield (
        "2020.mkv",
        replace(
            MKV,
            made="HEVC, BT.2020 matrix, 10 bits",
            codec="libx265",
            pix_fmt="yuv420p10le",
            matrix=9,
            declared=(9, LIMITED),
        ),
    )
    yield "undeclared.mp4", replace(PLAIN, made="H.264, colours not declared", declared=None)
    yield (
        "undeclared-hd.mp4",
        replace(PLAIN, made="H.264, HD, colours not declared", size=HD, matrix=1, declared=None),
    )
    yield "422.mkv", replace(MKV, made="H.264, 4:2:2", pix_fmt="yuv422p")
    yield "444.mkv", replace(MKV, made="H.264, 4:4:4", pix_fmt="yuv444p")
    yield "deep.mp4", replace(PLAIN, made="H.264, 10 bits", pix_fmt="yuv420p10le")
    yield "grey.mkv", replace(MKV, made="FFV1, grey", codec="ffv1", pix_fmt="gray", within=6)
