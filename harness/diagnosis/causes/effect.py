"""What came of it: said to be done, and not there (PS3.4 B, C, J)."""

from __future__ import annotations

from harness.diagnosis.causes.unasked import OUR_PORT
from harness.diagnosis.model import Blame, Cause, Stage

_MOVE = "PS3.4 C.4.2"

CAUSES = (
    Cause(
        "move-destination-unknown",
        Stage.EFFECT,
        Blame.THEIRS,
        "The peer does not know where to send",
        "A C-MOVE names only the AE title of the receiver; its address has to stand in the configuration of the peer, "
        "and it does not.",
        (
            "Have the receiver's AE title registered at the peer with its address and port, as the peer sees them.",
            "Compare the titles letter by letter; upper and lower case count.",
        ),
        'Please register the receiver of our C-MOVE requests to "{called}" ({address}) as a destination: AE title, '
        "host and port ({evidence}).",
        clause=_MOVE,
    ),
    Cause(
        "move-failed",
        Stage.EFFECT,
        Blame.UNDECIDED,
        "The C-MOVE failed at the peer, and its answer does not say why",
        "The peer answered with a general failure before it had counted a single object, and no connection came to our "
        "receiver. Orthanc answers so for a destination that it does not know, for one that it cannot reach, and for "
        "objects whose files are gone.",
        (
            "See whether our AE title is a move destination there, with the address and port by which we are reached.",
            OUR_PORT,
            "From the machine of the peer, try to reach our port (`dicom-harness echo`, `nc -vz`).",
            "Look for the line in the log of the peer at this moment.",
        ),
        'A C-MOVE to "{calling}" fails at "{called}" ({address}): {evidence}. Is "{calling}" registered there as a '
        "destination, with which address and port, and what does the log say?",
        decides="The same study by C-GET: if it comes, the destination is the trouble; if not, its objects are.",
        clause=_MOVE,
    ),
    Cause(
        "move-cannot-reach-us",
        Stage.EFFECT,
        Blame.UNDECIDED,
        "The peer could not send, and never came to us",
        "The peer knows the study and failed to send it, and no connection came to our receiver. Most often the "
        "address or port that it has for us is wrong, or a firewall, a container or NAT stands between.",
        (
            "See which address and port the peer has for our AE title: it must be one by which it can reach us.",
            OUR_PORT,
            "From the machine of the peer, try to reach our port (`dicom-harness echo`, `nc -vz`).",
            "Allow connections from the peer to our port; in a container, publish it.",
        ),
        'A C-MOVE to us fails at "{called}" ({address}) and no connection arrives here. Which address and port are '
        'registered for "{calling}", and can your machine reach them?',
        decides="A capture at our receiver: no packet of the peer means that it calls elsewhere or is blocked on the "
        "way.",
        clause=_MOVE,
    ),
    Cause(
        "move-refused-by-us",
        Stage.EFFECT,
        Blame.OURS,
        "The peer came to us, and our receiver refused it",
        "The peer opened a connection to our receiver, and was refused on our side: it called another AE title than "
        "ours, came by one that we do not know, proposed what we do not accept, only one of the two ends speaks TLS, "
        "or we could not keep what it sent. The evidence says which.",
        (
            (
                "Let our receiver accept the title, the SOP classes and the transfer syntaxes (`local:`, `calls_as:` "
                "at the peer, `--calls-as`)."
            ),
            (
                "For TLS on one side only: give our receiver TLS (`local: {tls: …}`, `--listen-tls`), or have it "
                "switched off for us at the peer."
            ),
            "Of an instance that we could not keep: see that there is room on this machine.",
        ),
        clause=_MOVE,
    ),
    Cause(
        "moved-nowhere",
        Stage.EFFECT,
        Blame.UNDECIDED,
        "The peer says success and has sent nothing",
        "The answer is success with no object transferred, and none came to us. Some archives say so for a study that "
        "they do not have, others for a destination that they do not know.",
        (
            "Query the study at the peer first: is it there, with instances?",
            "Have the destination's AE title, host and port checked at the peer.",
        ),
        'A C-MOVE from "{called}" ({address}) ends in success with nothing sent. Does it have the study, and does it '
        "know the destination?",
        decides="A query for the study at the same peer: if it is there, the destination is the trouble.",
        clause=_MOVE,
    ),
    Cause(
        "moved-elsewhere",
        Stage.EFFECT,
        Blame.THEIRS,
        "The peer says that it sent everything, and nothing came to us",
        "The peer counts objects as transferred, and our receiver got none: they went to another system that is "
        "registered under the same AE title.",
        (
            "See which address and port the peer has for the destination's AE title.",
            "Look for a second system with that AE title; titles must be unique on a network.",
        ),
        '"{called}" ({address}) says that it moved objects to us, and none arrived. Which address and port are '
        "registered for the destination?",
        clause=_MOVE,
    ),
    Cause(
        "found-not-retrievable",
        Stage.EFFECT,
        Blame.UNDECIDED,
        "The peer finds it, and sends nothing of it",
        "A query finds what was asked for, and a retrieve of just that brings nothing. The index of the peer may know "
        "objects that are offline, archived or gone, or our AE title may see them and not have them. After a C-MOVE, "
        "some products also say success when they do not know the destination.",
        (
            "Ask for Instance Availability (0008,0056) in a query: ONLINE is what can be sent at once.",
            "Of a C-MOVE: have the destination's AE title, host and port checked at the peer.",
            "Ask whether our AE title may retrieve, not only query.",
        ),
        '"{called}" ({address}) finds a study for "{calling}" and sends nothing of it. Are its objects online, and may '
        "we retrieve them?",
        decides="The same retrieve by the other service: if C-GET brings it and C-MOVE does not, the destination is "
        "the trouble; if neither does, its objects are.",
        clause="PS3.4 C.4.2, C.4.3",
    ),
    Cause(
        "counts-disagree",
        Stage.EFFECT,
        Blame.UNDECIDED,
        "The peer's counts are not what came",
        "The numbers that the peer names, in its last answer or in a query, are not those of what was stored there or "
        "what arrived here. Objects may be missing, be counted twice, or not be counted yet.",
        (
            "Look in the report which instances arrived, and which were expected.",
            "Just after a store, give the peer time to count (`eventually:`).",
            "Have the log of the peer read for the missing ones.",
        ),
        '"{called}" ({address}) names other numbers of instances than were stored or arrived ({evidence}). Which is '
        "right?",
        decides="A query on the IMAGE level: the instances that it lists, held against those that were stored or came.",
        clause="PS3.4 C.3.4, C.4.2",
    ),
    Cause(
        "stored-not-found",
        Stage.EFFECT,
        Blame.UNDECIDED,
        "The peer took it, and does not find it",
        "The peer answered the store with success, and a query for the same UIDs, later in this scenario, lacks some "
        "of it. It may need longer to have it in its index, keep it aside until somebody approves it, have changed the "
        "UIDs or the patient, or store for this AE title where it does not search.",
        (
            "Give the peer time (`eventually:` at the query); some need seconds, some minutes.",
            "Ask whether objects go to a quarantine or to a worklist of exceptions first.",
            "Ask whether identifiers are changed on the way in, and query by the new ones.",
        ),
        '"{called}" ({address}) took objects of "{calling}" with success and does not find them ({evidence}). Where '
        "are they?",
        decides="The same query some minutes later: if it finds them then, the peer is slow to index; if not, its log "
        "of the store says where they went.",
        clause="PS3.4 B.2.3, C.4.1",
    ),
    Cause(
        "nothing-found",
        Stage.EFFECT,
        Blame.UNDECIDED,
        "The peer answered, and nothing matched",
        "The peer understood the request and knows nothing that matches it: there is no such object, a key is spelt "
        "otherwise, the peer does not let our AE title see it, or it needs longer to have it in its index.",
        (
            "Ask with fewer keys, or with `*` at the end of a name.",
            "Just after a store, give the peer time (`eventually:`).",
            "Ask whether our AE title may see these studies.",
        ),
        'A query of "{calling}" to "{called}" ({address}) finds nothing where we expect matches. May our AE title see '
        "these studies?",
        decides="The same query at the peer's own workstation.",
        clause="PS3.4 C.4.1",
    ),
    Cause(
        "result-differs",
        Stage.EFFECT,
        Blame.UNDECIDED,
        "The peer answers in order, and with something else than was expected",
        "The services work; what they bring is not what the scenario says. Either the scenario states what is not so "
        "here, or the peer does something else than it should.",
        (
            "Compare what was expected and what was seen, above.",
            "If the peer is right, correct the expectation in the scenario.",
        ),
        decides="The same question put to another system that holds the same data.",
    ),
    Cause(
        "answers-disagree",
        Stage.EFFECT,
        Blame.THEIRS,
        "The archive does not agree with itself",
        "Answers that have to fit each other, whatever the archive holds, did not fit, twice in the same way: what one "
        "query finds is missing from another that must find it, too. Workstations miss studies that are there, or show "
        "what was not asked for, and nobody is told.",
        (
            "Run it again with `--show-values`, which names a few of the studies, and look for them by hand.",
            "Look in docs/archive-consistency.md what the relation asks for, and what its clause says.",
            "Ask whether a limit of matches is set, or the index has to be rebuilt; then run it once more.",
        ),
        '"{called}" ({address}) does not agree with itself when "{calling}" asks it: {evidence}. Can its index or its '
        "matching be corrected?",
        clause="PS3.4 C.2.2, C.4.1",
    ),
    Cause(
        "changed-in-transit",
        Stage.EFFECT,
        Blame.THEIRS,
        "What came back is not what was stored",
        "The object that the peer returned differs from the one that it was given.",
        (
            "Look which attributes differ; some archives are told to change names, identifiers or descriptions.",
            "If the change is wanted, say so in the scenario.",
        ),
        '"{called}" ({address}) returns objects that differ from those that we stored ({evidence}). Is it configured '
        "to change them?",
        clause="PS3.4 B.4.1",
    ),
)
