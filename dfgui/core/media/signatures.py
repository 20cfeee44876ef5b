"""What the first bytes of a file say it is.

They are compared with constants and nothing is parsed, so the program itself may do it before a
worker opens the file.
"""

from __future__ import annotations

import re

from dfgui.core.sentences import Sentence

HEAD_BYTES = 1 << 14
"""Enough for every pattern here; the longest are CCTV's luodat and packets of MPEG-TS."""

STILLS = (
    (rb"\xff\xd8\xff", "JPEG"),
    (rb"\x89PNG\r\n\x1a\n", "PNG"),
    (rb"RIFF.{4}WEBP", "WEBP"),
    (rb"(?:II[*+]\0|MM\0[*+])", "TIFF"),
    # The size of its second header tells it from a text that begins with "BM".
    (rb"BM.{12}[\x0c\x28\x34\x38\x40\x6c\x7c]\0\0\0", "BMP"),
    (rb"\0\0\0\x0cjP  \r\n\x87\n.{4}ftypjp[2xh]|\xff\x4f\xff\x51", "JPEG2000"),
    (rb"P[56]\s+(?:#[^\n]*\n\s*)*\d+\s", "PPM"),
)
"""Pattern and Pillow's name of each still format."""

ISO_BOXES = rb"ftyp|moov|free|skip|wide|pnot|styp|sidx|moof|emsg|uuid"
VIDEOS = (
    # A text may hold one of these words, but it does not begin with a small number.
    rb"[\0-\x0f].{3}(?:" + ISO_BOXES + rb")|.{4}mdat",
    rb"\0\0\0\x0cjP  \r\n\x87\n.{4}ftypmjp2",  # Motion JPEG 2000
    rb"\x1aE\xdf\xa3",  # Matroska, WebM
    rb"RIFF.{4}(?:AVI[ X\x19]|AMV )|ON2 ON2f",
    rb"FLV\x01",
    rb"0&\xb2u\x8ef\xcf\x11",  # ASF
    rb"OggS",
    rb"\x06\x0e\x2b\x34\x02\x05\x01\x01\x0d\x01\x02",  # MXF
    rb"\x1f\x07\0[\x3f\xbf]",  # DV
    rb"IMKH|\0\0\x01\xba",  # MPEG program stream, with or without a recorder's own header
    rb"\0\0\x01(?:\xb3|\xb0|\xb5|\0\0\0\x01\x20)",  # MPEG-1, 2 and 4 video
    rb"\0{2,3}\x01[\x01\x05-\x09\x21\x25-\x29\x41\x45-\x49\x61\x65-\x69]",  # H.264
    rb"\0{2,3}\x01[\x02\x26\x28\x2a\x40\x42\x44\x46\x4e]\x01",  # HEVC
    rb"\x12\0\x0a",  # AV1: temporal delimiter, sequence header
    rb"DKIF|GIF8[79]a|YUV4MPEG2 |nut/multimedia container\0|\.RMF",
    rb"\xb7\xd8\0\x20\x37\x49\xda\x11",  # WTV
    rb"DHAV[\xf0\xf1\xfc\xfd]|DAHUA",  # camera recorders
    rb"luo .{8184} oulliu ",
    rb"\0\0\0\0\x01\xbc",  # GXF
    rb"\0\nSMJPEG",
    # MPEG-TS: packets of 188, 192 or 204 bytes, perhaps cut within the first
    rb".{0,203}?G(?:.{187}G){4}|.{0,203}?G(?:.{191}G){4}|.{0,203}?G(?:.{203}G){4}",
)

OGG_SOUND = rb"OpusHead|\x01vorbis|Speex  |\x7fFLAC"
OGG_PICTURES = rb"\x80theora|OVP80|BBCD\0|\x01video\0"
OTHERS = (
    (
        rb"\0\x05\x16[\0\x07]\0",
        Sentence("It holds what macOS stores about another file, and no picture."),
    ),
    (
        rb"RIFF.{4}WAVE|RF64.{4}WAVE|ID3|fLaC|#!AMR|caff\0|FORM.{4}AIF[FC]|\.snd"
        rb"|\xff[\xf1\xf2\xf3\xf9\xfa\xfb]|.{4}ftypM4[AB] ",
        Sentence("It holds sound and no picture."),
    ),
    (
        rb"PK\x03\x04|Rar!\x1a\x07|7z\xbc\xaf\x27\x1c|\x1f\x8b\x08|BZh\d|\xfd7zXZ\0"
        rb"|\x28\xb5\x2f\xfd|.{257}ustar",
        Sentence("It is an archive; unpack it and scan what it holds."),
    ),
    (
        rb"8BPS|\xff\x0a|\0\0\0\x0cJXL |\0\0[\x01\x02]\0[^\0]\0|FUJIFILMCCD-RAW|IIR[OS]|MMOR"
        rb"|IIU\0|.{4}ftypcrx |%!PS|qoif|DDS |\xd7\xcd\xc6\x9a",
        Sentence(
            "It is a picture of a kind that this program does not read; convert a copy to PNG or"
            " TIFF."
        ),
    ),
)
"""Pattern and sentence of kinds that are told apart, but hold nothing to be scanned."""

UNKNOWN = Sentence(
    "Its first bytes are not those of a video or still picture that this program reads; give the"
    " file itself to try it anyway."
)


def still_format(head: bytes) -> str | None:
    """Pillow's name of the still format that a file's first bytes show, None for anything else."""
    return next((name for pattern, name in STILLS if _begins(pattern, head)), None)


def is_companion(head: bytes) -> bool:
    """Whether macOS wrote this file to keep attributes of another one, whose name it bears."""
    return _begins(OTHERS[0][0], head)


def why_not_media(head: bytes) -> Sentence | None:
    """Why a file is neither a video nor a still, going by its first `HEAD_BYTES`; None if it is.

    None promises only that a worker should try: what follows the first bytes may be damaged.
    """
    for pattern, sentence in OTHERS:
        if _begins(pattern, head):
            return sentence
    if head.startswith(b"OggS") and _ogg_is_sound(head):
        return OTHERS[1][1]
    if still_format(head) or any(_begins(pattern, head) for pattern in VIDEOS):
        return None
    return UNKNOWN


def _ogg_is_sound(head: bytes) -> bool:
    """The first pages of an Ogg file name the codecs of all its streams."""
    return bool(re.search(OGG_SOUND, head)) and not re.search(OGG_PICTURES, head)


def _begins(pattern: bytes, head: bytes) -> bool:
    return re.match(pattern, head, re.DOTALL) is not None
