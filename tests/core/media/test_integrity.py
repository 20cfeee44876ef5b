"""Evidence is identified by its bytes, and a change under the reader's eyes is noticed."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
import pytest

from dfgui.core.errors import AnalysisError
from dfgui.core.media.facts import FileState, HashedFile
from dfgui.core.media.integrity import check_unchanged, hash_file

# FIPS 180-4 example: SHA-256 of "abc".
ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
# NIST's long example: a million times "a".
MILLION_A = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"


def test_published_hashes(tmp_path: Path) -> None:
    (tmp_path / "abc").write_bytes(b"abc")
    (tmp_path / "long").write_bytes(b"a" * 10**6)
    assert hash_file(tmp_path / "abc").sha256 == ABC
    assert hash_file(tmp_path / "long").sha256 == MILLION_A


def test_progress_counts_every_byte(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"x" * (5 * 2**19))
    seen: list[tuple[int, int]] = []
    hash_file(path, progress=lambda done, size: seen.append((done, size)))
    assert seen == [(2**20, 5 * 2**19), (2**21, 5 * 2**19), (5 * 2**19, 5 * 2**19)]


def test_facts_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "abc"
    path.write_bytes(b"abc")
    os.utime(path, ns=(0, 1_000_000_000_123_456_000))
    evidence = hash_file(path)
    assert (evidence.sha256, evidence.size, evidence.others) == (ABC, 3, {})
    assert evidence.state.inode == f"{path.stat().st_dev}:{path.stat().st_ino}"
    assert evidence.modified_utc == "2001-09-09T01:46:40.123456+00:00"
    check_unchanged(path, evidence)


def test_other_digests_in_the_same_pass(tmp_path: Path) -> None:
    path, seen = tmp_path / "abc", []
    path.write_bytes(b"abc")
    evidence = hash_file(path, others=("md5", "sha1"), progress=lambda *said: seen.append(said))
    # RFC 1321, appendix A.5; FIPS 180-4 example.
    assert evidence.others == {
        "md5": "900150983cd24fb0d6963f7d28e17f72",
        "sha1": "a9993e364706816aba3e25717850c26c9cd0d89d",
    }
    assert (evidence.sha256, seen) == (ABC, [(3, 3)])


def test_hashed_again_only_if_something_moved_or_on_demand(tmp_path: Path) -> None:
    path, seen = tmp_path / "abc", []
    path.write_bytes(b"abc")
    evidence = hash_file(path)

    def progress(done: int, size: int) -> None:
        seen.append((done, size))

    check_unchanged(path, evidence, progress=progress)
    assert seen == []
    check_unchanged(path, evidence, thorough=True, progress=progress)
    assert seen == [(3, 3)]
    os.utime(path, ns=(0, 0))  # another time and the same bytes
    check_unchanged(path, evidence, progress=progress)
    assert seen == [(3, 3)] * 2
    copy = tmp_path / "copy"
    copy.write_bytes(b"abc")
    copy.replace(path)  # another file with the same bytes
    check_unchanged(path, evidence, progress=progress)
    assert seen == [(3, 3)] * 3


def test_a_change_that_no_file_system_shows_is_found_on_demand(tmp_path: Path) -> None:
    path = tmp_path / "abc"
    path.write_bytes(b"abd")
    state = FileState.of(path.stat())
    evidence = HashedFile(ABC, state)  # as if the bytes were changed and everything else set back
    check_unchanged(path, evidence)
    with pytest.raises(AnalysisError, match="changed while it was read"):
        check_unchanged(path, evidence, thorough=True)


def test_times_beyond_what_messages_carry_are_kept_at_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "abc"
    path.write_bytes(b"abc")
    state = path.stat()
    fields = list(state)
    late = os.stat_result(fields, {"st_mtime_ns": 2**70, "st_ctime_ns": -(2**70)})
    assert HashedFile(ABC, FileState.of(late)).modified_utc.startswith("2262-04-11")
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(FileState.of(late)), type=FileState)


def test_a_change_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "abc"
    path.write_bytes(b"abc")
    evidence = hash_file(path)
    path.write_bytes(b"abd")
    # Same size, same time of the content: the time of the inode and the hash tell.
    os.utime(path, ns=(0, evidence.state.modified_ns))
    with pytest.raises(AnalysisError, match="changed while it was read"):
        check_unchanged(path, evidence)
    path.unlink()
    with pytest.raises(AnalysisError, match="disappeared"):
        check_unchanged(path, evidence)


def test_a_file_that_grows_during_the_hash_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"x" * 2**21)

    def append(done: int, size: int) -> None:
        if done == 2**20:
            with path.open("ab") as file:
                file.write(b"y")

    with pytest.raises(AnalysisError, match="changed while it was read"):
        hash_file(path, progress=append)


def test_reading_leaves_no_trace(tmp_path: Path) -> None:
    path = tmp_path / "abc"
    path.write_bytes(b"abc")
    path.chmod(0o444)
    before = path.stat()
    check_unchanged(path, hash_file(path))
    after = path.stat()
    assert (before.st_mtime_ns, before.st_mode, before.st_size) == (
        after.st_mtime_ns,
        after.st_mode,
        after.st_size,
    )
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    "make", [lambda path: path.mkdir(), lambda path: path.touch(), lambda path: None]
)
def test_only_regular_files_with_content(make: object, tmp_path: Path) -> None:
    make(tmp_path / "thing")  # type: ignore[operator]
    with pytest.raises(AnalysisError):
        hash_file(tmp_path / "thing")
