"""What is different between two versions of a plan, in plain sentences for the therapist and the client alike."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass

from django.utils.translation import gettext as _

#: Letters of a mark: enough that two different drafts do not share one.
_MARK = 16


@dataclass(frozen=True, kw_only=True)
class Planned:
    """One stretch of a version: code and side as stored, the rest as the client reads it.

    ``side_words`` is "" where nothing is left or right; ``dose`` the dose in one line.
    """

    stretch: str
    side: str
    name: str
    side_words: str
    level: int
    dose: str
    on_bed: bool = False
    note: str = ""

    @property
    def called(self) -> str:
        """Name and side."""
        return (
            _("%(name)s, %(side)s") % {"name": self.name, "side": _lower(self.side_words)}
            if self.side_words
            else self.name
        )


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]


def changes(
    before: Sequence[Planned], after: Sequence[Planned], *, message_before: str = "", message_after: str = ""
) -> tuple[str, ...]:
    """What a client who knows ``before`` has to know about ``after``, one sentence each; empty when nothing changed.

    A stretch that changes its side is told as that, never as one taken out and another added.
    """
    old, new = ({(each.stretch, each.side): each for each in version} for version in (before, after))
    moved = _moved(old, new)
    told = [
        _("Added: %(what)s") % {"what": _whole(each)}
        for key, each in new.items()
        if key not in old and key not in moved
    ]
    for key, now in new.items():
        if was := old.get(key) or moved.get(key):
            told += _differences(was, now)
    gone = [key for key in old if key not in new and old[key] not in moved.values()]
    told += [_("Taken out: %(what)s") % {"what": old[key].called} for key in gone]
    stayed = [key for key in old if key in new]
    if stayed != [key for key in new if key in old]:
        told.append(_("The stretches stand in another order."))
    if message_before != message_after:
        told.append(
            _("New words from your therapist above the plan.")
            if message_after
            else _("The words above the plan are gone.")
        )
    return tuple(told)


def _moved(old: dict[tuple[str, str], Planned], new: dict[tuple[str, str], Planned]) -> dict[tuple[str, str], Planned]:
    """For each stretch that stands on another side now: its new key, and what it was."""
    gone = {key[0]: each for key, each in old.items() if key not in new}
    come = [key for key in new if key not in old]
    once = [key for key in come if sum(key[0] == other[0] for other in come) == 1]
    single = {code for code in gone if sum(key[0] == code for key in old if key not in new) == 1}
    return {key: gone[key[0]] for key in once if key[0] in single}


def _whole(each: Planned) -> str:
    words = {"what": each.called, "level": each.level, "dose": each.dose}
    whole = _("%(what)s, level %(level)s: %(dose)s") % words
    return _("%(what)s, on the bed") % {"what": whole} if each.on_bed else whole


def _differences(was: Planned, now: Planned) -> list[str]:
    """What changed about one stretch that stays, in one sentence."""
    found = []
    if was.side != now.side:
        found.append(_from_to(_lower(was.side_words), _lower(now.side_words)))
    if was.level != now.level:
        found.append(_("level %(was)s → %(now)s") % {"was": was.level, "now": now.level})
    if was.dose != now.dose:
        found.append(_from_to(was.dose, now.dose))
    if was.on_bed != now.on_bed:
        found.append(_("on the bed now") if now.on_bed else _("no longer on the bed"))
    if was.note != now.note:
        found.append(_("new words from your therapist") if now.note else _("the words from your therapist are gone"))
    if not found:
        return []
    name = now.name if was.side != now.side else now.called
    return [_("%(name)s: %(changes)s") % {"name": name, "changes": "; ".join(found)}]


def _from_to(was: str, now: str) -> str:
    return _("%(was)s → %(now)s") % {"was": was, "now": now}


def mark(values: Iterable[object]) -> str:
    """A short mark of ``values``: the same for the same ones, so that a page can tell what it showed.

    It says nothing of what it stands for.
    """
    text = repr([astuple(each) if isinstance(each, Planned) else each for each in values])
    return hashlib.sha256(text.encode()).hexdigest()[:_MARK]
