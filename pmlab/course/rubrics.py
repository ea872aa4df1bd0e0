"""What the rubrics of several chapters look for in a text."""

from __future__ import annotations

__all__ = ["CAVEAT"]

CAVEAT = (
    "but",
    "however",
    "although",
    "though",
    "unless",
    "until",
    "not yet",
    "does not",
    "doesn't",
    "cannot",
    "can't",
    "caveat",
    "unclear",
    "we do not know",
    "we don't know",
    "may ",
    "might",
    "could",
)
"""Words with which somebody says what a number cannot tell."""
