"""The tables of the workbench."""

from review.models.acts import Chain, Event, Mention
from review.models.findings import LAST_PLACE, Check, Finding, Note, SavedFilter, Signature, Stage, Status
from review.models.papers import Correction, Delivery, Document, FormRow, Item, ItemState, State
from review.models.people import Membership, Project, Role, Token, User
from review.models.work import Job, JobKind, JobState, PaperTemplate, Sample, SamplePlace, WorkerBeat

__all__ = [
    "LAST_PLACE",
    "Chain",
    "Check",
    "Correction",
    "Delivery",
    "Document",
    "Event",
    "Finding",
    "FormRow",
    "Item",
    "ItemState",
    "Job",
    "JobKind",
    "JobState",
    "Membership",
    "Mention",
    "Note",
    "PaperTemplate",
    "Project",
    "Role",
    "Sample",
    "SamplePlace",
    "SavedFilter",
    "Signature",
    "Stage",
    "State",
    "Status",
    "Token",
    "User",
    "WorkerBeat",
]
