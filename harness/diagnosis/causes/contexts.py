"""What may be exchanged on an association: presentation contexts and roles (PS3.8 9.3.3.2, PS3.7 D.3.3.4)."""

from __future__ import annotations

from harness.diagnosis.model import Blame, Cause, Stage

_RESULT = "PS3.8 9.3.3.2"

CAUSES = (
    Cause(
        "sop-class-not-supported",
        Stage.CONTEXTS,
        Blame.THEIRS,
        "The peer does not offer this service to us",
        "The peer lets us in, but the service or kind of object (the SOP class) that we asked for is not among those "
        "that it supports, or it is switched off, or not permitted to our AE title.",
        (
            "Look the SOP class up in the peer's DICOM conformance statement.",
            "Ask for it to be enabled for our AE title, or for a licence that includes it.",
            "Orthanc and dcmqrscp say this, too, when they only lack the transfer syntax: try an uncompressed one.",
        ),
        '"{called}" ({address}) refuses the SOP class that we need ({evidence}). Can it be enabled for our AE title '
        '"{calling}"?',
        clause=_RESULT,
    ),
    Cause(
        "transfer-syntaxes-not-supported",
        Stage.CONTEXTS,
        Blame.UNDECIDED,
        "The two sides have no encoding in common",
        "The peer supports this kind of object, but none of the transfer syntaxes (compressions and byte orders) that "
        "we offered for it.",
        (
            "Offer Implicit VR Little Endian as well; every system has to support it for what it can decompress.",
            "Convert the images before sending (`dcmdjpeg`, `dcmdjpls`, `dcmdrle`, `gdcmconv`).",
            "Ask whether this transfer syntax can be enabled at the peer.",
        ),
        '"{called}" ({address}) accepts none of the transfer syntaxes that we offer ({evidence}). Which ones does it '
        "accept for this SOP class?",
        decides="The conformance statement of the peer: it lists the transfer syntaxes of each SOP class.",
        clause=_RESULT,
    ),
    Cause(
        "contexts-user-rejected",
        Stage.CONTEXTS,
        Blame.THEIRS,
        "The peer's program declined what we proposed",
        "The presentation context was refused by the application itself. It knows the SOP class and does not want it "
        "from us: most often its configuration does not permit this service to our AE title.",
        (
            "Ask for our AE title's permissions at the peer.",
            "Look for the line in its log at this moment.",
        ),
        '"{called}" ({address}) declines a presentation context from "{calling}" with "user rejection". Is this '
        "service permitted to us?",
        clause=_RESULT,
    ),
    Cause(
        "contexts-no-reason",
        Stage.CONTEXTS,
        Blame.UNDECIDED,
        "The peer declined what we proposed and gives no reason",
        "The presentation context was refused with a result that says nothing of the cause.",
        (
            "Look for the line in the log of the peer at this moment.",
            "Try fewer transfer syntaxes, and an uncompressed one.",
        ),
        '"{called}" ({address}) declines a presentation context from "{calling}" without a reason. What does its log '
        "say?",
        decides="The log of the peer.",
        clause=_RESULT,
    ),
    Cause(
        "contexts-partly-refused",
        Stage.CONTEXTS,
        Blame.UNDECIDED,
        "The peer takes some of what we need, and refuses the rest",
        "The association stands and part of the work can be done on it. For the rest the peer refused the presentation "
        "context: it lacks some of the SOP classes or transfer syntaxes, or does not permit them to us. The evidence "
        "names what was refused, and how.",
        (
            "Look up what was refused in the peer's DICOM conformance statement.",
            "Ask for it to be enabled, or send it in a transfer syntax that the peer takes.",
            "If the peer need not take it, leave it out of the scenario, or say so (`accepted:`, `refused:`).",
        ),
        '"{called}" ({address}) takes only part of what "{calling}" proposes ({evidence}). Can the rest be enabled?',
        decides="The conformance statement of the peer: whether it lists what was refused.",
        clause=_RESULT,
    ),
    Cause(
        "too-many-contexts",
        Stage.CONTEXTS,
        Blame.UNDECIDED,
        "The peer takes an association for one service, and none for so many at once",
        "The request proposed many presentation contexts (kinds of objects, with their encodings) and was not "
        "accepted; one for C-ECHO alone is, just afterwards. A request may hold up to 128, and there are systems that "
        "bear fewer, or break at a long request. It may also be one of the SOP classes that the peer stumbles over.",
        (
            "Propose fewer at once (`sop_classes:` of a get, `contexts:` of an association, several steps).",
            "Ask for the limit of the peer, and for the line in its log.",
        ),
        '"{called}" ({address}) does not accept an association with many presentation contexts ({evidence}), and takes '
        "one with a single context. Is there a limit?",
        decides="The same SOP classes in several associations of a few each: if every one is accepted, the number is "
        "the trouble; if not, the one that fails holds the SOP class.",
        clause="PS3.8 9.3.2.2",
    ),
    Cause(
        "role-not-granted",
        Stage.CONTEXTS,
        Blame.THEIRS,
        "The peer does not let us receive objects on this association",
        "To get objects on the association on which we ask for them (C-GET), the peer has to grant us the role of a "
        "storage provider. It did not.",
        (
            "Use C-MOVE in place of C-GET.",
            "Ask whether the peer supports C-GET for this SOP class at all.",
        ),
        '"{called}" ({address}) does not grant "{calling}" the SCP role. Does it support C-GET, and for which SOP '
        "classes?",
        clause="PS3.7 D.3.3.4",
    ),
    Cause(
        "accepted-beyond-policy",
        Stage.CONTEXTS,
        Blame.UNDECIDED,
        "The peer accepts what the policy forbids or does not name",
        "More can be negotiated with the peer than the policy says. Most often something was switched on, or came with "
        "an update. To accept is no fault by itself: it may be meant, or nobody may have known.",
        (
            "If it is meant, name it in the policy: `dicom-harness probe ADDRESS --against FILE --add-new` does so.",
            "If it is not, ask for it to be switched off, or for what was changed.",
        ),
        '"{called}" ({address}) accepts {evidence}. Is that meant, and since when?',
        decides="What was changed at the peer, and its conformance statement.",
        clause=_RESULT,
    ),
    Cause(
        "another-implementation",
        Stage.CONTEXTS,
        Blame.UNDECIDED,
        "The peer does not say of itself what the policy expects",
        "Its implementation class UID, its version name or its maximum length is not as the policy says. Most often it "
        "was updated or configured anew; it may also be another system at the same address.",
        (
            "Ask whether the peer was updated, and look whether it is the one that is meant.",
            "If it is meant so, correct `implementation` or `limits` of the policy.",
        ),
        '"{called}" ({address}) answers with {evidence}. Was it updated?',
        decides="The version that the peer shows to its administrator.",
        clause="PS3.7 D.3.3.2",
    ),
)
