"""What steps negotiate with the reference SCP: each expectation holds, fails where it should, and shows no secret."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.engine.details import details_of
from harness.observe.outcomes import EchoObservation
from harness.observe.trace import Role, TlsFact, Trace
from tests.support.runs import Ran, run_text

FILE = """\
version: 1
peers:
  bundled:
    reference: {{max_pdu_length: 65536, user_identities: {identities}}}
    user_identity: {{username: nightingale, passcode: a-lamp-of-oil, response: true}}
scenarios:
  - id: negotiation
    peer: bundled
    steps:
      - associate:
          contexts:
            - {{abstract_syntax: CT Image Storage, transfer_syntaxes: [JPEG Lossless SV1, 1.2.3.4], scp_role: true}}
            - {{abstract_syntax: CT Image Storage, transfer_syntaxes: [1.2.3.4], scp_role: true}}
            - {{abstract_syntax: Study Root Query/Retrieve Information Model - FIND}}
            - {{abstract_syntax: 1.2.3.4.5, transfer_syntaxes: [1.2.3.4.6]}}
          asynchronous_operations: {{invoked: 5, performed: 5}}
          extended_negotiation:
            - {{sop_class: CT Image Storage, level_of_support: 3}}
            - {{sop_class: Study Root Query/Retrieve Information Model - FIND, fuzzy_matching: true}}
            - {{sop_class: 1.2.3.4.5, bytes: "01"}}
          common_extended_negotiation: [{{sop_class: 1.2.3.4.5, related: [CT Image Storage]}}]
        expect: {expect}
"""
CHECKED = "[{username: nightingale, passcode: a-lamp-of-oil}]"
CT = "{abstract_syntax: CT Image Storage, "
LOSSLESS = "{abstract_syntax: CT Image Storage, transfer_syntaxes: [JPEG Lossless SV1, 1.2.3.4], "
FIND = "{sop_class: Study Root Query/Retrieve Information Model - FIND, "

TRUE_AND_FALSE = [
    # Expectation, then what is true, what is false, and what is seen of the latter.
    ("contexts", f"[{LOSSLESS}result: acceptance}}]", f"[{CT}result: acceptance}}]", "transfer-syntaxes-not-supported"),
    (
        "contexts",
        f"[{LOSSLESS}transfer_syntax: JPEG Lossless SV1}}]",
        f"[{LOSSLESS}transfer_syntax: 1.2.3.4}}]",
        "acceptance, in JPEG Lossless",
    ),
    (
        "contexts",
        f"[{LOSSLESS}scu_role: true, scp_role: true}}]",
        f"[{LOSSLESS}scu_role: false, scp_role: true}}]",
        "we are SCU and SCP",
    ),
    (
        "contexts",
        "[{abstract_syntax: 1.2.3.4.5, result: abstract-syntax-not-supported}]",
        "[{abstract_syntax: Verification, result: acceptance}]",
        "Verification: not proposed so",
    ),
    ("max_pdu_length", "65536", '"< 65536"', "65536 bytes"),
    ("implementation_class_uid", "1.2.826.0.1.3680043.8.498.1", "1.2.3", ""),
    ("implementation_version_name", "DICOM_HARNESS", "OTHER", ""),
    ("user_identity_answered", "true", "false", "answered"),
    ("asynchronous_operations", "{invoked: 1, performed: 1, answered: true}", "{invoked: 5}", "1 invoked, 1 performed"),
    ("asynchronous_operations", "{performed: 1..5}", "{answered: false}", "1 invoked, 1 performed"),
    (
        "extended_negotiation",
        "[{sop_class: CT Image Storage, level_of_support: 2, element_coercion: 0}]",
        "[{sop_class: CT Image Storage, level_of_support: 1}]",
        "CT Image Storage: level_of_support 2",
    ),
    (
        "extended_negotiation",
        f"[{FIND}answered: true, fuzzy_matching: false}}]",
        f"[{FIND}fuzzy_matching: true}}]",
        "fuzzy_matching 0",
    ),
    (
        "extended_negotiation",
        "[{sop_class: 1.2.3.4.5, answered: false}]",
        "[{sop_class: 1.2.3.4.5, answered: true}]",
        "1.2.3.4.5: not answered",
    ),
    ("tls", "", "{version: TLSv1.3}", "the connection is plain"),
]


def run(folder: Path, expect: str, identities: str = CHECKED, *options: str) -> Ran:
    ran = run_text(folder, FILE.format(expect=expect, identities=identities), *options)
    for path in [*ran.reports.rglob("*.*"), folder / "scenario.yaml"]:
        if path.is_file() and path.name != "scenario.yaml":
            content = path.read_bytes()
            assert b"a-lamp-of-oil" not in content, path
            if path.suffix == ".pcapng":
                assert b"nightingale" not in content, path
    assert "a-lamp-of-oil" not in ran.output
    return ran


def ours(value: str) -> str:
    """With the constants of this program in the place of what stands for them."""
    from harness.standard.uids import IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME

    return value.replace("1.2.826.0.1.3680043.8.498.1", IMPLEMENTATION_CLASS_UID).replace(
        "DICOM_HARNESS", IMPLEMENTATION_VERSION_NAME
    )


@pytest.mark.parametrize(("name", "true", "false", "seen"), TRUE_AND_FALSE)
def test_each_expectation_holds_and_fails(tmp_path: Path, name: str, true: str, false: str, seen: str) -> None:
    if true:
        ran = run(tmp_path, f"{{{name}: {ours(true)}}}")
        assert ran.verdicts() == {
            "scenario/negotiation/1/accepted": "pass",
            f"scenario/negotiation/1/{name}": "pass",
        }, ran.output
    ran = run(tmp_path, f"{{{name}: {false}}}")
    assert ran.with_verdict("fail") == [f"scenario/negotiation/1/{name}"], ran.output
    assert seen in ran.check(f"/{name}")["observed"]


def test_all_at_once_in_a_full_capture(tmp_path: Path) -> None:
    """Nothing of the user identity is in any file, not even where everything is to be shown."""
    expect = f"{{contexts: [{LOSSLESS}result: acceptance}}], user_identity_answered: true}}"
    ran = run(tmp_path, expect, CHECKED, "--trace", "--show-values")
    assert ran.status == 0, ran.output
    assert list(ran.reports.rglob("*.pcapng"))


def test_nothing_can_be_said_of_an_association_that_was_refused(tmp_path: Path) -> None:
    expect = f"{{contexts: [{LOSSLESS}result: acceptance}}], max_pdu_length: 65536, tls: {{version: TLSv1.3}}}}"
    ran = run(tmp_path, expect, "[{username: somebody}]")
    failed = {check["id"].rsplit("/", 1)[1]: check["observed"] for check in ran.results["checks"]}
    assert failed.keys() == {"accepted", "contexts", "max_pdu_length", "tls"}
    assert all("service-provider-acse" in observed for observed in failed.values())


@pytest.mark.parametrize(
    ("offered", "accepted"),
    [
        ("{username: me}", "{username: me}"),
        ("{username: me, passcode: it}", "{username: me, passcode: it}"),
        ("{kerberos: AQIDBA==}", "{kerberos: AQIDBA==}"),
        ("{saml: '<saml:Assertion/>'}", "{saml: '<saml:Assertion/>'}"),
        ("{jwt: a.b.c}", "{jwt: a.b.c}"),
    ],
)
def test_each_kind_of_user_identity(tmp_path: Path, offered: str, accepted: str) -> None:
    text = f"""\
    version: 1
    peers:
      bundled: {{reference: {{user_identities: [{accepted}, {{username: another}}]}}}}
    scenarios:
      - id: identity
        peer: bundled
        steps:
          - echo: {{user_identity: {offered}}}
          - associate: {{user_identity: {offered.replace("}", ", response: true}")}}}
            expect: {{user_identity_answered: true}}
          - echo: {{user_identity: {{username: nobody}}}}
            expect: {{rejected: {{source: service-provider-acse, reason: no-reason-given}}}}
          - echo: {{}}
            expect: {{rejected: {{result: permanent}}}}
    """
    ran = run_text(tmp_path, text)
    assert ran.status == 0, ran.output


def test_what_every_step_may_say_reaches_the_wire(tmp_path: Path) -> None:
    """Seen by the peer: our own Storage SCP plays it, through a C-ECHO of a step."""
    from harness.services.storage_scp import StorageSCP
    from tests.support.archives import wait_until

    scp = StorageSCP("THEM", tmp_path)
    scp.start()
    traces: list[Trace] = []
    try:
        text = f"""\
        version: 1
        peers:
          them: {{address: "THEM@127.0.0.1:{scp.port}"}}
        scenarios:
          - id: wire
            peer: them
            steps:
              - echo: {{implementation_class_uid: 1.2.3.9, implementation_version_name: ANOTHER, max_pdu_length: 128}}
        """
        assert run_text(tmp_path, text).status == 0

        def ended() -> bool:
            traces.extend(scp.take_traces())
            return bool(traces)

        wait_until(ended)
    finally:
        scp.stop()
    (trace,) = traces
    assert trace.peer_implementation_class_uid == "1.2.3.9"
    assert trace.peer_implementation_version_name == "ANOTHER"
    assert trace.peer_max_pdu_length == 128


def test_more_contexts_than_fit_are_split(tmp_path: Path) -> None:
    """300 contexts over three associations; roles go with their SOP class."""
    private = "\n".join(f"                - {{abstract_syntax: 1.2.3.{n}}}" for n in range(298))
    text = f"""\
    version: 1
    peers:
      bundled: {{reference: {{}}}}
    scenarios:
      - id: many
        peer: bundled
        steps:
          - associate:
              contexts:
{private}
                - {{abstract_syntax: MR Image Storage, scp_role: true}}
                - {{abstract_syntax: Verification}}
            expect:
              contexts:
                - {{abstract_syntax: 1.2.3.0, result: abstract-syntax-not-supported}}
                - {{abstract_syntax: 1.2.3.297, result: abstract-syntax-not-supported}}
                - {{abstract_syntax: MR Image Storage, scp_role: true}}
                - {{abstract_syntax: Verification, result: acceptance}}
          - negotiate:
              abstract_syntax: CT Image Storage
              transfer_syntaxes: [Explicit VR Little Endian, {", ".join(f"1.2.4.{n}" for n in range(150))}]
            expect: {{accepted: Explicit VR Little Endian}}
    """
    ran = run_text(tmp_path, text)
    assert ran.status == 0, ran.output
    steps = ran.results["steps"]
    assert [len(association["contexts"]) for association in steps[0]["associations"]] == [128, 128, 44]
    assert [len(association["contexts"]) for association in steps[1]["associations"]] == [128, 23]


def test_one_refused_of_several_associations_fails_the_step(tmp_path: Path) -> None:
    private = ", ".join(f"{{abstract_syntax: 1.2.3.{n}}}" for n in range(130))
    text = f"""\
    version: 1
    peers:
      bundled: {{reference: {{}}}}
    scenarios:
      - id: many
        peer: bundled
        steps:
          - associate: {{contexts: [{private}], called_ae_title: NOBODY}}
    """
    ran = run_text(tmp_path, text)
    assert ran.with_verdict("fail") == ["scenario/many/1/accepted"]
    assert "called AE title not recognized" in ran.check("/accepted")["observed"]


@pytest.mark.slow
@pytest.mark.peer("dcmqrscp", "Orthanc")
@pytest.mark.parametrize("recipe", ["dcmqrscp", "orthanc"])
def test_roles_that_nobody_proposed_are_a_deviation_and_not_ours(tmp_path: Path, recipe: str) -> None:
    """Both servers answer 1 and 1 to 0 and 0; the report says so with the clause."""
    text = f"""\
    version: 1
    peers:
      server: {{process: {recipe}}}
    scenarios:
      - id: roles
        peer: server
        steps:
          - associate:
              contexts: [{{abstract_syntax: CT Image Storage, scu_role: false, scp_role: false}}]
            expect:
              contexts: [{{abstract_syntax: CT Image Storage, scu_role: false, scp_role: false}}]
    """
    ran = run_text(tmp_path, text)
    assert ran.status == 0, ran.output
    deviations = ran.results["steps"][0]["associations"][0]["deviations"]
    assert len(deviations) == 2
    assert all(text.endswith("was accepted and never proposed (PS3.7 D.3.3.4)") for text in deviations)


@pytest.mark.slow
@pytest.mark.peer("dcmqrscp")
@pytest.mark.parametrize("length", [128, 0, 4294967295])
def test_what_our_storage_scp_announces_is_obeyed(tmp_path: Path, length: int) -> None:
    """By dcmqrscp when it moves to us; a longer PDU would be a deviation."""
    text = f"""\
    version: 1
    local: {{max_pdu_length: {length}}}
    peers:
      mover: {{process: dcmqrscp}}
    scenarios:
      - id: length
        peer: mover
        steps:
          - store: {{generate: {{}}}}
            save: {{study: "stored.studies[0].StudyInstanceUID"}}
          - move: {{level: STUDY, keys: {{StudyInstanceUID: "${{study}}"}}}}
            expect: {{completed: 1, unchanged: true}}
    """
    ran = run_text(tmp_path, text)
    assert ran.status == 0, ran.output
    (received,) = [a for a in ran.results["steps"][1]["associations"] if a["role"] == "acceptor"]
    assert [text for text in received["deviations"] if "reserved" not in text] == []
    data = [pdu for pdu in received["pdus"] if pdu["name"].endswith("P-DATA-TF") and pdu["direction"] == "received"]
    if length == 128:
        assert sum(int(pdu["name"].split(" x ")[0]) for pdu in data if " x " in pdu["name"]) > 10


def test_what_was_negotiated_stands_in_the_report(tmp_path: Path) -> None:
    ran = run(tmp_path, "{accepted: true}")
    assert ran.results["steps"][0]["details"] == [
        "CT Image Storage: we are SCU and SCP",
        "asynchronous operations: 1 invoked, 1 performed",
        "extended negotiation of CT Image Storage: level_of_support 2, digital_signatures 3, element_coercion 0",
        "extended negotiation of Study Root Query/Retrieve Information Model - FIND: relational_queries 0, "
        "date_time_matching 0, fuzzy_matching 0, timezone_adjustment 0, enhanced_multi_frame_conversion 0",
        "the user identity was answered",
    ]


@pytest.mark.parametrize(
    ("host", "tls", "warned"), [("192.0.2.1", False, True), ("192.0.2.1", True, False), ("::1", False, False)]
)
def test_an_identity_without_tls_is_told(host: str, tls: bool, warned: bool) -> None:
    trace = Trace("peer:104", "US", "THEM", Role.REQUESTOR, user_identity_type=2, remote_endpoint=(host, 104))
    trace.tls = TlsFact("TLSv1.3", "ANY") if tls else None
    lines = details_of(EchoObservation(traces=[trace, trace]), Path("/nowhere"))
    assert len(lines) == int(warned)
