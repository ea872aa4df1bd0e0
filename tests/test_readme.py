"""What the README shows is what happens."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_example_prints_what_stands_under_it():
    code, shown = re.search(r"```python\n(.+?)```\s+```text\n(.+?)```", README, re.S).groups()
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert run.stdout == shown


def test_what_it_links_to_is_there():
    links = re.findall(r"\]\(([^)#]+)\)", README)
    missing = [to for to in links if "://" not in to and not (ROOT / to).exists()]
    assert links
    assert not missing


def test_every_chapter_is_in_its_table():
    sources = sorted(path.stem for path in (ROOT / "notebooks" / "src").glob("[0-9]*.py"))
    rows = re.findall(r"^\| (\d\d) ", README, re.M)
    assert rows == [stem[:2] for stem in sources]


def test_its_picture_says_in_words_what_the_example_draws():
    """Whoever changes the data or the figure: ``python -m tests.browser.picture``."""
    code = re.search(r"```python\n(.+?)```", README, re.S)[1].replace(
        "print(f)", "print(f.summary())"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True
    )
    words, path = re.search(r"!\[(.+)\]\((.+\.png)\)", README).groups()
    assert words == run.stdout.strip()
    picture = (ROOT / path).read_bytes()
    assert picture.startswith(b"\x89PNG")
    assert len(picture) < 80_000
