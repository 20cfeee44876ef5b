"""Which stream or picture of a file is read, and that every other one is named."""

from __future__ import annotations

import io
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pillow_heif
import pytest
from PIL import Image

from dfgui.core.errors import AnalysisError
from dfgui.core.media.facts import StreamChoice
from dfgui.core.media.media_files import in_words
from dfgui.core.media.sound.audio import sound_of
from dfgui.core.media.video import open_media, sound_part
from tests.support.clips import make_clip
from tests.support.streams import LARGE, LUMA, SMALL, two_streams

WHITE, BLACK = (255, 255, 255), (0, 0, 0)


@pytest.mark.parametrize(
    ("name", "sizes", "default", "read"),
    [
        pytest.param("preview-first.mkv", (SMALL, LARGE), 1, 1, id="flag"),
        pytest.param("small-default.mkv", (SMALL, LARGE), 0, 0, id="flag before size"),
        pytest.param("no-flags.ts", (SMALL, LARGE), None, 1, id="largest"),
        pytest.param("no-flags-2.ts", (LARGE, SMALL), None, 0, id="largest first"),
        pytest.param("equal.ts", (SMALL, SMALL), None, 0, id="first of equals"),
    ],
)
def test_the_default_stream_is_read_else_the_largest(
    name: str,
    sizes: tuple[tuple[int, int], tuple[int, int]],
    default: int | None,
    read: int,
    tmp_path: Path,
) -> None:
    path = two_streams(tmp_path / name, sizes, default)
    other = 1 - read
    width, height = sizes[other]
    for asked, found, unread in ((None, read, other), (other, other, read)):
        with open_media(path, stream=asked) as video:
            assert video.info.stream == found
            assert (video.info.width, video.info.height) == sizes[found]
            luma = (LUMA[found] - 16) * 255 / 219
            assert video.frame(2).rgb.mean() == pytest.approx(luma, abs=3)
            width, height = sizes[unread]
            assert (
                f"The file holds 2 video streams; stream {found} is read. Not read: {unread}"
                f" ({width} x {height})."
            ) in video.warnings


def test_a_stream_that_is_not_there_is_refused_and_the_others_named(tmp_path: Path) -> None:
    path = two_streams(tmp_path / "two.mkv", (SMALL, LARGE), 1)
    with pytest.raises(AnalysisError) as caught:
        open_media(path, stream=2)
    assert str(caught.value) == (
        f"{path} has no video stream 2; choose one of these: 0 (64 x 32), 1 (160 x 96)."
    )


def test_sound_is_no_video_stream(tmp_path: Path) -> None:
    path = make_clip(tmp_path / "clip.mp4", frames=3, audio=True)
    with pytest.raises(AnalysisError, match=r"no video stream 1; choose one of these: 0 \(80 x"):
        open_media(path, stream=1)


def test_neighbours_of_one_size_stand_together() -> None:
    choices = [(0, 4, 2), (1, 4, 2), (2, 4, 2), (4, 4, 2), (5, 8, 2), (6, 0, 0)]
    assert (
        in_words([StreamChoice(*one) for one in choices]) == "0-2 (4 x 2), 4 (4 x 2), 5 (8 x 2), 6"
    )


@pytest.fixture
def thumbnail_first(tmp_path: Path) -> Path:
    path = tmp_path / "thumbnail.tif"
    Image.new("RGB", (16, 8), BLACK).save(
        path, save_all=True, append_images=[Image.new("RGB", (160, 80), WHITE)]
    )
    return path


def test_a_thumbnail_in_front_of_the_picture_of_a_tiff(thumbnail_first: Path) -> None:
    with open_media(thumbnail_first) as still:
        assert still.frame(0).rgb.shape == (80, 160, 3)
        assert still.frame(0).rgb.min() == 255
        assert still.info.stream == 1
        assert still.warnings == (
            "The file holds 2 pictures; picture 1 is read. Not read: 0 (16 x 8).",
        )
    with open_media(thumbnail_first, stream=0) as still:
        assert still.frame(0).rgb.shape == (8, 16, 3)
        assert still.frame(0).rgb.max() == 0
    with pytest.raises(
        AnalysisError, match=r"no picture 2; choose one of these: 0 \(16 x 8\), 1 \(160 x 80\)\."
    ):
        open_media(thumbnail_first, stream=2)


def _jpeg(size: tuple[int, int], colour: tuple[int, int, int], **options: Any) -> bytes:
    data = io.BytesIO()
    noise = np.random.default_rng(3).integers(0, 40, (*size[::-1], 3), np.uint8)
    picture = np.abs(np.asarray(Image.new("RGB", size, colour)).astype(int) - noise)
    Image.fromarray(picture.astype(np.uint8)).save(data, "JPEG", **options)
    return data.getvalue()


def test_a_jpeg_with_several_pictures_is_a_jpeg(tmp_path: Path) -> None:
    path = tmp_path / "several.jpg"
    pictures = [Image.new("RGB", size, WHITE) for size in ((160, 80), (40, 20))]
    pictures[0].save(path, "MPO", save_all=True, append_images=pictures[1:])
    with open_media(path) as still:
        assert (still.info.codec, still.info.stream) == ("JPEG", 0)
        assert still.warnings == (
            "The file holds 2 pictures; picture 0 is read. Not read: 1 (40 x 20).",
        )


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"restart_marker_blocks": 2}])
def test_a_film_behind_a_jpeg_is_named(options: dict[str, Any], tmp_path: Path) -> None:
    picture = _jpeg((160, 96), WHITE, **options)
    film = make_clip(tmp_path / "film.mp4", frames=3).read_bytes()
    path = tmp_path / "motion.jpg"
    path.write_bytes(picture + film)
    with open_media(path) as still:
        assert still.warnings == (
            f"Behind its picture the file holds a film of {len(film)} bytes, from byte"
            f" {len(picture)} on, that is not read; choose stream 1 to read it.",
        )
        assert still.info.choices == (StreamChoice(0, 160, 96), StreamChoice(1, 0, 0, film=True))
    part = tmp_path / "part.mp4"
    part.write_bytes(path.read_bytes()[len(picture) :])
    with open_media(part) as alone, open_media(path, stream=1) as video:
        assert video.count == alone.count == 3
        assert [video.frame(n).sha256 for n in range(3)] == [
            alone.frame(n).sha256 for n in range(3)
        ]
        assert (video.info.kind, video.info.stream) == ("video", 1)
        assert video.info.choices == (StreamChoice(0, 160, 96), StreamChoice(1, 0, 0, film=True))
        assert set(video.warnings) - set(alone.warnings) == {
            "The file is a still picture that holds a film; the film is read, stream 1. Not read:"
            " 0 (160 x 96)."
        }
    with pytest.raises(AnalysisError, match=r"no picture 2; choose .*: 0 \(160 x 96\), 1 \(film\)"):
        open_media(path, stream=2)


def test_the_sound_of_a_film_behind_a_jpeg_is_the_film_s(tmp_path: Path) -> None:
    film = make_clip(tmp_path / "film.mp4", frames=10, audio=True)
    path = tmp_path / "motion.jpg"
    path.write_bytes(_jpeg((160, 96), WHITE) + film.read_bytes())
    assert sound_part(film, 0) is sound_part(path, None) is sound_part(path, 0) is None
    found, alone = sound_of(path, part=sound_part(path, 1)), sound_of(film)
    assert np.array_equal(found.envelope.numpy(), alone.envelope.numpy())


def test_a_second_jpeg_behind_the_first_can_be_chosen(tmp_path: Path) -> None:
    first, second = _jpeg((160, 96), WHITE), _jpeg((80, 48), BLACK)
    path = tmp_path / "two.jpg"
    path.write_bytes(first + b"\0" * 10 + second)
    with open_media(path) as still:
        assert still.warnings == (
            f"Behind its picture the file holds another picture of {len(second)} bytes, from byte"
            f" {len(first) + 10} on, that is not read; choose picture 1 to read it.",
        )
        assert still.info.choices == (StreamChoice(0, 160, 96), StreamChoice(1, 80, 48))
    with open_media(path, stream=1) as still:
        assert np.array_equal(still.frame(0).rgb, np.asarray(Image.open(io.BytesIO(second))))
        assert still.info.stream == 1
        assert still.warnings == (
            "The file holds 2 pictures; picture 1 is read. Not read: 0 (160 x 96).",
        )


def test_what_is_no_film_behind_a_jpeg_is_none(tmp_path: Path) -> None:
    path = tmp_path / "trailer.jpg"
    path.write_bytes(_jpeg((160, 96), WHITE) + b"\xff\xff\xff\xffftyp, says a trailer\n" * 5)
    with open_media(path) as still:
        assert still.warnings == ()


def test_the_main_picture_of_a_heic_is_read(tmp_path: Path) -> None:
    held = pillow_heif.from_pillow(Image.new("RGB", (128, 64), BLACK))
    held.add_from_pillow(Image.new("RGB", (64, 64), WHITE))
    held.save(tmp_path / "two.heic", primary_index=1)
    with open_media(tmp_path / "two.heic") as still:
        assert still.frame(0).rgb.shape == (64, 64, 3)
        assert still.warnings == (
            "The file holds 2 pictures; picture 1 is read. Not read: 0 (128 x 64).",
        )
    with open_media(tmp_path / "two.heic", stream=0) as still:
        assert still.frame(0).rgb.shape == (64, 128, 3)


def test_the_film_in_a_heic_is_named(tmp_path: Path) -> None:
    path = tmp_path / "motion.heic"
    pillow_heif.from_pillow(Image.new("RGB", (64, 64), BLACK)).save(path)
    picture, film = path.read_bytes(), make_clip(tmp_path / "film.mp4", frames=3).read_bytes()
    path.write_bytes(picture + struct.pack(">I4s", 8 + len(film), b"mpvd") + film)
    with open_media(path) as still:
        assert len(still.warnings) == 1
        assert (
            f"holds a film of {len(film)} bytes, from byte {len(picture) + 8} on"
            in still.warnings[0]
        )
    with open_media(path, stream=1) as video, open_media(tmp_path / "film.mp4") as alone:
        assert video.frame(2).sha256 == alone.frame(2).sha256


def test_a_track_next_to_the_picture_of_an_avif_is_named(tmp_path: Path) -> None:
    """A sequence whose main brand is that of a picture is shown as the picture."""
    path = tmp_path / "both.avif"
    frames = [Image.new("RGB", (64, 32), colour) for colour in (WHITE, BLACK)]
    frames[0].save(path, save_all=True, append_images=frames[1:])
    path.write_bytes(path.read_bytes().replace(b"ftypavis", b"ftypavif", 1))
    with open_media(path) as still:
        assert still.info.kind == "still"
        assert still.frame(0).rgb.min() >= 250
        assert (
            "Next to its pictures the file holds a film or a sequence of pictures in a track, which"
            " is not read; choose stream 1 to read it."
        ) in still.warnings
    with open_media(path, stream=1) as video:
        assert video.info.kind == "video"
        assert [round(float(video.frame(n).rgb.mean())) for n in range(video.count)] == [255, 0]


def test_the_facts_of_a_heic_are_those_of_the_picture_that_is_read(tmp_path: Path) -> None:
    """The main picture is turned and deep, the other neither; each is asked for."""
    exif = Image.Exif()
    exif[0x0112] = 6
    held = pillow_heif.from_bytes("RGB;16", (128, 64), bytes(128 * 64 * 6))
    held.info["exif"] = exif.tobytes()
    held.add_from_pillow(Image.new("RGB", (96, 64), WHITE))
    path = tmp_path / "two.heic"
    held.save(path, primary_index=0)
    deep = "The picture has more than 8 bits per value; it is read with 8."
    for number, size, turn in ((0, (128, 64), 90), (1, (96, 64), 0)):
        with open_media(path, stream=number) as still:
            assert (still.info.coded_width, still.info.coded_height) == size
            assert still.info.rotation == turn
            assert still.frame(0).rgb.shape[:2] == (size[::-1] if not turn else size)
            assert (deep in still.warnings) == (number == 0)
    held.save(path, primary_index=1)
    with open_media(path, stream=0) as still:
        assert (still.info.coded_width, still.info.coded_height) == (128, 64)
        assert still.info.rotation == 90
