"""The log file: one JSON line an event, rotating, in the user's log folder."""

from __future__ import annotations

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

import platformdirs
from pythonjsonlogger.json import JsonFormatter

BYTES = 2 << 20
KEPT = 3
FIELDS = "{asctime}{levelname}{name}{message}"
NAMES = {"asctime": "time", "levelname": "level", "name": "logger", "exc_info": "trace"}


def log_folder() -> Path:
    """Where the log lies."""
    return Path(platformdirs.user_log_dir("dfgui", appauthor=False))


def start_log() -> None:
    """Write the program's log to a file; if that fails, the program continues without one."""
    logging.raiseExceptions = False  # a full disk must not print traces on the terminal
    try:
        log_folder().mkdir(parents=True, exist_ok=True)
        handler: logging.Handler = RotatingFileHandler(
            log_folder() / "dfgui.jsonl",
            maxBytes=BYTES,
            backupCount=KEPT,
            encoding="utf-8",
            delay=True,
        )
    except OSError:
        handler = logging.NullHandler()
    # It escapes what is not Unicode in the name of a file.
    handler.setFormatter(JsonFormatter(FIELDS, style="{", rename_fields=NAMES))
    logger = logging.getLogger("dfgui")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False
