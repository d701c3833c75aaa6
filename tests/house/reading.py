"""Reads a page of ours as a browser does: its forms with what a click on their button would send, and its sentences.

For tests that must not know which fields a page has.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

#: Inputs that a browser never sends.
_SILENT = ("submit", "button", "reset", "image")


@dataclass
class Control:
    """Every input of one name: what it is, the values it offers, the values that stand in it."""

    name: str
    kind: str
    attributes: dict[str, str]
    offers: list[str] = field(default_factory=list)
    values: list[str] = field(default_factory=list)


@dataclass
class Form:
    """One form: where it goes, and its controls by name. ``also``: where other buttons of it go."""

    action: str
    method: str
    controls: dict[str, Control] = field(default_factory=dict)
    also: list[str] = field(default_factory=list)

    @property
    def payload(self) -> list[tuple[str, str]]:
        """What a browser sends when nothing is touched and a nameless button is pressed."""
        return [
            (control.name, value)
            for control in self.controls.values()
            if control.kind not in ("button", "file")
            for value in control.values
        ]


class Page(HTMLParser):
    """The forms and the sentences of a page. ``sentences``: (id the sentence leads to or "", text)."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.sentences: list[tuple[str, str]] = []
        self._form: Form | None = None
        self._select: Control | None = None
        self._area: Control | None = None
        self._wrong: list[str] = []  # open tags inside an error box
        self._link = ""
        self._said: list[str] = []
        self.feed(html)

    def form(self, action: str) -> Form:
        """The form that goes to ``action``, by one of its buttons at least, or back to the page itself."""
        posted = [
            form
            for form in self.forms
            if form.method == "post" and (form.action in (action, "") or action in form.also)
        ]
        return max(posted, key=lambda form: bool(form.action))  # one that names the address before one that does not

    def at(self, name: str) -> list[str]:
        """The sentences that lead to the control ``name``, or stand above the form as a whole."""
        return [said for target, said in self.sentences if not target or _about(target, name)]

    # --- reading -------------------------------------------------------------------------------------------------

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {key: value or "" for key, value in attrs}
        if self._wrong and tag not in ("input", "br", "img"):
            self._wrong.append(tag)
            if tag == "a":
                self._link = found.get("href", "").removeprefix("#")
        elif {"err-sum", "message--error", "save--failed"} & set(found.get("class", "").split()):
            self._wrong, self._link = [tag], ""
        if tag == "form":
            self._form = Form(found.get("action", ""), found.get("method", "get").lower())
            self.forms.append(self._form)
        if self._form is not None:
            self._control(tag, found)

    def _control(self, tag: str, found: dict[str, str]) -> None:
        name, kind = found.get("name", ""), found.get("type", "text").lower()
        if tag == "button" and "formaction" in found and self._form is not None:
            self._form.also.append(found["formaction"])
        if tag == "option" and self._select is not None:
            self._select.offers.append(found.get("value", ""))
            if "selected" in found or not self._select.values:
                self._select.values = [found.get("value", "")]
        if not name or "disabled" in found or tag not in ("input", "select", "textarea", "button"):
            return
        assert self._form is not None
        shape = {"select": "select", "textarea": "textarea", "button": "button"}.get(tag, kind)
        if shape in _SILENT and tag != "button":
            return
        control = self._form.controls.setdefault(name, Control(name, shape, found))
        if tag == "select":
            self._select = control
        elif tag == "textarea":
            self._area = control
            control.values = [""]  # the first line break after the tag is none of the text
        elif shape in ("radio", "checkbox"):
            control.offers.append(found.get("value", "on"))
            if "checked" in found:
                control.values.append(found.get("value", "on"))
        elif shape == "button":
            control.offers.append(found.get("value", ""))
        elif shape != "file":
            control.values = [found.get("value", "")]

    def handle_endtag(self, tag: str) -> None:
        if self._wrong and tag in self._wrong:
            while self._wrong.pop() != tag:
                pass
            if tag in ("li", "p", "section", "div"):
                self._close()
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = None
        elif tag == "textarea":
            self._area = None

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            held = self._area.values[0]
            self._area.values = [held + data if held else data.removeprefix("\r").removeprefix("\n")]
        elif self._wrong and data.strip() and "h2" not in self._wrong:
            self._said.append(data.strip())

    def _close(self) -> None:
        if self._said:
            self.sentences.append((self._link, " ".join(self._said)))
        self._said, self._link = [], ""


def _about(target: str, name: str) -> bool:
    """Whether the id ``target`` belongs to the control ``name``: "id_day_month" to both "day_month" and "day"."""
    whole = target.partition("id_")[2]
    stem = name.rpartition("_")[0] if name.rpartition("_")[2] in ("day", "month", "year", "word") else name
    begins, ends = (f"{name}_", f"{stem}_"), (f"_{name}", f"_{stem}")
    without_place = re.sub(r"_\d+$", "", whole)  # of radio buttons the first: "id_42_goes_on_0"
    return whole in (name, stem) or whole.startswith(begins) or without_place.endswith(ends)
