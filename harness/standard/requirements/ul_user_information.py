"""What the User Information item negotiates (PS3.7 A, D.3.3; PS3.8 D.2)."""

from __future__ import annotations

from harness.standard.requirements.model import informative, shall, should

GENERAL = (
    shall(
        "ul/application-context-name",
        "PS3.7 A.2.1",
        "The requestor proposes the application context name 1.2.840.10008.3.1.1.1, or one of its own outside the "
        "root of DICOM.",
    ),
    informative(
        "ul/application-context-returned",
        "PS3.7 A.1",
        "An acceptor may return another application context name than was proposed, and the requestor may then abort.",
    ),
    shall(
        "ul/user-sub-item-unknown-ignored",
        "PS3.8 D.2",
        "The acceptor ignores sub-items of the User Information item that it does not know, and does not reject "
        "because of them.",
    ),
    informative(
        "ul/user-sub-item-malformed",
        "PS3.8 9.2.3",
        "What an acceptor does with malformed sub-items of the User Information item is not defined; it may reject, "
        "abort or tolerate them.",
    ),
)

IMPLEMENTATION = (
    shall("ul/implementation-class-in-rq", "PS3.7 D.3.3.2", "The requestor sends its Implementation Class UID."),
    shall("ul/implementation-class-in-ac", "PS3.7 D.3.3.2", "The acceptor sends its Implementation Class UID."),
    shall(
        "ul/implementation-class-once",
        "PS3.7 D.3.3.2.1",
        "Either side sends no more than one Implementation Class UID sub-item.",
    ),
    shall(
        "ul/implementation-class-syntax",
        "PS3.7 D.3.3.2.1",
        "Either side sends an Implementation Class UID that is a valid UID.",
    ),
    shall(
        "ul/implementation-version-once",
        "PS3.7 D.3.3.2.3",
        "Either side sends no more than one Implementation Version Name sub-item.",
    ),
    shall(
        "ul/implementation-version-syntax",
        "PS3.7 D.3.3.2.3",
        "Either side sends an Implementation Version Name of 1 to 16 characters of the basic G0 set of ISO 646.",
    ),
    informative(
        "ul/implementation-class-absent",
        "PS3.7 D.3.3.2",
        "What an acceptor does with a request without an Implementation Class UID is not defined.",
    ),
)

ASYNCHRONOUS_OPERATIONS = (
    shall(
        "ul/async-not-unasked",
        "PS3.7 D.3.3.3",
        "The acceptor sends no Asynchronous Operations Window when the requestor sent none.",
    ),
    shall(
        "ul/async-invoked",
        "PS3.7 D.3.3.3",
        "The acceptor answers no more operations invoked than the requestor offered, where 0 is unlimited.",
    ),
    shall(
        "ul/async-performed",
        "PS3.7 D.3.3.3",
        "The acceptor answers no more operations performed than the requestor offered, where 0 is unlimited.",
    ),
    shall(
        "ul/async-once",
        "PS3.7 D.3.3.3.1",
        "Either side sends no more than one Asynchronous Operations Window sub-item.",
    ),
    shall(
        "ul/async-item-length",
        "PS3.7 D.3.3.3.1",
        "Either side sends the Asynchronous Operations Window sub-item with an Item-length of 4.",
    ),
    shall(
        "ul/async-window-kept",
        "PS3.7 D.3.3.3",
        "Either side has no more requests outstanding than the negotiated window allows, which is one if none was "
        "negotiated.",
    ),
    shall("ul/async-synchronous-supported", "PS3.7 A.4", "Either side supports operations one after the other."),
)

ROLES = (
    shall("ul/role-not-unasked", "PS3.7 D.3.3.4", "The acceptor sends no role selection when the requestor sent none."),
    should(
        "ul/role-of-proposed-class",
        "PS3.7 D.3.3.4",
        "The acceptor sends role selections only for SOP classes for which the requestor sent one.",
    ),
    shall(
        "ul/role-not-raised",
        "PS3.7 D.3.3.4",
        "The acceptor does not answer 1 for a role that the requestor proposed with 0.",
    ),
    shall("ul/role-value", "PS3.7 D.3.3.4.1", "Either side sends roles as 0 or 1."),
    shall(
        "ul/role-once-per-class",
        "PS3.7 D.3.3.4.1",
        "The requestor sends no more than one role selection for a SOP class.",
    ),
    shall(
        "ul/role-default",
        "PS3.7 D.3.3.4",
        "Without a role selection by both sides the requestor is SCU only and the acceptor SCP only.",
    ),
    should(
        "ul/role-class-not-proposed",
        "PS3.7 D.3.3.4.1",
        "The acceptor ignores a role selection for a SOP class for which no presentation context was proposed.",
    ),
)

EXTENDED = (
    shall(
        "ul/extended-not-unasked",
        "PS3.7 D.3.3.5",
        "The acceptor sends no SOP Class Extended Negotiation when the requestor sent none.",
    ),
    shall(
        "ul/extended-once-per-class",
        "PS3.7 D.3.3.5.1",
        "Either side sends no more than one SOP Class Extended Negotiation for a SOP class.",
    ),
    shall(
        "ul/common-extended-not-answered",
        "PS3.7 D.3.3.6",
        "The acceptor sends no SOP Class Common Extended Negotiation.",
    ),
    shall(
        "ul/common-extended-once-per-class",
        "PS3.7 D.3.3.6.1",
        "The requestor sends no more than one SOP Class Common Extended Negotiation for a SOP class.",
    ),
    informative(
        "ul/common-extended-related",
        "PS3.7 D.3.3.6",
        "Whether an acceptor accepts an unknown SOP class because of the general one that is said to be related is "
        "left to it.",
    ),
)

USER_IDENTITY = (
    shall(
        "ul/identity-not-unasked",
        "PS3.7 D.3.3.7",
        "The acceptor sends no user identity response when the requestor sent no user identity or asked for no "
        "response.",
    ),
    should(
        "ul/identity-response",
        "PS3.7 D.3.3.7",
        "The acceptor that authenticates users answers a user identity with the response that was asked for, or "
        "rejects.",
    ),
    shall(
        "ul/identity-response-empty",
        "PS3.7 D.3.3.7.2",
        "The acceptor answers a user name, with or without passcode, with a response of no length.",
    ),
    shall("ul/identity-once", "PS3.7 D.3.3.7.1", "Either side sends no more than one user identity sub-item."),
    shall("ul/identity-type", "PS3.7 D.3.3.7.1", "The requestor sends a user identity of type 1 to 5."),
    shall(
        "ul/identity-passcode",
        "PS3.7 D.3.3.7.1",
        "The requestor sends a secondary field only in a user identity of type 2.",
    ),
    shall(
        "ul/identity-rejected",
        "PS3.7 D.3.3.7.3",
        "The acceptor that rejects because of a user identity does so with result 1 and source 2.",
    ),
    informative(
        "ul/identity-ignored",
        "PS3.7 D.3.3.7",
        "An acceptor may accept without heeding the user identity, so acceptance without a response proves nothing "
        "about the user.",
    ),
)

ROWS = GENERAL + IMPLEMENTATION + ASYNCHRONOUS_OPERATIONS + ROLES + EXTENDED + USER_IDENTITY
