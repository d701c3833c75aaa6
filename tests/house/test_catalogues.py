"""Clinical knowledge as data: each entry has a source, keys are used once, and every reference resolves."""

import tomllib

import pytest

from clinic.vocabulary import REGION_SETS, REGIONS
from intake.rules.questions import QUESTIONS
from intake.rules.screening import ENTRIES
from sessions.rules.muscles import STRUCTURES
from sessions.rules.ready_plans import READY_PLANS
from sessions.rules.stretches import STRETCHES
from tests.house.source import ROOT

FILES = sorted(ROOT.glob("*/catalogue/*.toml"))
#: Tables that arrange others and say nothing of their own.
ARRANGING = {"page"}


def _entries(path):
    """(table, row) of every entry; what the file says of all of them counts for each."""
    whole = tomllib.loads(path.read_text(encoding="utf-8"))
    of_all = {key: whole[key] for key in ("source", "sign_off") if key in whole}
    for table, rows in whole.items():
        if isinstance(rows, list) and table not in ARRANGING:
            yield from ((table, of_all | row) for row in rows if isinstance(row, dict))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_entry_names_its_source(path):
    bare = [row.get("id", row.get("code", row)) for _table, row in _entries(path) if not row.get("source")]

    assert bare == [], f"{path.name}: say where each entry comes from."


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_key_is_used_once_in_its_table(path):
    keys = [(table, key) for table, row in _entries(path) if (key := row.get("id", row.get("code")))]

    assert sorted(keys) == sorted(set(keys))


def test_every_region_of_a_structure_or_a_set_is_on_the_body():
    named = {region for structure in STRUCTURES.values() for region in structure.regions}
    named |= {region for regions in REGION_SETS.values() for region in regions}

    assert named <= set(REGIONS)


def test_a_ready_plan_names_stretches_of_the_library():
    named = {entry.code for plan in READY_PLANS.values() for entry in plan.items}

    assert named <= set(STRETCHES)


def test_a_codes_name_is_never_shared_by_two_catalogues():
    assert not set(QUESTIONS) & set(ENTRIES)
    assert not set(ENTRIES) & set(STRETCHES)
