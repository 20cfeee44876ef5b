"""Choose between a worker, the window and a sub-command; import nothing heavy before that."""

from __future__ import annotations

import sys

# A test compares them with the command line's own; `./scan` opens a file of such a name.
COMMANDS = frozenset({"demo", "scan", "occlude", "export", "screenshot", "models", "selftest"})


def main() -> None:
    """Entry point of the program `dfgui`, and of `python -m dfgui`."""
    if getattr(sys, "frozen", False):
        from multiprocessing import freeze_support

        # A library's helper process is this program again; it must not reach the command line.
        freeze_support()
    if sys.argv[1:] == ["--worker"]:
        from dfgui.worker.child import main as work

        work()
    elif wants_window(sys.argv[1:]):
        from dfgui.logs import start_log

        start_log()
        from dfgui.app import run

        sys.exit(run(sys.argv[1:]))
    else:
        try:
            from dfgui.cli.main import main as command_line

            command_line()
        except KeyboardInterrupt:
            sys.exit("Interrupted.")


def wants_window(arguments: list[str]) -> bool:
    """Whether the program was started alone or with files, not with a sub-command or an option."""
    return not arguments or not (arguments[0] in COMMANDS or arguments[0].startswith("-"))


if __name__ == "__main__":
    main()
