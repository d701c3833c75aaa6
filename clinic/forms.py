"""Forms of the ground floor: what is typed in, values of the domain out. Nothing is saved here."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.conf.locale import LANG_INFO
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.actions import NEEDED_IDENTIFIERS
from clinic.fields import (
    DateBoxesField,
    EmailField,
    KeyField,
    ManyChoiceField,
    NumberField,
    OneChoiceField,
    PhoneField,
    PlainTextField,
)
from clinic.models import Appointment, Client, Location, PortalRelation, Practice, User
from clinic.models.client import Sex
from clinic.queries import age_on, local_day
from clinic.roles import STAFF
from clinic.widgets import CheckCards, ChoiceCards, Dropdown, TextBox

#: The oldest age a client can be entered with, in years (clinical reference 1.1).
OLDEST = 115
#: How far back a visit may be entered late, and how far ahead one may be booked.
LATE_ENTRY = timedelta(days=7)
AHEAD = timedelta(days=730)


def _today() -> date:
    return timezone.localdate()


LANGUAGES = sorted(
    ((code, info["name_local"]) for code, info in LANG_INFO.items() if "name_local" in info), key=lambda one: one[1]
)


class ClientForm(forms.Form):
    """Name and contact data, as a massage record must hold them (clinical reference 6.2)."""

    first_name = PlainTextField(label=gettext_lazy("First name"), max_length=80)
    last_name = PlainTextField(label=gettext_lazy("Last name"), max_length=80)
    preferred_name = PlainTextField(label=gettext_lazy("What to call them"), max_length=80, required=False)
    pronouns = PlainTextField(label=gettext_lazy("Pronouns"), max_length=40, required=False)
    birth_date = DateBoxesField(
        label=gettext_lazy("Date of birth"),
        help_text=gettext_lazy("Day, month and year, for example 27 3 1985"),
        latest=_today,
    )
    sex = OneChoiceField(
        label=gettext_lazy("Sex recorded at birth"),
        choices=Sex.choices,
        widget=ChoiceCards(inline=True),
        required=False,
    )
    phone = PhoneField(label=gettext_lazy("Mobile phone"), required=False)
    email = EmailField(label=gettext_lazy("E-mail"), required=False)
    address = PlainTextField(label=gettext_lazy("Home address"), max_length=300, multiline=True, required=False)
    emergency_name = PlainTextField(label=gettext_lazy("Emergency contact"), max_length=120, required=False)
    emergency_relation = PlainTextField(
        label=gettext_lazy("Link to the client"),
        help_text=gettext_lazy("For example partner, sister, friend"),
        max_length=60,
        required=False,
    )
    emergency_phone = PhoneField(label=gettext_lazy("Phone of the emergency contact"), required=False)
    pcp_name = PlainTextField(label=gettext_lazy("Doctor or clinic for everyday care"), max_length=120, required=False)
    pcp_contact = PlainTextField(
        label=gettext_lazy("Phone or secure e-mail of that doctor"), max_length=120, required=False
    )
    language = OneChoiceField(
        label=gettext_lazy("Language for health talk"), choices=LANGUAGES, widget=Dropdown, initial="en"
    )
    access_needs = PlainTextField(
        label=gettext_lazy("Access needs"),
        help_text=gettext_lazy("What makes a visit possible, such as a step-free way in. No health history here."),
        max_length=300,
        required=False,
    )

    #: Headings of the page and the fields below each.
    groups = (
        (
            gettext_lazy("Who"),
            ("first_name", "last_name", "preferred_name", "pronouns", "birth_date", "sex"),
        ),
        (gettext_lazy("How to reach them"), ("phone", "email", "address")),
        (
            gettext_lazy("In an emergency"),
            ("emergency_name", "emergency_relation", "emergency_phone", "pcp_name", "pcp_contact"),
        ),
        (gettext_lazy("Talking and coming in"), ("language", "access_needs")),
    )

    @classmethod
    def of(cls, client: Client) -> dict[str, Any]:
        """The values the form starts from for ``client``."""
        return {name: getattr(client, name) for name in cls.base_fields}

    def clean_birth_date(self) -> date:
        """The birth date of somebody who may be alive."""
        born = self.cleaned_data["birth_date"]
        if age_on(born, _today()) > OLDEST:
            raise ValidationError(_("Check the year: ages up to %(oldest)s are possible."), params={"oldest": OLDEST})
        return born

    def clean_email(self) -> str:
        """The address as stored: lower case."""
        return self.cleaned_data["email"].casefold()

    def sections(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Heading and bound fields, in the order of the page."""
        return [(heading, [self[name] for name in names]) for heading, names in self.groups]


class GuardianForm(forms.Form):
    """Somebody who speaks for a client."""

    name = PlainTextField(label=gettext_lazy("Name"), max_length=120)
    relation = PlainTextField(
        label=gettext_lazy("Link to the client"), help_text=gettext_lazy("For example mother, guardian"), max_length=60
    )
    phone = PhoneField(label=gettext_lazy("Phone"), required=False)
    stays_in_room = OneChoiceField(
        label=gettext_lazy("Stays in the room"),
        choices=[("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))],
        widget=ChoiceCards(inline=True),
    )

    def clean_stays_in_room(self) -> bool:
        """True or False."""
        return self.cleaned_data["stays_in_room"] == "yes"


class NewClientForm(ClientForm):
    """A client who comes for the first time; under age with somebody who speaks for them.

    ``key`` is made with the page, so that a form sent twice leaves one client.
    """

    guardian_name = PlainTextField(
        label=gettext_lazy("Name"),
        max_length=120,
        required=False,
    )
    guardian_relation = PlainTextField(
        label=gettext_lazy("Link to the client"),
        help_text=gettext_lazy("For example mother, guardian"),
        max_length=60,
        required=False,
    )
    guardian_phone = PhoneField(label=gettext_lazy("Phone"), required=False)
    guardian_stays = OneChoiceField(
        label=gettext_lazy("Stays in the room"),
        choices=[("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))],
        widget=ChoiceCards(inline=True),
        required=False,
    )
    key = KeyField()

    groups = (
        *ClientForm.groups,
        (
            gettext_lazy("Parent or guardian, for somebody under age"),
            ("guardian_name", "guardian_relation", "guardian_phone", "guardian_stays"),
        ),
    )
    _guardian = ("guardian_name", "guardian_relation", "guardian_phone", "guardian_stays")

    def __init__(self, *args: Any, majority_age: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.majority_age = majority_age
        self.initial.setdefault("key", uuid.uuid4())

    def clean(self) -> dict[str, Any]:
        """A guardian is needed under age, and is complete when begun."""
        cleaned = super().clean() or {}
        born = cleaned.get("birth_date")
        minor = born is not None and age_on(born, _today()) < self.majority_age
        begun = any(cleaned.get(name) for name in self._guardian)
        if minor or begun:
            needed = {
                "guardian_name": _("Type the name of the parent or guardian."),
                "guardian_relation": _("Type how they are linked to the client."),
                "guardian_stays": _("Say whether they stay in the room."),
            }
            for name, sentence in needed.items():
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, sentence)
        return cleaned

    def details(self) -> dict[str, Any]:
        """What the client's record takes."""
        return {name: self.cleaned_data[name] for name in ClientForm.base_fields}

    def guardian(self) -> dict[str, Any] | None:
        """What the guardian's record takes; None when there is none."""
        if not self.cleaned_data["guardian_name"]:
            return None
        return {
            "name": self.cleaned_data["guardian_name"],
            "relation": self.cleaned_data["guardian_relation"],
            "phone": self.cleaned_data["guardian_phone"],
            "stays_in_room": self.cleaned_data["guardian_stays"] == "yes",
        }


class PortalForm(forms.Form):
    """Who may open a client's plan."""

    email = EmailField(label=gettext_lazy("E-mail they sign in with"))
    relation = OneChoiceField(label=gettext_lazy("Who they are"), choices=PortalRelation.choices)
    name = PlainTextField(
        label=gettext_lazy("Their name"),
        help_text=gettext_lazy("For a parent or a helper"),
        max_length=120,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        """Somebody else than the client has a name of their own."""
        cleaned = super().clean() or {}
        others = (PortalRelation.PARENT, PortalRelation.HELPER)
        if cleaned.get("relation") in others and not cleaned.get("name") and "name" not in self.errors:
            self.add_error("name", _("Type the name of the parent or helper."))
        return cleaned


class IdentityForm(forms.Form):
    """What somebody gave to show who they are, before the desk prints them a sign-in code."""

    key = KeyField()
    checked = ManyChoiceField(
        label=gettext_lazy("What did they tell or show you?"),
        help_text=gettext_lazy("Two at least. Ask, and compare: do not read it out to them."),
        error_messages={"required": gettext_lazy("Ask for two of these, and tick what you were told.")},
        choices=[
            ("name", gettext_lazy("Full name")),
            ("birth_date", gettext_lazy("Date of birth")),
            ("phone", gettext_lazy("Phone number")),
            ("address", gettext_lazy("Home address")),
            ("photo_id", gettext_lazy("A card with their picture and name")),
        ],
        exclusive=(),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("key", uuid.uuid4())

    def clean_checked(self) -> list[str]:
        """Two of them."""
        checked = self.cleaned_data["checked"]
        if len(checked) < NEEDED_IDENTIFIERS:
            raise ValidationError(_("Ask for one thing more: two are needed."))
        return checked


_CLOCK = re.compile(r"([01]?[0-9]|2[0-3])[:.h]?([0-5][0-9])")


def local_moment(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """The moment when clocks in ``zone`` show ``clock`` on ``day``.

    Raises ``ValidationError`` for a time that the change of clocks leaves out or shows twice.
    """
    first = datetime.combine(day, clock, tzinfo=zone)
    if first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != first.replace(tzinfo=None):
        raise ValidationError(_("The clocks go forward that night and skip this time. Choose another time."))
    if first.utcoffset() != first.replace(fold=1).utcoffset():
        raise ValidationError(_("The clocks go back that night and show this time twice. Choose another time."))
    return first


class AppointmentForm(forms.Form):
    """A visit for the diary. ``begins`` of the cleaned data is the moment it begins."""

    therapist = OneChoiceField(label=gettext_lazy("Therapist"), widget=Dropdown)
    location = OneChoiceField(label=gettext_lazy("Where"), widget=Dropdown)
    day = DateBoxesField(label=gettext_lazy("Day"), help_text=gettext_lazy("For example 27 3 2027"))
    time = PlainTextField(
        label=gettext_lazy("Time"),
        help_text=gettext_lazy("As the clocks show it at the location, for example 9:30 or 14:00"),
        max_length=10,
        widget=TextBox(attrs={"autocomplete": "off", "inputmode": "text"}),
    )
    minutes = NumberField(label=gettext_lazy("Length"), minimum=10, maximum=240, unit=gettext_lazy("minutes"))

    def __init__(self, *args: Any, therapists: Iterable[User], locations: Iterable[Location], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.therapists = {str(user.uuid): user for user in therapists}
        self.locations = {str(place.uuid): place for place in locations}
        choose = ("", _("Choose"))
        self.fields["therapist"].choices = [choose, *((key, u.printed_name) for key, u in self.therapists.items())]
        self.fields["location"].choices = [choose, *((key, p.name) for key, p in self.locations.items())]

    @classmethod
    def of(cls, visit: Appointment) -> dict[str, Any]:
        """The values the form starts from for ``visit``: its time as the clocks show it at its location."""
        begins = visit.during.lower.astimezone(ZoneInfo(visit.location.time_zone))
        return {
            "therapist": str(visit.therapist.uuid),
            "location": str(visit.location.uuid),
            "day": begins.date(),
            "time": f"{begins:%H:%M}",
            "minutes": int((visit.during.upper - visit.during.lower).total_seconds() // 60),
        }

    def clean_therapist(self) -> User:
        """The therapist's account."""
        return self.therapists[self.cleaned_data["therapist"]]

    def clean_location(self) -> Location:
        """The location."""
        return self.locations[self.cleaned_data["location"]]

    def clean_time(self) -> time:
        """The time on the clock."""
        found = _CLOCK.fullmatch(self.cleaned_data["time"])
        if found is None:
            raise ValidationError(_("Type the time with hours and minutes, for example 9:30 or 14:00."))
        return time(int(found[1]), int(found[2]))

    def clean(self) -> dict[str, Any]:
        """Day and time become a moment of the location."""
        cleaned = super().clean() or {}
        place, day, clock = cleaned.get("location"), cleaned.get("day"), cleaned.get("time")
        if day is None:
            return cleaned
        today = local_day(place, timezone.now()) if place is not None else _today()
        if not today - LATE_ENTRY <= day <= today + AHEAD:
            self.add_error("day", _("Use a day from a week ago up to two years ahead."))
        elif place is not None and clock is not None:
            try:
                cleaned["begins"] = local_moment(day, clock, ZoneInfo(place.time_zone))
            except ValidationError as error:
                self.add_error("time", error)
        return cleaned


class PracticeForm(forms.Form):
    """The practice's own settings."""

    name = PlainTextField(label=gettext_lazy("Name of the practice"), max_length=120)
    phone = PhoneField(label=gettext_lazy("Phone"), required=False)
    email = EmailField(label=gettext_lazy("E-mail"), required=False)
    emergency_number = PlainTextField(
        label=gettext_lazy("Emergency number"),
        help_text=gettext_lazy("Shown on every stop page. There is no default: it differs by country."),
        max_length=40,
    )
    emergency_wording = PlainTextField(
        label=gettext_lazy("Emergency wording"),
        help_text=gettext_lazy("What a client reads when the answers ask for emergency care, in your local words."),
        max_length=500,
        multiline=True,
    )
    majority_age = NumberField(
        label=gettext_lazy("Age of majority"), minimum=14, maximum=21, unit=gettext_lazy("years"), initial=18
    )
    table_limit_kg = NumberField(
        label=gettext_lazy("What the treatment table holds"),
        minimum=50,
        maximum=600,
        unit=gettext_lazy("kg"),
        required=False,
    )
    retention_years = NumberField(
        label=gettext_lazy("How long records are kept"), minimum=1, maximum=50, unit=gettext_lazy("years"), initial=10
    )
    form_first_days = NumberField(
        label=gettext_lazy("First mail about a missing form"),
        help_text=gettext_lazy("To clients with an e-mail address. Empty: no such mail."),
        minimum=1,
        maximum=30,
        unit=gettext_lazy("days before the visit"),
        initial=3,
        required=False,
    )
    form_second_days = NumberField(
        label=gettext_lazy("Second mail, when the form is still missing"),
        help_text=gettext_lazy("Empty: no such mail."),
        minimum=1,
        maximum=30,
        unit=gettext_lazy("days before the visit"),
        initial=1,
        required=False,
    )
    all_therapists_read_all = OneChoiceField(
        label=gettext_lazy("Who reads charts"),
        choices=[
            ("no", gettext_lazy("Therapists read the charts of clients in their care")),
            ("yes", gettext_lazy("All therapists read all charts")),
        ],
        initial="no",
    )

    @classmethod
    def of(cls, practice: Practice) -> dict[str, Any]:
        """The values the form starts from."""
        values = {name: getattr(practice, name) for name in cls.base_fields}
        return values | {"all_therapists_read_all": "yes" if practice.all_therapists_read_all else "no"}

    def clean_all_therapists_read_all(self) -> bool:
        """True or False."""
        return self.cleaned_data["all_therapists_read_all"] == "yes"


class LocationForm(forms.Form):
    """A place that treats."""

    name = PlainTextField(label=gettext_lazy("Name"), max_length=120)
    address = PlainTextField(label=gettext_lazy("Address"), max_length=300, multiline=True, required=False)
    time_zone = OneChoiceField(
        label=gettext_lazy("Time zone"),
        help_text=gettext_lazy("It decides which day it is at this place."),
        widget=Dropdown,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = sorted(name for name in available_timezones() if "/" in name and not name.startswith("Etc/"))
        self.fields["time_zone"].choices = [("", _("Choose")), *((name, name.replace("_", " ")) for name in names)]


class StaffForm(forms.Form):
    """What the owner may change of a staff account."""

    printed_name = PlainTextField(label=gettext_lazy("Name as printed on notes"), max_length=120)
    licence_no = PlainTextField(label=gettext_lazy("Licence number"), max_length=60, required=False)
    roles = ManyChoiceField(
        label=gettext_lazy("Roles"),
        choices=[(role.value, role.label) for role in STAFF],
        exclusive=(),
        widget=CheckCards(
            helps={
                "owner": gettext_lazy("Set-up, staff accounts, every chart"),
                "therapist": gettext_lazy("Charts of clients in their care, notes, stretch plans"),
                "front_desk": gettext_lazy("Diary and contact data, no health records"),
            }
        ),
    )


class NewStaffForm(StaffForm):
    """A new staff account; the page shows the one-time password once."""

    email = EmailField(label=gettext_lazy("E-mail they sign in with"))
    field_order = ("printed_name", "email", "licence_no", "roles")


class SignOffForm(forms.Form):
    """The named clinician who has read an edition and answers for it."""

    clinician = PlainTextField(label=gettext_lazy("Name of the clinician"), max_length=120)
    profession = PlainTextField(label=gettext_lazy("Profession and registration"), max_length=120)
    signed_on = DateBoxesField(label=gettext_lazy("Signed off on"), earliest=date(2000, 1, 1), latest=_today)


class SearchForm(forms.Form):
    """What somebody types to find a client."""

    q = PlainTextField(
        label=gettext_lazy("Find a client"),
        help_text=gettext_lazy("Any part of a name, phone, e-mail, date of birth as 1985-03-27, or reference"),
        max_length=100,
        required=False,
        widget=TextBox(attrs={"type": "search", "autocomplete": "off", "spellcheck": "false"}),
    )
