"""What the answers of services mean: DIMSE statuses (PS3.7 C, PS3.4 of each service class)."""

from __future__ import annotations

from harness.diagnosis.model import Blame, Cause, Stage

_GENERAL = "PS3.7 C"
_LOG = "Look for the line in the log of the peer at this moment."

CAUSES = (
    Cause(
        "no-response",
        Stage.SERVICE,
        Blame.UNDECIDED,
        "The peer took the request and did not answer in time",
        "The association stands, but the answer to our request did not come before our deadline: the peer is stuck, "
        "or so slow with this request that it needs longer.",
        (
            "Try again with a longer deadline (`timeouts:`, `--timeout`).",
            "Ask for less at once: a narrower query, a smaller study.",
            _LOG,
        ),
        '"{called}" ({address}) does not answer a request of "{calling}" in time ({evidence}). Is it overloaded?',
        decides="The same with a much longer deadline: an answer then means slow, none means stuck.",
    ),
    Cause(
        "closed-in-service",
        Stage.SERVICE,
        Blame.UNDECIDED,
        "The connection was cut in the middle of the work",
        "The association stood and was cut without an abort. So it looks when the program of the peer crashes, or when "
        "a firewall between the two forgets or cuts the connection.",
        (
            "See whether the DICOM service of the peer was restarted, and what its log says.",
            (
                "If it always happens after the same time of silence, ask the network team for the idle timeout of "
                "firewalls on the way."
            ),
        ),
        'The connection of "{calling}" to "{called}" ({address}) is cut in the middle of the work. Did the service '
        "crash or restart?",
        decides="Whether the service of the peer restarted at this moment: if not, the network cut the connection.",
    ),
    Cause(
        "out-of-resources",
        Stage.SERVICE,
        Blame.THEIRS,
        "The peer says that it has no room or no power for this",
        "The status means that resources are exhausted: a full disk, a full quota, or a limit of matches.",
        (
            "Ask for the free space of the peer's archive, and for quotas of our AE title.",
            "Of a query: ask for less, as a date or an identifier narrows it.",
        ),
        '"{called}" ({address}) answers "{calling}" with out of resources ({evidence}). Is its storage full?',
        clause="PS3.4 B.2.3, C.4",
    ),
    Cause(
        "data-set-refused",
        Stage.SERVICE,
        Blame.UNDECIDED,
        "The peer takes the object for another than its SOP class says",
        "The data set did not match its SOP class in the eyes of the peer: an attribute is missing or wrong, or the "
        "UIDs in the data set are not those that were announced.",
        (
            "Check the object with a validator (`dciodvfy FILE`).",
            "Send an object from another source; if that is taken, the first object is at fault.",
        ),
        '"{called}" ({address}) refuses an object of "{calling}" ({evidence}). Which attribute does it object to?',
        decides="An object that is known to be valid: if it is refused, too, the peer is at fault.",
        clause="PS3.4 B.2.3",
    ),
    Cause(
        "cannot-understand",
        Stage.SERVICE,
        Blame.UNDECIDED,
        "The peer could not process what we sent",
        "The status (C000H to CFFFH) means that the peer cannot understand the data, or is unable to process them. "
        "What exactly it means differs from product to product; Orthanc says so for nearly everything.",
        (_LOG, "Try the same with the simplest object or query."),
        '"{called}" ({address}) could not process a request of "{calling}" ({evidence}). What does its log say?',
        decides="The log of the peer.",
        clause="PS3.4 B.2.3, C.4",
    ),
    Cause(
        "identifier-refused",
        Stage.SERVICE,
        Blame.OURS,
        "The peer does not take the query as it is asked",
        "The identifier does not match the SOP class: the level is missing or wrong, a unique key of a level above is "
        "missing, or a key stands there that this information model does not have.",
        (
            "Name the level, and give the unique keys of all levels above it.",
            "Try the study root model instead of the patient root, or the other way round.",
        ),
        clause="PS3.4 C.4.1.1.4, C.4.2.1.5",
    ),
    Cause(
        "sub-operations-failed",
        Stage.SERVICE,
        Blame.UNDECIDED,
        "Some or all objects could not be transferred",
        "The peer found the objects and could not send them (all): the receiver refused them or offers no matching SOP "
        "class or transfer syntax, or the objects are offline or damaged at the peer.",
        (
            "Look which objects are missing, and what kind they are; see the report of the receiver beside it.",
            "See that the receiver accepts the SOP classes and transfer syntaxes in which the peer holds them.",
            _LOG,
        ),
        '"{called}" ({address}) could not send all objects of a retrieve ({evidence}). Which error does its log give '
        "for them?",
        decides="The report of the association on which the peer sent: what the receiver refused is seen there.",
        clause="PS3.4 C.4.2.1.5, C.4.3.1.4",
    ),
    Cause(
        "not-authorized",
        Stage.SERVICE,
        Blame.THEIRS,
        "The peer does not permit this to us",
        "The status says that we are not authorized for the operation.",
        ("Ask for the permissions of our AE title, or of the user that was named.",),
        '"{called}" ({address}) answers "{calling}" with not authorized. Please permit it this operation.',
        clause=_GENERAL,
    ),
    Cause(
        "unknown-operation",
        Stage.SERVICE,
        Blame.THEIRS,
        "The peer does not know this operation",
        "The peer accepted the SOP class, and then says that it does not know the operation, or that it does not "
        "support the SOP class.",
        ("Look the service up in the peer's DICOM conformance statement: is it meant as user only?", _LOG),
        '"{called}" ({address}) accepts the presentation context and then does not know the operation ({evidence}). '
        "Does it provide this service?",
        clause=_GENERAL,
    ),
    Cause(
        "duplicate-instance",
        Stage.SERVICE,
        Blame.OURS,
        "The peer has such an object already",
        "An object with this SOP Instance UID is there, and the peer does not take another.",
        (
            "Use a new SOP Instance UID, or delete the old object if it is of a former test.",
            "Generated objects get new UIDs with each run; files keep theirs.",
        ),
        clause=_GENERAL,
    ),
    Cause(
        "no-such-instance",
        Stage.SERVICE,
        Blame.OURS,
        "The peer has no such object",
        "What we named by its UID is not there: it was never stored, was deleted, or lies in another archive.",
        (
            "Find it with a query first, and use the UID from the answer.",
            "See that it was stored at this peer under this AE title.",
        ),
        clause=_GENERAL,
    ),
    Cause(
        "instance-uid-refused",
        Stage.SERVICE,
        Blame.UNDECIDED,
        "The peer takes the SOP Instance UID for invalid",
        "Each object has a UID of its own, made by rules: digits and dots, at most 64 characters, no part with a "
        "leading zero. The peer says that the one of this object breaks them.",
        (
            "Look at the SOP Instance UID of the object, also for spaces and letters at its ends.",
            "See whether other objects are taken: if none is, the peer may mean something else.",
        ),
        '"{called}" ({address}) calls a SOP Instance UID of "{calling}" invalid ({evidence}). Which rule is broken?',
        decides="The rules of PS3.5 9.1, applied to the UID.",
        clause=_GENERAL,
    ),
    Cause(
        "attribute-refused",
        Stage.SERVICE,
        Blame.UNDECIDED,
        "The peer objects to an attribute or its value",
        "A value is missing, not permitted, or not in the state of the object; a procedure step that is completed, for "
        "one, cannot be changed anymore.",
        (
            "Look which attribute it is; the peer may name it in its answer.",
            "See in which state the object is at the peer.",
        ),
        '"{called}" ({address}) refuses a request of "{calling}" ({evidence}). Which attribute does it object to?',
        decides="The log of the peer, or the attribute list of its answer.",
        clause=_GENERAL,
    ),
    Cause(
        "processing-failure",
        Stage.SERVICE,
        Blame.THEIRS,
        "The peer failed while it worked on the request",
        "The status says that a general failure occurred in the processing: an error within the peer.",
        (_LOG, "Try again; if it works then, the error was a passing one."),
        '"{called}" ({address}) answers "{calling}" with a processing failure ({evidence}). What does its log say?',
        clause=_GENERAL,
    ),
    Cause(
        "warning-status",
        Stage.SERVICE,
        Blame.THEIRS,
        "The peer did it, with a warning",
        "The operation was carried out, but not quite as asked: values were changed (coerced) or left out, or not "
        "every attribute is supported.",
        (
            "Read the object back and see what the peer changed.",
            "If that is as it should be here, say so: name the warning in `status:`.",
        ),
        '"{called}" ({address}) answers "{calling}" with a warning ({evidence}). What does it change?',
        clause=_GENERAL,
    ),
    Cause(
        "status-nonstandard",
        Stage.SERVICE,
        Blame.THEIRS,
        "The peer answers with a status that the standard does not have here",
        "The code has no meaning for this service in the standard; only its maker can tell what it stands for.",
        ("Look the code up in the peer's conformance statement.", _LOG),
        '"{called}" ({address}) answers "{calling}" with a status that we do not know ({evidence}). What does it mean?',
        clause=_GENERAL,
    ),
)
