"""FaceForensics++ clips as a table: the same frame of a fake and its original, cut alike."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from dfgui.core.errors import AnalysisError
from tests.training.faces import fake_path, frame, real_path, replaced, write_clip, write_pair
from training.data.ffpp import Clip, clips, fitted, pairs, read_videos, reencoded, write_table
from training.data.table import FaceTable, Row, read_table

FRAMES = 8


def _made(root: Path, out: Path, **options: object) -> FaceTable:
    write_table(root, out, **options)  # type: ignore[arg-type]
    return read_table(out / "faces.csv")


def _by_moment(table: FaceTable, label: str) -> dict[str, Row]:
    return {row.moment: row for row in table.rows if row.label == label}


def _difference(table: FaceTable, one: Row, other: Row) -> np.ndarray:
    return cv2.absdiff(table.picture(one), table.picture(other)).mean(axis=2)


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> FaceTable:
    """Person 001 with two fakes, one of them narrower; 002 with one; 469 and its partner are test people and no videos at all."""
    root = tmp_path_factory.mktemp("ffpp")
    write_pair(root, "001", "002", frames=FRAMES)
    narrow = [cv2.resize(replaced(frame(number)), (232, 240), interpolation=cv2.INTER_AREA) for number in range(FRAMES)]
    write_clip(fake_path(root, "001", "002", "FaceSwap"), narrow)
    write_pair(root, "002", "001", frames=FRAMES)
    for path in (real_path(root, "469"), fake_path(root, "469", "481")):
        path.write_bytes(b"never to be opened")
    return _made(root, root / "table", frames=4, crfs=(28,))


def test_the_official_layout_is_read(tmp_path: Path) -> None:
    write_pair(tmp_path, "033", "097", frames=1, method="Face2Face")
    real, fake = clips(tmp_path)
    assert real == Clip(real_path(tmp_path, "033"), "033", "", "original")
    assert fake == Clip(fake_path(tmp_path, "033", "097", "Face2Face"), "033", "097", "Face2Face")


def test_who_lend_each_other_faces_are_one_pair_whatever_the_order() -> None:
    shown = [
        ("097", "033", "Deepfakes"),
        ("033", "", "original"),
        ("097", "", "original"),
        ("033", "097", "FaceSwap"),
        ("210", "", "original"),
    ]
    assert pairs([Clip(Path("x.mp4"), *one) for one in shown]) == ["033-097"] * 4 + ["210"]


def test_another_layout_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AnalysisError, match="original_sequences"):
        clips(tmp_path)


def test_counts_and_people(table: FaceTable) -> None:
    # Four frames, as they are and re-encoded: person 001 real and two fakes, person 002 real and one.
    counts = dict.fromkeys([("001", "REAL"), ("001", "FAKE"), ("002", "REAL"), ("002", "FAKE")], 0)
    for row in table.rows:
        counts[row.original, row.label] += 1
    assert counts == {("001", "REAL"): 8, ("001", "FAKE"): 16, ("002", "REAL"): 8, ("002", "FAKE"): 8}
    assert {row.split for row in table.rows} == {"train"}
    assert {row.method for row in table.rows} == {"original", "Deepfakes", "FaceSwap"}
    assert {row.moment.partition("-")[2] for row in table.rows} == {"c23", "420-crf28"}


@pytest.mark.parametrize("method", ["Deepfakes", "FaceSwap"])
def test_fake_and_original_show_the_same_frame(table: FaceTable, method: str) -> None:
    own = table.where(lambda row: row.original == "001" and row.moment.endswith("-c23") and row.method in ("original", method))
    reals, fakes = _by_moment(own, "REAL"), _by_moment(own, "FAKE")
    assert len(reals) == 4
    assert set(reals) == set(fakes)
    for moment in reals:
        change = _difference(own, reals[moment], fakes[moment])
        side = change.shape[0]
        border = np.concatenate([change[:, : side // 10].ravel(), change[:, -side // 10 :].ravel()])
        middle = change[side // 3 : 2 * side // 3, side // 3 : 2 * side // 3]
        assert border.mean() < 3  # the next of the four frames is 6 grey levels brighter
        assert middle.mean() > 20  # of the 30 that the face was changed by


def test_both_are_cut_alike_and_hold_a_quarter_more_than_the_box(table: FaceTable) -> None:
    shapes: dict[tuple[str, str], set[tuple[int, ...]]] = {}
    for row in table.rows:
        shapes.setdefault((row.original, row.moment), set()).add(table.picture(row).shape)
        assert row.scale == 1.25
    assert all(len(shape) == 1 for shape in shapes.values())
    ((height, width, _),) = next(iter(shapes.values()))
    assert height == width
    assert 1.25 * 72 < height < 1.25 * 150  # between the face's own width and one and a half times its height


def test_reencoding_loses_a_little(table: FaceTable) -> None:
    rows = {row.moment: row for row in table.rows if row.original == "002" and row.label == "REAL"}
    for moment in [moment for moment in rows if moment.endswith("-c23")]:
        again = rows[moment.replace("c23", "420-crf28")]
        assert 0.3 < _difference(table, rows[moment], again).mean() < 6


def test_only_frames_whose_face_was_changed_are_taken(tmp_path: Path) -> None:
    pictures = [frame(number) for number in range(FRAMES)]
    write_clip(real_path(tmp_path, "001"), pictures)
    write_clip(fake_path(tmp_path, "001", "002"), pictures[:4] + [replaced(picture) for picture in pictures[4:]])
    table = _made(tmp_path, tmp_path / "table", frames=FRAMES)
    assert sorted({row.moment for row in table.rows}) == [f"{number:05d}-c23" for number in range(4, 8)]


def test_a_fake_that_is_shorter_shares_its_frames(tmp_path: Path) -> None:
    pictures = [frame(number) for number in range(FRAMES)]
    write_clip(real_path(tmp_path, "001"), pictures)
    write_clip(fake_path(tmp_path, "001", "002"), [replaced(picture) for picture in pictures[:5]])
    table = _made(tmp_path, tmp_path / "table", frames=FRAMES)
    assert {row.moment[:5] for row in table.rows} == {f"{number:05d}" for number in range(5)}


@pytest.mark.parametrize("missing", ["original", "fake"])
def test_a_clip_without_its_partner_is_named(tmp_path: Path, missing: str) -> None:
    write_pair(tmp_path, "001", "002", frames=1)
    write_pair(tmp_path, "003", "004", frames=1)
    (real_path(tmp_path, "003") if missing == "original" else fake_path(tmp_path, "003", "004")).unlink()
    with pytest.raises(AnalysisError, match="person 003 needs an original clip and fakes"):
        write_table(tmp_path, tmp_path / "table")


@pytest.mark.parametrize("size", [(64, 48), (65, 49)])
def test_reencoded_pictures_keep_size_order_and_odd_edges(size: tuple[int, int]) -> None:
    flats = [np.full((size[1], size[0], 3), 40 + 20 * number, np.uint8) for number in range(6)]
    again = reencoded(flats, 23)
    assert [picture.shape for picture in again] == [(size[1], size[0], 3)] * 6
    for before, after in zip(flats, again, strict=True):
        assert cv2.absdiff(before, after).max() <= 3
    noisy = [np.random.default_rng(1).integers(0, 256, (49, 65, 3), dtype=np.uint8)]
    (coarse,) = reencoded(noisy, 40)
    np.testing.assert_array_equal(coarse[48], noisy[0][48])
    np.testing.assert_array_equal(coarse[:, 64], noisy[0][:, 64])
    assert cv2.absdiff(coarse[:48, :64], noisy[0][:48, :64]).mean() > 10


def test_a_frame_that_was_cut_off_is_put_where_it_was(tmp_path: Path) -> None:
    real = frame(0)
    fake = replaced(real)
    cut = fake[:, 11:229]
    np.testing.assert_array_equal(fitted(cut, real)[:, 11:229], cut)  # the margins are those of the original
    np.testing.assert_array_equal(fitted(cut, real)[:, :11], real[:, :11])
    np.testing.assert_array_equal(fitted(fake, real), fake)


@pytest.mark.parametrize("size", [(218, 240), (300, 300)])
def test_a_frame_that_was_resized_is_resized_back(size: tuple[int, int]) -> None:
    fake = replaced(frame(0))
    again = fitted(cv2.resize(fake, size, interpolation=cv2.INTER_AREA), frame(0))
    assert again.shape == fake.shape
    assert cv2.absdiff(again, fake).mean() < 4


def test_a_fake_names_its_original_as_partner(tmp_path: Path) -> None:
    write_pair(tmp_path, "001", "002", frames=1)
    write_clip(fake_path(tmp_path, "002", "001"), [frame(0)])  # without an original
    rows = {Path(row.file).stem: row for row in read_videos(tmp_path).rows}
    assert rows["001_002"].partner == str(real_path(tmp_path, "001"))
    assert (rows["001"].partner, rows["002_001"].partner) == ("", "")
    assert [row.file for row in read_videos(tmp_path).paired().rows] == [rows["001_002"].file, rows["002_001"].file]
