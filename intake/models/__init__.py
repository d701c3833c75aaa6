"""Records of the middle floor."""

from intake.models.access import (
    LONGEST_LINK,
    TRIES_OF_A_BROWSER,
    TRIES_OF_A_CODE,
    TRIES_OF_A_LINK,
    AccessKind,
    AccessPurpose,
    EndReason,
    IntakeAccess,
    LinkAsker,
)
from intake.models.clearance import Clearance, ClearanceKind, ClearanceWithdrawal, WithdrawReason
from intake.models.consent import Consent, ConsentWithdrawal, SignerRole
from intake.models.device import Device
from intake.models.intake import AnswerChange, ChangeReason, CheckIn, HeardAnswer, Intake, IntakeState
from intake.models.letter import AsideReason, DoctorLetter, LetterStep, LetterStepKind, LetterWay
from intake.models.screening import MilderReason, Outcome, RaisedFlag, Screening
from intake.models.stop import NoSignReason, StopAction, StopActionKind, StopEvent, StopWithdrawal

__all__ = [
    "LONGEST_LINK",
    "TRIES_OF_A_BROWSER",
    "TRIES_OF_A_CODE",
    "TRIES_OF_A_LINK",
    "AccessKind",
    "AccessPurpose",
    "AnswerChange",
    "AsideReason",
    "ChangeReason",
    "CheckIn",
    "Clearance",
    "ClearanceKind",
    "ClearanceWithdrawal",
    "Consent",
    "ConsentWithdrawal",
    "Device",
    "DoctorLetter",
    "EndReason",
    "HeardAnswer",
    "Intake",
    "IntakeAccess",
    "IntakeState",
    "LetterStep",
    "LetterStepKind",
    "LetterWay",
    "LinkAsker",
    "MilderReason",
    "NoSignReason",
    "Outcome",
    "RaisedFlag",
    "Screening",
    "SignerRole",
    "StopAction",
    "StopActionKind",
    "StopEvent",
    "StopWithdrawal",
    "WithdrawReason",
]
