"""What people type: kept as typed, refused with a sentence, never half understood."""

from datetime import date
from uuid import UUID

import pytest
from django import forms
from django.http import QueryDict
from django.template.loader import render_to_string

from clinic import fields


class Everything(forms.Form):
    """One field of each kind."""

    name = fields.PlainTextField(label="Name", max_length=80)
    story = fields.PlainTextField(label="Story", multiline=True)
    mail = fields.EmailField(label="E-mail")
    phone = fields.PhoneField(label="Phone")
    born = fields.DateBoxesField(label="Born", earliest=date(1900, 1, 1), latest=lambda: date(2026, 11, 24))
    since = fields.ApproxDateField(label="Since", latest=date(2026, 11, 24), words={"ongoing": "It still goes on"})
    height = fields.NumberField(label="Height", unit="cm", minimum=50, maximum=260)
    weight = fields.NumberField(label="Weight", unit="kg", minimum=2, maximum=400, decimals=1)
    one = fields.OneChoiceField(label="One", choices=[("a", "Alpha"), ("b", "Beta")])
    many = fields.ManyChoiceField(label="Many", choices=[("a", "Alpha"), ("b", "Beta"), ("none", "None of these")])
    yes = fields.YesNoUnsureField(label="Yes?")
    pain = fields.ScaleField(label="Pain", low_words="0 is no pain", high_words="10 is the worst")
    bother = fields.ScaleField(label="Bother", minimum=0, maximum=6)
    where = fields.RegionsField(label="Where", none_label="Nowhere")
    agreed = fields.TickField(label="Agreed")
    key = fields.KeyField()


GOOD = {
    "name": ["Ann"],
    "story": ["First line\r\nsecond line"],
    "mail": ["ann@example.org"],
    "phone": ["07700 900123"],
    "born_day": ["29"],
    "born_month": ["2"],
    "born_year": ["1984"],
    "since_year": ["2019"],
    "height": ["172"],
    "weight": ["72,5"],
    "one": ["b"],
    "many": ["b", "a"],
    "yes": ["unsure"],
    "pain": ["0"],
    "bother": ["6"],
    "where": ["BTM:R", "COC", "BTM:L"],
    "agreed": ["on"],
    "key": ["7a1f4c52-0b1e-4a7b-9d0a-5d6a0e8b7c11"],
}


def filled(**changes: list[str] | None) -> Everything:
    """The form with good answers, ``changes`` laid over them; None takes an answer away."""
    data = QueryDict(mutable=True)
    for key, values in {**GOOD, **changes}.items():
        if values is not None:
            data.setlist(key, values)
    return Everything(data)


def test_good_answers_come_out_in_their_stored_shapes():
    form = filled()

    assert form.is_valid(), form.errors
    assert form.cleaned_data == {
        "name": "Ann",
        "story": "First line\nsecond line",
        "mail": "ann@example.org",
        "phone": "+447700900123",
        "born": date(1984, 2, 29),
        "since": "2019",
        "height": 172,
        "weight": 72.5,
        "one": "b",
        "many": ["a", "b"],
        "yes": "unsure",
        "pain": 0,
        "bother": 6,
        "where": ["COC", "BTM:L", "BTM:R"],
        "agreed": True,
        "key": UUID("7a1f4c52-0b1e-4a7b-9d0a-5d6a0e8b7c11"),
    }
    assert isinstance(form.cleaned_data["height"], int)


BAD = [
    ("name", {"name": ["a\x00b"]}, "cannot be kept"),
    ("name", {"name": ["a\u202eb"]}, "cannot be kept"),
    ("name", {"name": ["a\nb"]}, "cannot be kept"),
    ("name", {"name": ["x" * 10_000]}, "Use 80 characters or fewer. This text has 10000."),
    ("name", {"name": ["   "]}, "Type an answer"),
    ("name", {"name": ["Ann", "Bea"]}, "sent twice"),
    ("story", {"story": ["x" * 10_000]}, "Use 2000 characters or fewer"),
    ("story", {"story": ["\x1b[31m"]}, "cannot be kept"),
    ("mail", {"mail": ["ann at example"]}, "in full"),
    ("mail", {"mail": ["a@example.org", "b@example.org"]}, "sent twice"),
    ("phone", {"phone": ["12"]}, "area code"),
    ("phone", {"phone": ["call me"]}, "area code"),
    ("phone", {"phone": ["0800 FLOWERS"]}, "area code"),
    ("phone", {"phone": ["+44 7700 900123 ext 5"]}, "extension"),
    ("phone", {"phone": ["9" * 10_000]}, "40 characters"),
    ("born", {"born_year": ["1985"]}, "does not exist"),
    ("born", {"born_year": ["85"]}, "four digits"),
    ("born", {"born_year": ["0000"]}, "does not exist"),
    ("born", {"born_year": ["2031"], "born_day": ["1"]}, "not after 24 November 2026"),
    ("born", {"born_year": ["1876"]}, "not before 1 January 1900"),
    ("born", {"born_day": ["32"]}, "day as a number"),
    ("born", {"born_day": ["²"]}, "day as a number"),
    ("born", {"born_day": ["1_0"]}, "day as a number"),
    ("born", {"born_month": ["13"]}, "month as a number"),
    ("born", {"born_month": ["ma"]}, "month as a number"),
    ("born", {"born_month": ["\x00"]}, "month as a number"),
    ("born", {"born_day": None}, "day, the month and the year"),
    ("born", {"born_year": None}, "day, the month and the year"),
    ("born", {"born_day": ["1", "2"]}, "day as a number"),
    ("born", {"born_day": None, "born_month": None, "born_year": None}, "Type a date"),
    ("born", {"born_year": ["9" * 10_000]}, "four digits"),
    ("since", {"since_day": ["3"]}, "Add the month"),
    ("since", {"since_year": ["2027"]}, "not after"),
    ("since", {"since_month": ["12"], "since_year": ["2026"]}, "not after"),
    ("since", {"since_word": ["ongoing"]}, "not both"),
    ("since", {"since_word": ["never"], "since_year": None}, "not both"),
    ("height", {"height": ["NaN"]}, "in digits"),
    ("height", {"height": ["1e2"]}, "in digits"),
    ("height", {"height": ["1,000"]}, "in digits"),
    ("height", {"height": ["inf"]}, "in digits"),
    ("height", {"height": ["172.5"]}, "whole number"),
    ("height", {"height": ["49"]}, "from 50 to 260"),
    ("height", {"height": ["261"]}, "from 50 to 260"),
    ("height", {"height": ["160", "170"]}, "sent twice"),
    ("weight", {"weight": ["72.55"]}, "1 decimal"),
    ("one", {"one": ["c"]}, "answers shown"),
    ("one", {"one": ["a", "b"]}, "sent twice"),
    ("one", {"one": None}, "Choose one"),
    ("many", {"many": ["none", "a"]}, "“None of these” cannot be ticked"),
    ("many", {"many": ["zzz"]}, "answers shown"),
    ("many", {"many": None}, "at least one"),
    ("yes", {"yes": ["maybe"]}, "answers shown"),
    ("pain", {"pain": ["11"]}, "from 0 to 10"),
    ("pain", {"pain": ["-1"]}, "from 0 to 10"),
    ("pain", {"pain": ["3.5"]}, "from 0 to 10"),
    ("pain", {"pain": None}, "from 0 to 10"),
    ("pain", {"pain": ["3", "7"]}, "sent twice"),
    ("bother", {"bother": ["7"]}, "from 0 to 6"),
    ("where", {"where": ["BTM"]}, "places from the list"),
    ("where", {"where": ["COC:L"]}, "places from the list"),
    ("where", {"where": ["x" * 10_000]}, "places from the list"),
    ("where", {"where": ["none", "COC"]}, "“Nowhere” cannot be ticked"),
    ("where", {"where": None}, "at least one place"),
    ("name", {"name": ["not text \ufffd"]}, "cannot be kept"),
    ("name", {"name": ["\u200b"]}, "Type an answer"),
    ("born", {"born_day": ["٢٩"]}, "day as a number"),
    ("born", {"born_year": ["１９８４"]}, "four digits"),
    ("height", {"height": ["١٧٢"]}, "in digits"),
    ("agreed", {"agreed": ["bogus"]}, "Tick this box"),
    ("agreed", {"agreed": ["on", "on"]}, "sent twice"),
    ("agreed", {"agreed": None}, "Tick the box to go on"),
    ("key", {"key": ["bogus"]}, "Open the page again"),
    ("key", {"key": None}, "Open the page again"),
]


@pytest.mark.parametrize(("field", "changes", "sentence"), BAD, ids=[f"{b[0]}-{i}" for i, b in enumerate(BAD)])
def test_a_bad_answer_is_refused_with_a_sentence_at_its_field(field, changes, sentence):
    form = filled(**changes)

    assert set(form.errors) == {field}
    assert sentence in form.errors[field][0]


def html_of(form: forms.Form) -> str:
    """The form's fields as a page draws them."""
    return render_to_string("parts/error_summary.html", {"form": form}) + render_to_string(
        "parts/fields.html", {"form": form}
    )


@pytest.mark.parametrize(
    ("changes", "kept"),
    [
        ({"name": ["x" * 100]}, "x" * 100),
        ({"mail": ["ann at example"]}, 'value="ann at example"'),
        ({"born_month": ["Febtember"]}, 'value="Febtember"'),
        ({"height": ["1e2"]}, 'value="1e2"'),
        ({"many": ["none", "a"]}, 'value="none" data-exclusive aria-invalid="true" id="id_many_2" checked'),
        ({"where": ["none", "BTM:L"]}, 'value="BTM:L" checked'),
    ],
)
def test_what_was_typed_is_shown_again(changes, kept):
    form = filled(**changes)

    assert kept in html_of(form)


def test_a_refused_field_says_so_to_screen_readers_and_is_linked_from_the_summary():
    html = html_of(filled(name=["\x01"], pain=None, born_day=["32"], where=["ZZZ"]))

    for target in ("id_name", "id_pain_0", "id_born_day", "id_where_0"):
        assert f'href="#{target}"' in html
        assert f'id="{target}"' in html
    assert 'aria-describedby="id_name_error"' in html
    assert '<fieldset class="field field--error" aria-describedby="id_pain_error">' in html


def test_nothing_is_chosen_beforehand():
    html = html_of(Everything())

    assert "checked" not in html
    assert "selected" not in html


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        (("", "", "2024"), "2024"),
        (("", "5", "2024"), "2024-05"),
        (("17", "May", "2024"), "2024-05-17"),
        (("17", "sept", "2024"), "2024-09-17"),
        (("", "11", "2026"), "2026-11"),
    ],
)
def test_a_date_may_be_known_only_in_part(typed, stored):
    day, month, year = typed

    form = filled(since_day=[day], since_month=[month], since_year=[year])

    assert form.is_valid(), form.errors
    assert form.cleaned_data["since"] == stored


@pytest.mark.parametrize("stored", ["2024", "2024-05", "2024-05-17", "ongoing", date(2024, 5, 17)])
def test_a_stored_date_comes_back_into_its_boxes(stored):
    box = Everything().fields["since"].widget

    typed = box.typed(stored)

    assert ApproxDate().clean(typed) == (stored if isinstance(stored, str) else stored.isoformat())


class ApproxDate(fields.ApproxDateField):
    """The field as the form above uses it."""

    def __init__(self) -> None:
        super().__init__(words={"ongoing": "It still goes on"})


def test_a_word_may_stand_in_place_of_a_date():
    form = filled(since_year=None, since_word=["ongoing"])

    assert form.is_valid(), form.errors
    assert form.cleaned_data["since"] == "ongoing"


def test_answers_that_are_not_required_may_stay_empty():
    for field, empty in [
        (fields.PlainTextField(required=False), ""),
        (fields.PhoneField(required=False), ""),
        (fields.NumberField(required=False), None),
        (fields.ScaleField(required=False), None),
        (fields.RegionsField(required=False), []),
    ]:
        assert field.clean(None) == empty


def test_only_the_named_regions_are_offered_and_taken():
    field = fields.RegionsField(codes=["BTM", "COC"])

    html = field.widget.render("where", ["BTM:L"], {"id": "id_where"})

    assert field.clean(["BTM:L"]) == ["BTM:L"]
    assert "THB" not in html
    with pytest.raises(forms.ValidationError):
        field.clean(["THB:L"])


def test_the_saddle_area_has_its_own_box_and_midline_regions_one():
    html = fields.RegionsField().widget.render("where", [], {"id": "id_where"})

    assert html.count('value="SAD"') == 1
    assert html.count('value="COC"') == 1
    assert 'value="COC:L"' not in html
