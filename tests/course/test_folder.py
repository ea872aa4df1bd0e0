"""A learner's folder is filled, renewed where untouched, and never written over."""

from __future__ import annotations

import json

import pytest

from pmlab.course.folder import MANIFEST, Filled, fill
from pmlab.errors import InputError


@pytest.fixture
def ours(tmp_path):
    folder = tmp_path / "exercises"
    folder.mkdir()
    (folder / "02_funnels.ipynb").write_text("funnels, first edition")
    (folder / "03_drops.ipynb").write_text("drops, first edition")
    return folder


@pytest.fixture
def theirs(tmp_path):
    return tmp_path / "home" / "pmlab-course"


def test_a_new_folder_gets_everything(ours, theirs):
    assert fill(theirs, ours.iterdir()) == Filled(new=("02_funnels.ipynb", "03_drops.ipynb"))
    assert (theirs / "02_funnels.ipynb").read_text() == "funnels, first edition"
    assert fill(theirs, ours.iterdir()) == Filled()


def test_an_untouched_notebook_is_renewed(ours, theirs):
    fill(theirs, ours.iterdir())
    (ours / "02_funnels.ipynb").write_text("funnels, second edition")
    assert fill(theirs, ours.iterdir()) == Filled(renewed=("02_funnels.ipynb",))
    assert (theirs / "02_funnels.ipynb").read_text() == "funnels, second edition"


def test_a_changed_notebook_stays_and_the_newer_is_put_beside_it_once(ours, theirs):
    fill(theirs, ours.iterdir())
    (theirs / "02_funnels.ipynb").write_text("funnels, with my answers")
    assert fill(theirs, ours.iterdir()) == Filled()
    (ours / "02_funnels.ipynb").write_text("funnels, second edition")
    assert fill(theirs, ours.iterdir()) == Filled(beside=("02_funnels (version 2).ipynb",))
    assert (theirs / "02_funnels.ipynb").read_text() == "funnels, with my answers"
    assert (theirs / "02_funnels (version 2).ipynb").read_text() == "funnels, second edition"
    assert fill(theirs, ours.iterdir()) == Filled()


def test_a_third_edition_spares_the_second_too(ours, theirs):
    fill(theirs, ours.iterdir())
    (theirs / "02_funnels.ipynb").write_text("my answers")
    (ours / "02_funnels.ipynb").write_text("second edition")
    fill(theirs, ours.iterdir())
    (theirs / "02_funnels (version 2).ipynb").write_text("my answers to the second")
    (ours / "02_funnels.ipynb").write_text("third edition")
    assert fill(theirs, ours.iterdir()) == Filled(beside=("02_funnels (version 3).ipynb",))
    assert (theirs / "02_funnels (version 2).ipynb").read_text() == "my answers to the second"


def test_a_notebook_that_was_there_before_us_is_the_learners(ours, theirs):
    theirs.mkdir(parents=True)
    (theirs / "02_funnels.ipynb").write_text("mine, from elsewhere")
    assert fill(theirs, ours.iterdir()).beside == ("02_funnels (version 2).ipynb",)
    assert (theirs / "02_funnels.ipynb").read_text() == "mine, from elsewhere"


@pytest.mark.parametrize("manifest", [None, "", "{}", "[1]", '{"given": {"a": 1}}', "\x00"])
def test_without_a_manifest_every_other_notebook_counts_as_changed(ours, theirs, manifest):
    fill(theirs, ours.iterdir())
    (theirs / "02_funnels.ipynb").write_text("my answers")
    (theirs / MANIFEST).unlink()
    if manifest is not None:
        (theirs / MANIFEST).write_text(manifest)
    fill(theirs, ours.iterdir())
    assert (theirs / "02_funnels.ipynb").read_text() == "my answers"


def test_a_notebook_thrown_away_comes_back_fresh(ours, theirs):
    fill(theirs, ours.iterdir())
    (theirs / "02_funnels.ipynb").unlink()
    assert fill(theirs, ours.iterdir()) == Filled(new=("02_funnels.ipynb",))


def test_a_link_is_never_written_through(ours, theirs, tmp_path):
    elsewhere = tmp_path / "important"
    elsewhere.write_text("funnels, first edition")
    fill(theirs, ours.iterdir())
    (theirs / "02_funnels.ipynb").unlink()
    (theirs / "02_funnels.ipynb").symlink_to(elsewhere)
    (ours / "02_funnels.ipynb").write_text("second edition")
    fill(theirs, ours.iterdir())
    assert elsewhere.read_text() == "funnels, first edition"
    assert (theirs / "02_funnels.ipynb").is_symlink()


def test_a_folder_of_the_same_name_is_left_alone(ours, theirs):
    (theirs / "02_funnels.ipynb").mkdir(parents=True)
    fill(theirs, ours.iterdir())
    assert (theirs / "02_funnels.ipynb").is_dir()


def test_a_folder_that_cannot_be_used_is_refused(ours, tmp_path):
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(InputError, match="cannot be used"):
        fill(tmp_path / "file", ours.iterdir())


def test_the_manifest_holds_what_was_given(ours, theirs):
    fill(theirs, ours.iterdir())
    kept = json.loads((theirs / MANIFEST).read_text())
    assert set(kept["given"]) == {"02_funnels.ipynb", "03_drops.ipynb"}
