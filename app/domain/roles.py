"""The posts 岗位 (job roles) of the staff (requirements, People); ``rules/departments.py`` says which department each
belongs to."""

from __future__ import annotations

STEWARD = "steward"
REPAIR_WORKER = "repair_worker"
ENGINEERING_SUPERVISOR = "engineering_supervisor"
SERVICE_SUPERVISOR = "service_supervisor"
DESK = "desk"
FINANCE = "finance"
ADMIN = "admin"
MANAGER = "manager"
ENVIRONMENT_SUPERVISOR = "environment_supervisor"
CLEANING_LEAD = "cleaning_lead"
CLEANER = "cleaner"
GUARD = "guard"
ARCHIVIST = "archivist"
CULTURE_CLERK = "culture_clerk"

ROLES = (
    STEWARD,
    REPAIR_WORKER,
    ENGINEERING_SUPERVISOR,
    SERVICE_SUPERVISOR,
    DESK,
    FINANCE,
    ADMIN,
    MANAGER,
    ENVIRONMENT_SUPERVISOR,
    CLEANING_LEAD,
    CLEANER,
    GUARD,
    ARCHIVIST,
    CULTURE_CLERK,
)
"""Every role a member of staff can hold; one person may hold several."""

SYSTEM = "system"
"""Author of what the server itself records: ticket numbers, imports, other systems' tickets.
It is a staff id and a role, never a person, and nobody can sign in as it."""

OVERSEERS = frozenset({DESK, ENGINEERING_SUPERVISOR, SERVICE_SUPERVISOR, ADMIN, MANAGER})
"""Roles that see the whole estate's work."""

BILLERS = OVERSEERS | {FINANCE}
"""Roles that see a billing month's repairs (A.8)."""

VISITORS = frozenset((STEWARD, SERVICE_SUPERVISOR))
"""Roles that visit households from door to door (E)."""
