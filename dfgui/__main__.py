"""Chooses: a worker, or the command line. Imports nothing heavy before it has chosen."""

from __future__ import annotations

import sys


def main() -> None:
    """Entry point of the program `dfgui`, and of `python -m dfgui`."""
    if sys.argv[1:] == ["--worker"]:
        from dfgui.worker.child import main as work

        work()
    else:
        try:
            from dfgui.cli import main as command_line

            command_line()
        except KeyboardInterrupt:
            sys.exit("Interrupted.")


if __name__ == "__main__":
    main()
