"""Packages and floors: imports point one way, and views reach records through the doors alone."""

import ast

import pytest

from tests.house.source import PACKAGES, imports, modules

# What each package may import of ours; the first knows nobody.
KNOWS = {"clinic": {"clinic"}, "intake": {"intake", "clinic"}, "sessions": {"sessions", "intake", "clinic"}}
RULES_MAY_IMPORT = ("django.db.models", "django.utils.translation", "clinic.vocabulary", "clinic.catalogues")
STANDARD = frozenset(__import__("sys").stdlib_module_names)


def _ours(name: str) -> bool:
    return name.split(".")[0] in PACKAGES


def _kind(name: str) -> str | None:
    """The floor of one of our modules: catalogue rules, models, doors, views …; None for the rest."""
    parts = name.split(".")[1:]
    for part in parts:
        if part in ("rules", "models", "queries", "actions", "forms", "views", "urls", "admin"):
            return part
    return None


@pytest.mark.parametrize("module", sorted(modules()))
def test_packages_import_downwards(module):
    package = module.split(".")[0]

    wrong = [
        f"line {line}: {name}"
        for name, line in imports(modules()[module])
        if _ours(name) and name.split(".")[0] not in KNOWS[package]
    ]

    assert not wrong, f"{module} imports a package above it: {wrong}. Move the code up, or pass the value in."


@pytest.mark.parametrize("module", sorted(m for m in modules() if _kind(m) == "rules"))
def test_rules_stay_pure(module):
    package = module.split(".")[0]
    allowed = (*RULES_MAY_IMPORT, *(f"{known}.rules" for known in KNOWS[package]))

    wrong = [
        f"line {line}: {name}"
        for name, line in imports(modules()[module])
        if name.split(".")[0] not in STANDARD and not name.startswith(allowed) and name != "__future__"
    ]

    assert not wrong, f"{module} imports more than rules may: {wrong}. Rules take values, not records."


@pytest.mark.parametrize("module", sorted(m for m in modules() if _kind(m) == "views"))
def test_views_import_neither_models_nor_rules(module):
    wrong = [
        f"line {line}: {name}"
        for name, line in imports(modules()[module])
        if _ours(name) and ({"models", "rules"} & set(name.split(".")))
    ]

    assert not wrong, f"{module} names {wrong}. Read through queries.py, write through actions.py."


@pytest.mark.parametrize(
    "module", sorted(m for m in modules() if _kind(m) in ("rules", "models", "queries", "actions"))
)
def test_lower_floors_do_not_import_higher_ones(module):
    above = {
        "rules": {"models", "queries", "actions", "forms", "views", "urls", "admin"},
        "models": {"queries", "actions", "forms", "views", "urls", "admin"},
        "queries": {"forms", "views", "urls", "admin"},
        "actions": {"forms", "views", "urls", "admin"},
    }[_kind(module)]

    wrong = [
        f"line {line}: {name}" for name, line in imports(modules()[module]) if _ours(name) and _kind(name) in above
    ]

    assert not wrong, f"{module} imports a floor above it: {wrong}."


@pytest.mark.parametrize("module", sorted(modules()))
def test_no_import_inside_a_function(module):
    inner = [
        node.lineno
        for function in ast.walk(modules()[module])
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]

    assert not inner, f"{module} imports inside a function at lines {inner}: a circle is hidden there; turn it."


@pytest.mark.parametrize("module", sorted(modules()))
def test_no_signals_of_ours(module):
    wrong = [
        f"line {line}: {name}"
        for name, line in imports(modules()[module])
        if "signals" in name.split(".") or name.endswith(".receiver")
    ]

    assert not wrong, f"{module} uses signals: {wrong}. Ask at the moment of use instead."


def test_no_room_without_a_subject():
    names = {"utils", "util", "helpers", "common", "misc", "core"}

    wrong = [module for module in modules() if names & set(module.split("."))]

    assert not wrong, f"{wrong}: name the module after its subject."


@pytest.mark.parametrize("module", sorted(m for m in modules() if _kind(m) in ("views", "admin")))
def test_pages_never_set_the_time_of_an_action(module):
    wrong = [
        node.lineno
        for node in ast.walk(modules()[module])
        if isinstance(node, ast.Call)
        for keyword in node.keywords
        if keyword.arg == "at"
    ]

    assert not wrong, f"{module} passes at= at lines {wrong}: only demo, seed and import may make a past."


@pytest.mark.parametrize("module", sorted(m for m in modules() if _kind(m) == "actions"))
def test_actions_are_keyword_only_and_name_the_actor(module):
    wrong = []
    for node in modules()[module].body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            keywords = [argument.arg for argument in node.args.kwonlyargs]
            if node.args.args and node.name != "content_edition":
                wrong.append(f"{node.name} takes positional arguments")
            if "by" not in keywords and node.name != "content_edition":
                wrong.append(f"{node.name} does not say by whom")

    assert not wrong, f"{module}: {wrong}."


@pytest.mark.parametrize("module", sorted(m for m in modules() if modules()[m].body))
def test_every_module_says_what_it_is_for(module):
    assert ast.get_docstring(modules()[module]), f"{module} has no opening line: say what the room is for."
