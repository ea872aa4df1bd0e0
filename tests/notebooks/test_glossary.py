"""The pages beside the chapters: they hold what the chapters say, and name what exists."""

from __future__ import annotations

import ast
import inspect
import re
from operator import attrgetter
from pathlib import Path

import pytest

import pmlab as pm
from pmlab.course import catalogue, places
from pmlab.course.source import read_source

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
CHAPTERS = [catalogue.chapter(stem) for stem in catalogue.stems()]
GLOSSARY = (NOTEBOOKS / "glossary.md").read_text(encoding="utf-8")
METHODS = (NOTEBOOKS / "which_method.md").read_text(encoding="utf-8")

NO_TERMS = {"after this you can", "last"}
"""Bold in a chapter, and neither a term nor anything that `names_a_term` can tell is none."""


def normal(term):
    """Return a term in one form: small letters, one space, no plural of the last word."""
    return re.sub(r"(?<=[^s])s$", "", " ".join(term.lower().split()))


def entries():
    """Return each term's own text, by its heading."""
    parts = re.split(r"^### (.+)$", GLOSSARY, flags=re.M)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def terms():
    """Return every name that the glossary explains, in its one form."""
    found = set()
    for heading, text in entries().items():
        also = re.search(r"^- \*Also:\* (.+)$", text, flags=re.M)
        found |= {normal(name) for name in [heading, *(also[1].split(",") if also else [])]}
    return found


def names_a_term(bold):
    """Return whether bold words are a term, not a label, a question, its id or an option."""
    return not (
        bold.endswith((":", "?"))
        or re.fullmatch(r"\d\d\.\d+|[A-Z]", bold)
        or bold in people()
        or bold.lower() in NO_TERMS
    )


def people():
    page = (NOTEBOOKS / "src" / "people.md").read_text(encoding="utf-8")
    return set(re.findall(r"\*\*([^*]+)\*\*", page))


def bold_in(chapter):
    cells = read_source(NOTEBOOKS / "src" / f"{chapter.stem}.py", chapter)
    prose = "\n".join("\n".join(cell.lines) for cell in cells if cell.kind == "markdown")
    return {" ".join(run.split()) for run in re.findall(r"\*\*([^*]+)\*\*", prose)}


def names_of_pmlab(page):
    return sorted(set(re.findall(r"\bpm\.([a-z_]\w*(?:\.\w+)*)", page, flags=re.I)))


def calls(page):
    """Return each call of pmlab as it is written, with those inside it."""
    found = set()
    for code in re.findall(r"`([^`]*\bpm\.[^`]*\([^`]*)`", page):
        for node in ast.walk(ast.parse(" ".join(code.split()))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("pm."):
                found.add(ast.unparse(node))
    return sorted(found)


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.stem)
def test_every_term_of_a_chapter_stands_in_the_glossary(chapter):
    used = {bold for bold in bold_in(chapter) if names_a_term(bold)}
    missing = sorted(bold for bold in used if normal(bold) not in terms())
    assert not missing, f"add to notebooks/glossary.md: {missing}"


def test_labels_are_told_from_terms():
    assert names_a_term("step rate")
    assert names_a_term("DAU")
    for label in ("Time:", "Nora Brandt, head of product:", "Nora Brandt", "02.4", "P", "of whom?"):
        assert not names_a_term(label), label
    assert normal("Conversion  rates") == normal("conversion rate")


@pytest.mark.parametrize("term", entries())
def test_an_entry_has_its_meaning_its_chapter_and_its_trap(term):
    text = entries()[term].partition("\n## ")[0]
    meaning = text.partition("\n- ")[0].strip()
    assert meaning.endswith(".")
    labels = re.findall(r"^- \*(\w+):\*", text, flags=re.M)
    assert [label for label in ("Chapter", "Trap") if label not in labels] == []
    assert set(labels) <= {"Also", "Formula", "Chapter", "Trap"}


@pytest.mark.parametrize("term", entries())
def test_an_entry_names_a_chapter_that_exists_or_is_marked_as_coming(term):
    (named,) = re.findall(r"^- \*Chapter:\* (.+)$", entries()[term], flags=re.M)
    there = {f"{chapter.number:02d} {chapter.title}" for chapter in CHAPTERS}
    if named.endswith(" (coming)"):
        number = named[:2]
        assert number not in {name[:2] for name in there}, f"it has come: {named}"
    else:
        assert named in there


def test_no_term_is_explained_twice():
    headings = re.findall(r"^### (.+)$", GLOSSARY, flags=re.M)
    assert len({normal(heading) for heading in headings}) == len(headings)


@pytest.mark.parametrize("name", names_of_pmlab(METHODS + GLOSSARY))
def test_every_name_of_pmlab_exists(name):
    attrgetter(name)(pm)


@pytest.mark.parametrize("call", calls(METHODS + GLOSSARY))
def test_every_call_takes_what_it_is_given(call):
    parsed = ast.parse(call, mode="eval").body
    signature = inspect.signature(attrgetter(ast.unparse(parsed.func).removeprefix("pm."))(pm))
    keywords = {keyword.arg: None for keyword in parsed.keywords}
    signature.bind(*parsed.args, **keywords)


def test_calls_are_found_and_faults_in_them_too():
    assert calls("`f = pm.funnel(x, [1], within=pm.y(2))`") == [
        "pm.funnel(x, [1], within=pm.y(2))",
        "pm.y(2)",
    ]
    assert len(calls(METHODS)) >= METHODS.count("**Call:**")


def test_every_method_says_what_it_needs_and_of_what_to_beware():
    cards = re.split(r"^### ", METHODS, flags=re.M)[1:]
    assert cards
    for card in cards:
        card = card.partition("\n## ")[0]
        labels = re.findall(r"^- \*\*(\w+):\*\*", card, flags=re.M)
        assert labels == ["Method", "Call", "Needs", "Beware"], card


def test_links_between_the_pages_and_from_the_chapters_lead_somewhere():
    handed_out = {path.name for path in places.handed_out()}
    texts = [GLOSSARY, METHODS]
    texts += [(NOTEBOOKS / "src" / f"{c.stem}.py").read_text(encoding="utf-8") for c in CHAPTERS]
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", "\n".join(texts))
    assert {"glossary.md", "which_method.md"} <= set(links)
    assert set(links) <= handed_out
