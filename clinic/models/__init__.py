"""Records of the ground floor."""

from clinic.models.appointment import LIVE, Appointment, AppointmentState
from clinic.models.audit import AuditEvent
from clinic.models.care import Care, CareReason
from clinic.models.client import SPEAKS_FOR_CLIENT, Client, Guardian, PortalAccess, PortalRelation
from clinic.models.content import ContentEdition, ContentKind, EditionSignOff
from clinic.models.message import MailStop, MessageState, OutboundMessage, Trouble
from clinic.models.practice import Location, Practice
from clinic.models.user import DeskCode, TextSize, User

__all__ = [
    "LIVE",
    "SPEAKS_FOR_CLIENT",
    "Appointment",
    "AppointmentState",
    "AuditEvent",
    "Care",
    "CareReason",
    "Client",
    "ContentEdition",
    "ContentKind",
    "DeskCode",
    "EditionSignOff",
    "Guardian",
    "Location",
    "MailStop",
    "MessageState",
    "OutboundMessage",
    "PortalAccess",
    "PortalRelation",
    "Practice",
    "TextSize",
    "Trouble",
    "User",
]
