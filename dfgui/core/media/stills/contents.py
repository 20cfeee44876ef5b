"""What the file of a still holds besides the picture that is shown: pictures and films."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from dfgui.core.media.container.boxes import boxes
from dfgui.core.media.container.sections import Part
from dfgui.core.media.facts import StreamChoice
from dfgui.core.media.media_files import in_words
from dfgui.core.media.stills.jpeg import BEGIN, end_of_jpeg, size_of_jpeg
from dfgui.core.sentences import Sentence

LARGEST_FILE = 1 << 28  # bytes that are searched
LARGEST_FTYP = 1024  # bytes


@dataclass(frozen=True)
class Appended:
    """A film or a picture that readers of pictures pass over.

    Attributes:
        part: its bytes in the file; of a film in a track next to the pictures, the whole file.
        is_film: else a JPEG.
        size: of a picture, width and height as stored; (0, 0) of a film.
        in_track: it shares the file's boxes with the pictures.
    """

    part: Part
    is_film: bool
    size: tuple[int, int] = (0, 0)
    in_track: bool = False


@dataclass(frozen=True)
class Contents:
    """All that can be read of the file of a still.

    Attributes:
        sizes: of the pictures that its reader finds.
        appended: what else there is.
    """

    sizes: Sequence[tuple[int, int]]
    appended: Sequence[Appended]

    @property
    def choices(self) -> tuple[StreamChoice, ...]:
        """Everything by number: first the pictures of `sizes`, then what is appended."""
        every = [(size, False) for size in self.sizes]
        every += [(one.size, one.is_film) for one in self.appended]
        return tuple(StreamChoice(number, *size, film) for number, (size, film) in enumerate(every))

    def at(self, number: int | None) -> Appended | None:
        """What is appended under this number; None if it is no number of one."""
        place = -1 if number is None else number - len(self.sizes)
        return self.appended[place] if 0 <= place < len(self.appended) else None

    def sentences(self, read: int) -> Iterator[Sentence]:
        """Name everything that is not read if this number is."""
        pictures = [one for one in self.choices if not one.film]
        unread = [one for one in pictures[: len(self.sizes)] if one.index != read]
        if self.choices[read].film:
            yield Sentence(
                "The file is a still picture that holds a film; the film is read, stream {read}."
                " Not read: {others}.",
                read=read,
                others=in_words(pictures),
            )
        elif unread:
            yield Sentence(
                "The file holds {count} pictures; picture {read} is read. Not read: {others}.",
                count=len(pictures),
                read=read,
                others=in_words(unread),
            )
        for number, one in enumerate(self.appended, start=len(self.sizes)):
            if number != read:
                yield _unread_sentence(one, number)


def behind_heif(file: BinaryIO) -> Iterator[Appended]:
    """The films of a HEIC or AVIF: in a track, or in a box `mpvd`, where phones keep them."""
    size = file.seek(0, 2)
    held = list(boxes(file, 0, size))
    if any(box.kind == b"moov" for box in held):
        yield Appended(Part(0, size), is_film=True, in_track=True)
    for box in held:
        if box.kind == b"mpvd":
            yield Appended(Part(box.start, box.end - box.start), is_film=True)


def behind_jpeg(file: BinaryIO) -> Iterator[Appended]:
    """What lies behind the first picture of a JPEG, films last; nothing for another kind of file.

    Phones and tools append these; readers of pictures stop before them.
    """
    file.seek(0)
    if file.read(len(BEGIN)) != BEGIN:
        return
    file.seek(0)
    data = file.read(LARGEST_FILE)
    end = end_of_jpeg(data, 0)
    film = _film(data, end)
    until = len(data) if film is None else film
    start = data.find(BEGIN, end, until)
    while start >= 0:
        end = min(end_of_jpeg(data, start), until)
        part = Part(start, end - start)
        yield Appended(part, is_film=False, size=size_of_jpeg(data[start:end]))
        start = data.find(BEGIN, end, until)
    if film is not None:
        yield Appended(Part(film, len(data) - film), is_film=True)


def _film(data: bytes, start: int) -> int | None:
    """First byte of an MP4 behind `start`: where its box `ftyp` begins; None if there is none."""
    at = data.find(b"ftyp", start)
    while at >= 0:
        begin = at - 4
        if begin >= start and 16 <= struct.unpack_from(">I", data, begin)[0] <= LARGEST_FTYP:
            return begin
        at = data.find(b"ftyp", at + 1)
    return None


def _unread_sentence(one: Appended, number: int) -> Sentence:
    if one.in_track:
        return Sentence(
            "Next to its pictures the file holds a film or a sequence of pictures in a track, which"
            " is not read; choose stream {number} to read it.",
            number=number,
        )
    return Sentence(
        "Behind its picture the file holds a film of {size} bytes, from byte {start} on, that is"
        " not read; choose stream {number} to read it."
        if one.is_film
        else "Behind its picture the file holds another picture of {size} bytes, from byte {start}"
        " on, that is not read; choose picture {number} to read it.",
        size=one.part.size,
        start=one.part.start,
        number=number,
    )
