"""Every mapped class, imported for its effect on the metadata (migrations and `create_all` in tests see all tables)."""

from server.audit.models import AuditEntry
from server.consent.models import ConsentRecord, ConsentText, ParentInvitation, ParentLink
from server.contact.models import Contact
from server.coordination.models import ChallengeStep, ChallengeVersion, Scheduled
from server.db import Base
from server.delivery.models import Attempt, Device, DeviceTest, Message, Receipt
from server.diary.models import ChallengeOutcome, Response, Snooze
from server.export.models import Export, ExportDownload, ExportJob, ExportMember
from server.game.models import Membership, Sticker, Team, TeamReport
from server.monitoring.models import Counter, DateSum, Heartbeat, PersonSum, Summary
from server.partitions import install_rest as _install_rest  # noqa: F401  the tables are made with their parts
from server.people.models import DeviceToken, FormerRhythm, Participant, RecoveryCode, Throttle
from server.planning.models import Assignment, Beep, Pause
from server.rights.models import Confirmation, Erasure, StudyRetention
from server.safety.models import CardShown, SafetyAlert, Watch
from server.staff.models import (
    Invitation,
    Passkey,
    PasskeyChallenge,
    Staff,
    StaffRecoveryCode,
    StaffSession,
    StudyRole,
)
from server.studies.models import JoinCode, RulesVersion, Study

__all__ = [
    "Assignment",
    "Attempt",
    "AuditEntry",
    "Base",
    "Beep",
    "CardShown",
    "ChallengeOutcome",
    "ChallengeStep",
    "ChallengeVersion",
    "Confirmation",
    "ConsentRecord",
    "ConsentText",
    "Contact",
    "Counter",
    "DateSum",
    "Device",
    "DeviceTest",
    "DeviceToken",
    "Erasure",
    "Export",
    "ExportDownload",
    "ExportJob",
    "ExportMember",
    "FormerRhythm",
    "Heartbeat",
    "Invitation",
    "JoinCode",
    "Membership",
    "Message",
    "ParentInvitation",
    "ParentLink",
    "Participant",
    "Passkey",
    "PasskeyChallenge",
    "Pause",
    "PersonSum",
    "Receipt",
    "RecoveryCode",
    "Response",
    "RulesVersion",
    "SafetyAlert",
    "Scheduled",
    "Snooze",
    "Staff",
    "StaffRecoveryCode",
    "StaffSession",
    "Sticker",
    "Study",
    "StudyRetention",
    "StudyRole",
    "Summary",
    "Team",
    "TeamReport",
    "Throttle",
    "Watch",
]
