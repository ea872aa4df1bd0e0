"""The command line: ``pmlab lab``, ``pmlab check``, ``pmlab build``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from pmlab import __version__
from pmlab.errors import PmlabError

__all__ = ["main"]

DEFAULT_FOLDER = "pmlab-course"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return 0 when all is well, 1 when it found problems, 2 when it failed."""
    parser = _parser()
    parsed, more = parser.parse_known_args(arguments)
    if more and not hasattr(parsed, "more"):
        parser.error(f"unknown option: {' '.join(more)}")
    parsed.more = more
    try:
        return int(parsed.run(parsed))
    except PmlabError as error:
        print(f"pmlab: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("pmlab: stopped.", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="pmlab",
        description="Product analytics for product managers, and a course to practise it.",
        epilog="New here? Run: pmlab lab",
    )
    parser.add_argument("--version", action="version", version=f"pmlab {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    lab = commands.add_parser(
        "lab",
        help="put the exercises in a folder of your own and open JupyterLab there",
        description="Copy the exercises to a folder of your own and open JupyterLab there. What "
        "you have worked on is never written over: a newer version is put beside it.",
        epilog="Any other option goes to JupyterLab, such as --port=9999.",
    )
    _add_folder(lab)
    lab.add_argument("--no-browser", action="store_true", help="print the address, open nothing")
    lab.set_defaults(run=_lab, more=[])

    check = commands.add_parser(
        "check",
        help="is this machine ready?",
        description="Look at all that the course needs: one line each, with the next move.",
    )
    _add_folder(check)
    check.set_defaults(run=_check)

    build = commands.add_parser(
        "build",
        help="make the notebooks from their source (for authors)",
        description="Make exercises and solutions from notebooks/src, in a clone of pmlab.",
    )
    build.add_argument("chapter", nargs="*", help="name or number; all when none is given")
    build.add_argument(
        "--check", action="store_true", help="write nothing; exit 1 when a notebook differs"
    )
    build.set_defaults(run=_build)
    return parser


def _add_folder(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--folder",
        type=Path,
        default=Path.home() / DEFAULT_FOLDER,
        help=f"where you work; {DEFAULT_FOLDER} in your home by default",
    )


def _lab(parsed: argparse.Namespace) -> int:
    from pmlab.course import places
    from pmlab.course.folder import fill
    from pmlab.course.launch import open_lab

    folder = parsed.folder.expanduser().resolve()
    files = places.handed_out()
    filled = fill(folder, files)
    print(f"Your folder: {folder}")
    for name in filled.beside:
        print(f"A newer version of a file that you have changed is beside it: {name}")
    first = min((path.name for path in files if path.suffix == ".ipynb"), default=None)
    options = ["--no-browser"] if parsed.no_browser else []
    return open_lab(folder, first, [*options, *parsed.more])


def _check(parsed: argparse.Namespace) -> int:
    from pmlab.course.machine import look_over

    n_problems = 0
    for line in look_over(parsed.folder.expanduser().resolve()):
        print(line, flush=True)
        n_problems += line.problem
    print("\nReady: pmlab lab" if not n_problems else f"\n{n_problems} to put right first.")
    return 1 if n_problems else 0


def _build(parsed: argparse.Namespace) -> int:
    from pmlab.course import builder, places

    folder = places.notebooks_source()
    chapters = builder.chapters_with_source(folder, parsed.chapter)
    if not parsed.check:
        for chapter in chapters:
            changed = builder.build(chapter, folder)
            for path in changed:
                print(f"wrote {path.relative_to(folder)}")
            if not changed:
                print(f"{chapter.stem} is up to date")
        return 0
    found = [] if parsed.chapter else builder.orphans(folder)
    for chapter in chapters:
        found += builder.compare(chapter, folder)
    for difference in found:
        print(difference)
    if found:
        print("\nRun pmlab build, and commit what it writes.")
    elif not builder.pinned(folder):
        print("Clean; outputs were not compared, for these are not the pinned versions.")
    else:
        print("Clean.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
