"""Who somebody is, what they may do, and what they do that is written down."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    CUSTOMER = "customer"
    VIEWER = "viewer"
    PACKER = "packer"
    ADMIN = "admin"


class Permission(StrEnum):
    SEE_DESK = "see_desk"
    SEE_LABELS = "see_labels"
    BUY_LABELS = "buy_labels"
    HANDLE_PARCELS = "handle_parcels"
    WORK_CASES = "work_cases"
    REPLAY = "replay"
    MANAGE_SETTINGS = "manage_settings"
    APPROVE_SPENDING = "approve_spending"


PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.CUSTOMER: frozenset(),
    Role.VIEWER: frozenset({Permission.SEE_DESK}),
    Role.PACKER: frozenset(Permission) - {Permission.MANAGE_SETTINGS, Permission.APPROVE_SPENDING},
    Role.ADMIN: frozenset(Permission),
}


class Act(StrEnum):
    """What staff do that is written down with their name."""

    CHECK = "check"
    ADOPT = "adopt"
    RELEASE = "release"
    PRINT = "print"
    PACK = "pack"
    HAND_OVER = "hand_over"
    TAKE_BACK = "take_back"
    VOID = "void"
    REFUND = "refund"
    KEEP = "keep"
    NOTE = "note"
    APPROVE = "approve"
    WITHDRAW = "withdraw"
    CANCEL = "cancel"
    REPLAY = "replay"
