"""What the learner reads is safe to show and carries its meaning in words."""

from __future__ import annotations

from pmlab.course.feedback import Feedback, Outcome, Status


def test_a_notebook_and_a_terminal_show_the_same_words():
    note = Feedback(heading="99.1", message="First.\n\nSecond.", code="x = 1")
    assert str(note) == repr(note) == "99.1. First.\n\nSecond.\n    x = 1"
    html = note._repr_html_()
    assert "<b>99.1.</b> First.</p>" in html
    assert ">x = 1</pre>" in html


def test_marks_become_markup_and_nothing_else_does():
    note = Feedback(heading="h", message="Use `a < b` for *people*, not 2 * 3 * 4 or <b>.")
    html = note._repr_html_()
    assert "<code>a &lt; b</code>" in html
    assert "<em>people</em>" in html
    assert "2 * 3 * 4" in html
    assert "&lt;b&gt;" in html


def test_colours_of_text_and_ground_are_left_to_the_theme():
    for status in Status:
        html = Outcome(id="99.1", heading="h", message="m", status=status)._repr_html_()
        assert "background" not in html
        assert "color:" not in html.replace("border-left:4px solid", "")
