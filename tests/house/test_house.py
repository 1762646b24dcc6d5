"""About the house: promises that no single page or job can keep alone."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from jobs.queue import QUEUES
from shop import access
from webhooks.proof import PROOFS

ROOT = Path(__file__).parent.parent.parent
SHIPPED = ("shop", "jobs", "storefront", "portal", "admin", "webhooks")
OURS = (*SHIPPED, "sandbox", "ops", "tests", "migrations")
REFUSED_NAMES = {
    "services.py": {"ops", "sandbox", "admin"},  # there it is the field's own word
    "managers.py": set(),
    "helpers.py": set(),
    "utils.py": set(),
    "common.py": set(),
    "mixins.py": set(),
    "handlers.py": set(),
}


def sources(*folders: str) -> Iterator[Path]:
    for folder in folders or OURS:
        yield from (ROOT / folder).rglob("*.py")


def test_every_door_has_a_lock(app):
    assert set(app.blueprints) == set(app.before_request_funcs) - {None}
    assert app.before_request_funcs["storefront"] == [access.anyone]


def test_every_address_machines_call_has_its_proof(app):
    posts = {
        rule.endpoint for rule in app.url_map.iter_rules() if rule.endpoint.startswith("webhooks.")
    }
    assert posts == set(PROOFS)


def test_nobody_imports_the_app():
    guilty = [
        path
        for path in sources(*SHIPPED, "sandbox")
        if re.search(r"^\s*(from|import) app\b", path.read_text(), re.M)
    ]
    assert not guilty


def test_rules_do_not_commit():
    guilty = [path for path in sources("shop") if ".commit(" in path.read_text()]
    assert not guilty


def test_nothing_of_ours_is_patched():
    patched = re.compile(r"monkeypatch\.setattr|unittest\.mock|mocker\.|\bMagicMock\b")
    own = Path(__file__)
    guilty = [p for p in sources("tests") if p != own and patched.search(p.read_text())]
    assert not guilty


def test_files_are_named_for_nouns():
    guilty = [
        path
        for path in sources(*SHIPPED, "sandbox", "ops")
        if path.name in REFUSED_NAMES
        and path.relative_to(ROOT).parts[0] not in REFUSED_NAMES[path.name]
    ]
    assert not guilty


def test_status_words_stand_in_values_alone():
    """A parcel's standings and causes are enums; their values are written nowhere else."""
    words = {"delivery_failed", "needs_review", "needs_rate", "label_ready", "in_transit"}
    allowed = {"tracking.py", "0001_begin.py"}
    guilty = {
        f"{path.relative_to(ROOT)}: {node.value}"
        for path in sources(*SHIPPED)
        if path.name not in allowed and path.parent != ROOT / "shop" / "values"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and node.value in words
    }
    assert not guilty


def test_every_job_has_a_queue():
    from jobs import rounds

    assert {round_.job.__module__ for round_ in rounds.ROUNDS} <= set(QUEUES)


def test_nothing_committed_names_the_machine_it_was_made_on():
    pattern = re.compile("py" + r"pi\.org|python" + r"hosted|npm" + r"js\.(org|com)|/wor" + "k/")
    kinds = {".py", ".md", ".toml", ".txt", ".html", ".css", ".js", ".json", ".yaml", ".cfg", ""}
    guilty = [
        path
        for folder in (*OURS, "docs", "templates", "static", ".ci")
        for path in (ROOT / folder).rglob("*")
        if path.is_file()
        and path.suffix in kinds
        and "__pycache__" not in path.parts
        and pattern.search(path.read_text(errors="ignore"))
    ]
    assert not guilty
