"""From a connection to an association: who may talk to whom (PS3.8 9.3.4, 9.3.8)."""

from __future__ import annotations

from harness.diagnosis.model import Blame, Cause, Stage

_REJECTED = "PS3.8 9.3.4"
_ABORTED = "PS3.8 9.3.8"

CAUSES = (
    Cause(
        "called-ae-title-refused",
        Stage.ASSOCIATION,
        Blame.OURS,
        "The peer has another AE title than the one we call",
        "DICOM systems have names, AE titles, and this peer does not answer to the one we use. Upper and lower case "
        "count, and so do spaces within.",
        (
            "Ask for the exact AE title of the peer and use that; compare letter by letter.",
            (
                "Some products say this although it is our own title that they do not know (dcmqrscp does): have both "
                "checked."
            ),
        ),
        'We call {address} by the AE title "{called}" and are told that it is not known. What is its exact AE title, '
        'and is ours, "{calling}", registered?',
        clause=_REJECTED,
    ),
    Cause(
        "calling-ae-title-refused",
        Stage.ASSOCIATION,
        Blame.THEIRS,
        "The peer does not know our AE title",
        "The peer only lets in systems on its list, and the AE title by which we introduce ourselves is not on it.",
        (
            "Have our AE title registered at the peer, with our IP address and port if it asks for them.",
            "Or use a title that is registered for this machine (`local: {ae_title: …}`, `--calling`).",
        ),
        'Please register our AE title "{calling}" on "{called}" ({address}).',
        clause=_REJECTED,
    ),
    Cause(
        "rejected-no-reason",
        Stage.ASSOCIATION,
        Blame.UNDECIDED,
        "The peer refuses us and gives no reason",
        'The association was rejected with "no reason given". Products say this when they do not know an AE title or '
        "the IP address, when a licence is used up, or when none of the services that we asked for is there.",
        (
            "Ask for the line in the log of the peer at this moment.",
            "Have our AE title and IP address checked in its configuration.",
        ),
        '"{called}" ({address}) rejects our association from "{calling}" without a reason. What does its log say?',
        decides="The log of the peer.",
        clause=_REJECTED,
    ),
    Cause(
        "application-context-refused",
        Stage.ASSOCIATION,
        Blame.UNDECIDED,
        "The peer does not take the application context",
        "Every DICOM association names the same application context. A peer that refuses it was asked with another "
        "one, or is out of order.",
        ("Check that the step names no application context of its own.", "Ask for the line in the log of the peer."),
        '"{called}" ({address}) refuses the DICOM application context. What does its log say?',
        decides="Whether the request names 1.2.840.10008.3.1.1.1.",
        clause=_REJECTED,
    ),
    Cause(
        "protocol-version-refused",
        Stage.ASSOCIATION,
        Blame.THEIRS,
        "The peer does not take our protocol version",
        "There is just one version of the protocol, and we have named it. A peer that refuses it is out of order.",
        ("Ask for the line in the log of the peer.", "Report it to the maker of the peer."),
        '"{called}" ({address}) refuses DICOM\'s only protocol version. What does its log say?',
        clause=_REJECTED,
    ),
    Cause(
        "temporary-congestion",
        Stage.ASSOCIATION,
        Blame.THEIRS,
        "The peer is too busy at the moment",
        "The peer says itself that this will pass.",
        ("Try again in a minute.", "If it goes on, ask the other side how much it has to do."),
        '"{called}" ({address}) rejects associations because of congestion. Is it overloaded?',
        clause=_REJECTED,
    ),
    Cause(
        "too-many-associations",
        Stage.ASSOCIATION,
        Blame.THEIRS,
        "The peer has as many associations as it takes",
        "The number of connections that the peer serves at once is limited, and others have taken them all. Systems "
        "that forget to end their associations use such a limit up.",
        (
            "Try again later, with fewer associations at once.",
            "Ask the other side how many it takes, and which systems hold them.",
        ),
        '"{called}" ({address}) rejects associations because its limit is reached. How many does it take, and who '
        "holds them?",
        clause=_REJECTED,
    ),
    Cause(
        "user-identity-refused",
        Stage.ASSOCIATION,
        Blame.UNDECIDED,
        "The peer rejects us, perhaps for the user",
        "We offered a user, and the association was rejected by the layer that checks users. The name or the passcode "
        "may be wrong, or the user may lack a role.",
        (
            "Check user name and passcode, and that the user may connect by DICOM.",
            "Try without a user identity, to see whether the peer wants one.",
        ),
        '"{called}" ({address}) rejects the user that we offer. Is the user known, and allowed to connect?',
        decides="The same association without a user identity.",
        clause="PS3.7 D.3.3.7",
    ),
    Cause(
        "rejected-nonstandard",
        Stage.ASSOCIATION,
        Blame.THEIRS,
        "The peer rejects us with a code that the standard does not have",
        "The numbers of the rejection are none that DICOM defines, so they say nothing for sure.",
        ("Ask the maker of the peer what the numbers mean.", "Ask for the line in its log."),
        '"{called}" ({address}) rejects our association with a code that DICOM does not define: {evidence}. What does '
        "it mean?",
        clause=_REJECTED,
    ),
    Cause(
        "no-answer-to-request",
        Stage.ASSOCIATION,
        Blame.UNDECIDED,
        "No answer to our association request",
        "The connection stands, we asked for an association, and nothing came back in time.",
        (
            "Try again: a server that takes one association at a time may have been busy.",
            "Have our AE title and IP address checked: some products stay silent to strangers.",
            "Ask the other side to look into its log, and whether the service hangs.",
        ),
        '"{called}" ({address}) does not answer our association request. Does its log show it?',
        decides="The log of the peer: whether it has seen our request.",
    ),
    Cause(
        "answer-broke-off",
        Stage.ASSOCIATION,
        Blame.UNDECIDED,
        "The peer's answer breaks off in the middle",
        "The first bytes of an answer came, and the rest never did. Either the peer stopped in the middle, as one that "
        "crashes does, or the network lets small packets pass and loses large ones, as a VPN does whose packet size "
        "(MTU) is set wrong.",
        (
            "Look into the log of the peer for a crash at this moment.",
            "See whether large packets pass: `ping -M do -s 1472` and the address of the peer, and smaller sizes.",
            "Try from a machine in the same network as the peer.",
        ),
        '"{called}" ({address}) begins to answer and breaks off: {evidence}. Did the service crash, or do the firewall '
        "or VPN between us limit the size of packets?",
        decides="A capture at the peer: whether it sent the whole answer.",
        clause="PS3.8 9.3.1",
    ),
    Cause(
        "closed-after-request",
        Stage.ASSOCIATION,
        Blame.UNDECIDED,
        "The peer hangs up at our association request",
        "The peer closed the connection instead of answering. So does a server that expects TLS, one that does not "
        "know our IP address or AE title, and one that crashes.",
        (
            "Have our IP address and AE title checked in the configuration of the peer.",
            "Ask whether the port is for TLS.",
            "Ask for the line in its log.",
        ),
        '"{called}" ({address}) closes the connection at our association request from "{calling}". What does its log '
        "say?",
        decides="The log of the peer, or the same attempt with TLS.",
    ),
    Cause(
        "reset-after-request",
        Stage.ASSOCIATION,
        Blame.UNDECIDED,
        "The connection was cut at our association request",
        "Instead of an answer the connection was reset: by a server that crashes or refuses us, or by a firewall that "
        "looks into the traffic.",
        (
            "Ask whether a firewall or intrusion detection between the two inspects DICOM.",
            "Ask for the line in the log of the peer.",
        ),
        "The connection to {address} is reset when we ask for an association. Does your log show our request?",
        decides="The log of the peer: if it does not know of the request, something on the way has cut the connection.",
    ),
    Cause(
        "aborted-by-user",
        Stage.ASSOCIATION,
        Blame.UNDECIDED,
        "The peer broke off",
        "The program on the other side ended the association with an abort, for which the protocol has no reason to "
        "give.",
        (
            "Ask for the line in the log of the peer at this moment.",
            "Many products abort when they do not know an AE title: have both titles checked.",
        ),
        '"{called}" ({address}) aborts our association from "{calling}". What does its log say?',
        decides="The log of the peer.",
        clause=_ABORTED,
    ),
    Cause(
        "aborted-at-request",
        Stage.ASSOCIATION,
        Blame.UNDECIDED,
        "The peer lets us in, and breaks off at the request",
        "The association was accepted; as soon as something was asked for, the peer ended it. So do products that "
        "look only then who is asking, and do not know the AE title or the IP address: Orthanc does. So does one that "
        "crashes over the request.",
        (
            "Have our AE title, and the IP address that we come from, entered at the peer (Orthanc: DicomModalities).",
            "Try another service: if C-ECHO works and this one does not, permission for it is missing.",
            "Ask for the line in the log of the peer at this moment.",
        ),
        '"{called}" ({address}) accepts our association from "{calling}" and aborts at the request. Is our AE '
        "title known there, with our IP address, and may it use this service? What does the log say?",
        decides="The log of the peer; or a second try once our AE title is entered there.",
        clause=_ABORTED,
    ),
    Cause(
        "aborted-by-provider",
        Stage.ASSOCIATION,
        Blame.UNDECIDED,
        "The peer broke off because of the protocol",
        "The part of the peer that speaks the protocol gave up on what it received, and its reason stands in the "
        "evidence. Either what we sent was wrong, or the peer takes what is right for wrong.",
        (
            "Keep the capture (`wire/…pcapng` in the reports) and show it to the maker of the peer.",
            "Ask for the line in the log of the peer.",
        ),
        '"{called}" ({address}) aborts our association for a protocol reason: {evidence}. What does its log say?',
        decides="The capture, held against PS3.8.",
        clause=_ABORTED,
    ),
    Cause(
        "broken-off-by-us",
        Stage.ASSOCIATION,
        Blame.OURS,
        "Our own program broke off",
        "The program that had asked for the association ended it itself, with an abort or by hanging up, before its "
        "work was done. Somebody may have pressed Cancel, its own time limit may have been too short, or it did not "
        "like an answer.",
        (
            "Look for the line in the log of that program at this moment: it knows why it gave up.",
            "If it waited for an answer until then, give it a longer time limit.",
        ),
        clause=_ABORTED,
    ),
    Cause(
        "protocol-abort-by-us",
        Stage.ASSOCIATION,
        Blame.UNDECIDED,
        "Our own program broke off because of the protocol",
        "The part of our own program that speaks the protocol gave up on what the peer sent, and its reason stands in "
        "the evidence. Either what the peer sent was wrong, or our program takes what is right for wrong.",
        (
            "Look for the line in the log of our own program at this moment.",
            "Keep the capture and show it to the makers of both programs.",
        ),
        'Our program breaks off its association with "{called}" ({address}) for a protocol reason: {evidence}. Does '
        "the maker of your system know of this?",
        decides="The capture, held against PS3.8.",
        clause=_ABORTED,
    ),
    Cause(
        "peer-protocol-error",
        Stage.ASSOCIATION,
        Blame.THEIRS,
        "The peer broke the rules of the protocol",
        "What the peer sent is not allowed at this point, or cannot be understood.",
        (
            "Keep the capture (`wire/…pcapng` in the reports) and show it to the maker of the peer.",
            "Check that the port is that of a DICOM service.",
        ),
        '"{called}" ({address}) sends what DICOM does not allow: {evidence}. Please have the maker look at it.',
        clause="PS3.8 9.2",
    ),
    Cause(
        "not-refused",
        Stage.ASSOCIATION,
        Blame.THEIRS,
        "The peer lets in whom it should refuse",
        "The association was accepted although the scenario says that it must not be. The peer does not check what the "
        "scenario varies: AE titles, the address, a user identity or a certificate.",
        (
            "See whether the peer can be told to check AE titles; many systems accept every title as shipped.",
            "If everybody may connect here, correct the expectation.",
        ),
        '"{called}" ({address}) accepts an association from "{calling}" that should be refused. Does it check AE '
        "titles and addresses?",
        clause=_REJECTED,
    ),
)
