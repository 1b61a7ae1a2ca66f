"""Rules for what the user information negotiates (PS3.7 D.3.3; PS3.8 D.1)."""

from __future__ import annotations

from harness.checks.lint.model import shall, should

ROWS = (
    shall(
        "user-item-required",
        "Maximum length and implementation class UID are there",
        "ul/maximum-length-in-rq",
        "ul/maximum-length-in-ac",
        "ul/implementation-class-in-rq",
        "ul/implementation-class-in-ac",
        "ul/user-information-sub-items",
    ),
    shall(
        "user-item-once",
        "No sub-item of the user information is doubled",
        "ul/maximum-length-once",
        "ul/implementation-class-once",
        "ul/implementation-version-once",
        "ul/async-once",
        "ul/role-once-per-class",
        "ul/extended-once-per-class",
        "ul/common-extended-once-per-class",
        "ul/identity-once",
    ),
    shall(
        "user-item-length",
        "The fields of a sub-item fill it",
        "ul/maximum-length-item-length",
        "ul/async-item-length",
        "ul/item-length",
    ),
    shall("version-name", "The implementation version name has 1 to 16 characters", "ul/implementation-version-syntax"),
    shall("role-values", "Roles are 0 or 1", "ul/role-value"),
    shall(
        "user-identity",
        "The type of a user identity is 1 to 5, and only type 2 has a secondary field",
        "ul/identity-type",
        "ul/identity-passcode",
    ),
    shall(
        "window-answer",
        "An asynchronous operations window is answered only when proposed, and with no more than that",
        "ul/async-not-unasked",
        "ul/async-invoked",
        "ul/async-performed",
    ),
    shall(
        "role-answer",
        "A role is accepted only when proposed",
        "ul/role-not-unasked",
        "ul/role-not-raised",
    ),
    should(
        "role-class",
        "Roles are answered for the SOP classes alone for which they were proposed",
        "ul/role-of-proposed-class",
    ),
    shall(
        "extended-answer",
        "Extended negotiation is answered only when proposed, and with no more than that",
        "ul/extended-not-unasked",
    ),
    shall(
        "user-identity-answer",
        "A user identity is answered only when a response was asked for",
        "ul/identity-not-unasked",
    ),
)
