"""What the documents say of the code is true of the code."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
DOCS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]


def functions(path: Path) -> set[str]:
    """Every function and method of a file, by its bare name."""
    return {
        node.name
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef)
    }


def test_all_seventeen_arrows_have_an_address_that_exists():
    text = (ROOT / "docs" / "arrows.md").read_text()
    arrows = re.findall(r"^\| (A\d+) \|.*\| (.+) \|$", text, re.M)
    assert [name for name, _ in arrows] == [f"A{n}" for n in range(1, 18)]
    for name, served in arrows:
        addresses = re.findall(r"`([\w/]+\.(?:py|js))(?::(\w+))?`", served)
        assert addresses, name
        for file, function in addresses:
            assert (ROOT / file).is_file(), f"{name}: {file}"
            assert not function or function in functions(ROOT / file), f"{name}: {file}:{function}"


def test_the_drawing_names_files_and_functions_that_exist():
    text = (ROOT / "docs" / "architecture.md").read_text()
    named = re.findall(r"([a-z]+/[\w/]+\.py)\s+(?:\w+\.)?(\w+)\(", text)
    assert len(named) > 30
    for file, function in named:
        assert function in functions(ROOT / file), f"{file} {function}"


@pytest.mark.parametrize("page", DOCS, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_to_files_that_exist(page):
    for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", page.read_text()):
        assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_every_test_a_document_points_to_exists():
    for page in DOCS:
        for path in re.findall(r"`(tests/[\w/]+\.py)`", page.read_text()):
            assert (ROOT / path).is_file(), f"{page.name}: {path}"
