"""The look holds together: one name for a macro, its file and its styles.

The naming rule: templates/components/rate-option.html holds the macro rate_option; components.css
has one block under the comment rate-option, in the folder's order, and the classes that are born
there begin with rate-option. Literal colours, sizes of type and shadows live in tokens.css only.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import pytest

TEMPLATES = Path("templates")
MAILS_AND_PAPERS = {"messages", "documents"}  # a mail carries its own styles; no sheet reaches it
PAGES = sorted(
    page
    for page in TEMPLATES.rglob("*.html")
    if page.relative_to(TEMPLATES).parts[0] not in MAILS_AND_PAPERS
)
COMPONENTS = sorted((TEMPLATES / "components").glob("*.html"))
SHEETS = sorted(Path("static/css").glob("*.css"))
SCRIPTS = sorted(Path("static/js").glob("*.js"))

CLASS = re.compile(r"\.([a-z][\w-]*)")
CLASS_ATTRIBUTE = re.compile(r'\bclass_?=\s*"((?:\{\{.*?\}\}|\{%.*?%\}|[^"{])*)"')
JINJA = re.compile(r"\{\{.*?\}\}|\{%.*?%\}")
CHOSEN = re.compile(r'"([a-z][\w -]*)" if |else "([a-z][\w -]*)"')
LITERAL_COLOUR = re.compile(
    r"#[0-9a-f]{3,8}\b|\b(rgb|hsl|oklch|color)a?\("
    r"|\b(white|black|red|green|blue|orange|yellow|gr[ae]y|silver|navy|teal|maroon|purple)\b",
    re.I,
)


def named(paths: list[Path]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("path", paths, ids=str)


@lru_cache
def css(sheet: Path) -> str:
    return re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.S)


def selectors(text: str) -> list[str]:
    """Every selector, one by one; commas inside :is(…) do not part them."""
    found = []
    for rule in re.findall(r"([^{}]+)\{", text):
        rule = re.sub(r"\([^()]*\)", lambda inner: inner[0].replace(",", "\0"), rule)
        found += [part.strip() for part in rule.split(";")[-1].split(",")]
    return [part.replace("\0", ",") for part in found if not part.startswith("@")]


@lru_cache
def blocks() -> dict[str, list[str]]:
    """The selectors of components.css, by the block they stand in, in the file's order."""
    text = Path("static/css/components.css").read_text()
    parts = re.split(r"^  /\* ([a-z-]+) \*/$", text, flags=re.M)
    return {name: selectors(body) for name, body in zip(parts[1::2], parts[2::2], strict=True)}


@lru_cache
def known_classes() -> frozenset[str]:
    return frozenset(
        name for sheet in SHEETS for part in selectors(css(sheet)) for name in CLASS.findall(part)
    )


def used_classes(page: Path) -> set[str]:
    found: set[str] = set()
    for value in CLASS_ATTRIBUTE.findall(page.read_text()):
        words = [JINJA.sub(" ", value), *(word for pair in CHOSEN.findall(value) for word in pair)]
        found.update(name for word in words for name in word.split())
    return {name for name in found if not name.endswith("-")}  # "health-{{ part }}" is cut short


def test_every_component_has_its_block_and_every_block_its_component():
    assert list(blocks()) == [page.stem for page in COMPONENTS]


@named(COMPONENTS)
def test_a_component_file_says_what_it_is_and_holds_the_macro_of_its_name(path: Path):
    text = path.read_text()
    assert text.startswith("{#")
    assert f"{{% macro {path.stem.replace('-', '_')}(" in text
    assert len(text.splitlines()) <= 80


def test_a_block_speaks_of_its_own_classes_only():
    strays = [
        (name, selector)
        for name, parts in blocks().items()
        for selector in parts
        if not re.search(rf"\.{name}\b", selector) and ".radio" not in selector
    ]
    assert strays == []


@named(PAGES)
def test_a_template_uses_no_class_that_no_stylesheet_knows(path: Path):
    assert used_classes(path) - known_classes() == set()


@named(PAGES)
def test_a_template_has_no_style_and_no_script_of_its_own_and_trusts_nothing_blindly(path: Path):
    text = re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.S)
    assert not re.search(r"\sstyle\s*=|<style", text)
    assert not re.search(r"<script(?![^>]*\bsrc=)|\son[a-z]+\s*=\s*[\"']|javascript:", text)
    assert not re.search(r"\|\s*safe\b|autoescape", text)


@named([sheet for sheet in SHEETS if sheet.stem != "tokens"])
def test_only_the_tokens_hold_literal_colours_sizes_of_type_and_shadows(path: Path):
    values = re.findall(r"[\w-]+\s*:\s*([^;{}]+)[;}]", css(path))
    assert [value for value in values if LITERAL_COLOUR.search(value)] == []
    sizes = re.findall(r"font-size:\s*([^;}]+)", css(path))
    assert [size for size in sizes if not re.match(r"var\(--t-|0\.92em", size)] == []
    shadows = re.findall(r"box-shadow:\s*([^;}]+)", css(path))
    assert [shadow for shadow in shadows if "var(--" not in shadow] == []


def test_every_token_that_is_named_exists():
    everything = "".join(css(sheet) for sheet in SHEETS)
    declared = set(re.findall(r"(--[\w-]+)\s*:", everything))
    assert set(re.findall(r"var\((--[\w-]+)", everything)) - declared == set()


@named(SHEETS)
def test_a_stylesheet_is_short_and_keeps_to_its_layer(path: Path):
    text = path.read_text()
    layer = path.stem if path.stem in {"tokens", "base", "components"} else "door"
    assert text.startswith("/*")
    assert len(text.splitlines()) <= 450
    assert re.findall(r"^@layer (\w+) \{", text, re.M) == [layer]
    assert text.count("{") == text.count("}")


@named(SCRIPTS)
def test_a_script_is_short_and_opens_with_what_it_does(path: Path):
    lines = path.read_text().splitlines()
    assert lines[0].startswith("// ")
    assert len(lines) <= 60


def test_every_icon_that_is_asked_for_is_drawn():
    drawn = set(
        re.findall(r'^  "([a-z-]+)": "M', Path(COMPONENTS[0].parent, "icon.html").read_text(), re.M)
    )
    asked = {
        name
        for page in PAGES
        for name in re.findall(r'\bicon(?:\(|_name=)"([a-z-]+)"', page.read_text())
    }
    assert asked - drawn == set()
