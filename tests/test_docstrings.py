"""Whatever a user can call says what it does, in its own words or in those it inherits."""

from __future__ import annotations

import importlib
import inspect
import pkgutil

import pytest

import pmlab

MODULES = [
    name
    for _, name, _ in pkgutil.walk_packages(pmlab.__path__, "pmlab.")
    if not any(part.startswith("_") for part in name.split("."))
]


def public_methods(module):
    for class_name, class_ in inspect.getmembers(module, inspect.isclass):
        if class_.__module__ != module.__name__ or class_name.startswith("_"):
            continue
        for name, member in vars(class_).items():
            if not name.startswith("_") and (inspect.isroutine(member) or _is_property(member)):
                yield class_name, name, getattr(class_, name)


def _is_property(member):
    return isinstance(member, property) or type(member).__name__ == "cached_property"


@pytest.mark.parametrize("name", MODULES)
def test_every_public_method_says_what_it_does(name):
    module = importlib.import_module(name)
    # inspect.getdoc, unlike the linter's rule, knows what a method inherits.
    silent = [
        f"{class_name}.{method}"
        for class_name, method, member in public_methods(module)
        if not inspect.getdoc(member)
    ]
    assert silent == []


def test_it_looks_at_something():
    found = list(public_methods(importlib.import_module("pmlab.results")))
    assert ("Result", "summary") in [(class_name, name) for class_name, name, _ in found]
