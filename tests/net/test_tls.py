"""TLS in both roles: what stands, and each thing that keeps it from standing told apart from the others."""

from __future__ import annotations

import contextlib
import socket
import ssl
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.dimse.messages import c_echo_rq
from harness.net.association import Association
from harness.net.negotiation import Proposal
from harness.net.requestor import request_association
from harness.net.timeouts import Timeouts
from harness.observe.ending import Ending, EndingKind, TlsFault
from harness.observe.pcapng import write_pcapng
from harness.observe.trace import Trace
from harness.services.echo import echo
from harness.services.storage_scp import StorageSCP
from harness.services.store import needed_contexts, store
from harness.standard.ae import AEAddress
from harness.standard.uids import IMPLICIT_VR_LE, VERIFICATION
from harness.tls.contexts import ClientCertificate, TlsClient, TlsSettings, tls_client, tls_server
from harness.tls.profiles import TlsProfile
from tests.support.archives import make, wait_until
from tests.support.certificates import Certificates, make_certificates
from tests.support.scripted import ScriptedPeer, read_exactly

TIMEOUTS = Timeouts()


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("pki"))


class Listening:
    """Our Storage SCP over TLS."""

    def __init__(self, folder: Path, settings: TlsSettings | None, timeouts: Timeouts | None = None) -> None:
        tls = None if settings is None else tls_server(settings)
        self.scp = StorageSCP("LOCAL", folder, tls=tls, timeouts=timeouts)

    def __enter__(self) -> Listening:
        self.scp.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.scp.stop()

    def associate(self, tls: TlsClient | None, host: str = "127.0.0.1", *contexts: object) -> Association:
        address = AEAddress("LOCAL", host, self.scp.port)
        wanted = contexts or ((VERIFICATION, (IMPLICIT_VR_LE,)),)
        return request_association(address, Proposal("US", "LOCAL", wanted), TIMEOUTS, tls=tls)  # type: ignore[arg-type]

    def trace(self) -> Trace:
        """The one association that ended."""
        found: list[Trace] = []

        def ended() -> bool:
            found.extend(self.scp.take_traces())
            return bool(found)

        wait_until(ended)
        assert len(found) == 1
        return found[0]


def ending_of(association: Association) -> Ending:
    assert not association.established
    assert association.ending is not None
    return association.ending


def fault_of(ending: Ending | None) -> TlsFault:
    assert ending is not None
    assert ending.kind is EndingKind.TLS, ending
    assert ending.tls is not None
    return ending.tls.fault


@pytest.mark.parametrize("profile", TlsProfile)
def test_every_profile(tmp_path: Path, pki: Certificates, profile: TlsProfile) -> None:
    server = pki.settings("rsa", profile=profile)
    client = tls_client(pki.settings("client", profile=profile))
    with Listening(tmp_path, server) as listening:
        with listening.associate(client) as association:
            assert echo(association).statuses == [0]
        theirs = listening.trace()
    expected = "TLSv1.2" if profile is TlsProfile.EXTENDED else "TLSv1.3"
    for trace in (association.trace, theirs):
        assert trace.ending is not None
        assert trace.ending.kind is EndingKind.RELEASED
        assert trace.tls is not None
        assert trace.tls.version == expected
        assert trace.tls.cipher_suite
        assert "GMT" in trace.tls.peer_certificate_expires
        assert trace.stages["tls"] > 0


def test_only_the_oldest_profile_goes_down(tmp_path: Path, pki: Certificates) -> None:
    old = tls_server(pki.settings("rsa", profile=TlsProfile.BCP195))
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        old.context.maximum_version = ssl.TLSVersion.TLSv1_1
    with Listening(tmp_path, None) as listening:
        listening.scp._acceptor._tls = old
        with listening.associate(tls_client(pki.settings("client", profile=TlsProfile.BCP195))) as association:
            assert echo(association).statuses == [0]
        assert association.trace.tls is not None
        assert association.trace.tls.version == "TLSv1.1"
        newer = listening.associate(tls_client(pki.settings("client", profile=TlsProfile.NON_DOWNGRADING)))
        assert fault_of(ending_of(newer)) is TlsFault.VERSION
        assert "ours are TLS 1.2 to TLS 1.3" in ending_of(newer).text


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_large_instances_pass_unchanged(tmp_path: Path, pki: Certificates, version: ssl.TLSVersion) -> None:
    """Mapped files, many PDUs in one write, and answers in between."""
    files = make(tmp_path / "files", instances=3, rows=1200, columns=1200)
    folder = tmp_path / "received"
    folder.mkdir()
    client = tls_client(pki.settings("client"))
    client.context.maximum_version = version
    with Listening(folder, pki.settings("server")) as listening:
        with listening.associate(client, "127.0.0.1", *needed_contexts(files)) as association:
            assert [instance.status for instance in store(association, files).instances] == [0, 0, 0]
        received = {instance.sop_instance_uid: instance.path for instance in listening.scp.take_received()}
    for file in files:
        sent = file.path.read_bytes()[file.data_set_offset :]
        assert received[file.sop_instance_uid].read_bytes().endswith(sent)


def test_the_capture_holds_plain_dicom(tmp_path: Path, pki: Certificates) -> None:
    with (
        Listening(tmp_path, pki.settings("server")) as listening,
        listening.associate(tls_client(pki.settings("client"))) as association,
    ):
        echo(association)
    heads = [bytes(entry.head)[:1] for entry in association.trace.wire.entries]
    assert heads == [b"\x01", b"\x02", b"\x04", b"\x04", b"\x05", b"\x06"]
    path = tmp_path / "capture.pcapng"
    write_pcapng(association.trace, path)
    assert b"1.2.840.10008.3.1.1.1" in path.read_bytes()


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_the_host_is_the_name_in_the_certificate(tmp_path: Path, pki: Certificates, host: str) -> None:
    with (
        Listening(tmp_path, pki.settings("server")) as listening,
        listening.associate(tls_client(pki.settings("client")), host) as association,
    ):
        assert association.established


def test_another_server_name(tmp_path: Path, pki: Certificates) -> None:
    """What we ask for with SNI is what the certificate must have."""
    asked: list[str | None] = []
    server = tls_server(pki.settings("elsewhere"))
    server.context.sni_callback = lambda sock, name, context: asked.append(name)
    with Listening(tmp_path, None) as listening:
        listening.scp._acceptor._tls = server
        with listening.associate(tls_client(pki.settings("client", server_name="pacs.example.org"))) as association:
            assert association.established
    assert asked == ["pacs.example.org"]


@pytest.mark.parametrize(
    ("server", "client", "fault", "words"),
    [
        ({"name": "stranger"}, {}, TlsFault.UNTRUSTED, "issued by a CA that is not trusted here"),
        ({"name": "expired"}, {}, TlsFault.EXPIRED, "the certificate of the peer has expired; our clock says 20"),
        ({"name": "future"}, {}, TlsFault.NOT_YET_VALID, "is not valid yet; our clock says 20"),
        ({"name": "elsewhere"}, {}, TlsFault.NAME, "for another name than localhost"),
        ({}, {"server_name": "127.0.0.9"}, TlsFault.NAME, "for another address than 127.0.0.9"),
    ],
)
def test_what_is_wrong_with_the_server(
    tmp_path: Path, pki: Certificates, server: dict[str, str], client: dict[str, str], fault: TlsFault, words: str
) -> None:
    with Listening(tmp_path, pki.settings(**{"name": "server", **server})) as listening:
        association = listening.associate(tls_client(pki.settings("client", **client)), "localhost")
        ending = ending_of(association)
        assert fault_of(ending) is fault
        assert words in ending.text
        assert ending.tls is not None
        assert not ending.tls.by_peer
        theirs = listening.trace().ending
    assert theirs is not None
    assert theirs.tls is not None
    assert theirs.tls.by_peer, "our alert told the other end why"


def test_what_is_not_to_be_checked_is_not(tmp_path: Path, pki: Certificates) -> None:
    with (
        Listening(tmp_path, pki.settings("elsewhere")) as listening,
        listening.associate(tls_client(pki.settings("client", verify_name=False))) as association,
    ):
        assert association.established
    with (
        Listening(tmp_path, pki.settings("stranger")) as listening,
        listening.associate(tls_client(pki.settings("client", verify=False))) as association,
    ):
        assert association.established


def test_a_certificate_may_be_trusted_by_itself(tmp_path: Path, pki: Certificates) -> None:
    own = pki.folder / "stranger.pem"
    with (
        Listening(tmp_path, pki.settings("stranger")) as listening,
        listening.associate(tls_client(pki.settings("client", authorities=(own,)))) as association,
    ):
        assert association.established


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
@pytest.mark.parametrize(
    ("certificate", "fault", "theirs"),
    [
        (None, TlsFault.CLIENT_CERTIFICATE, TlsFault.CLIENT_CERTIFICATE),
        ("stranger", TlsFault.UNTRUSTED, TlsFault.UNTRUSTED),
        ("expired", TlsFault.EXPIRED, TlsFault.EXPIRED),
        ("future", TlsFault.CERTIFICATE, TlsFault.NOT_YET_VALID),
    ],
)
def test_the_client_must_show_a_good_certificate(
    tmp_path: Path,
    pki: Certificates,
    version: ssl.TLSVersion,
    certificate: str | None,
    fault: TlsFault,
    theirs: TlsFault,
) -> None:
    """In TLS 1.3 the client learns of it only when it reads for the first time."""
    client = tls_client(pki.settings(certificate))
    client.context.maximum_version = version
    with Listening(tmp_path, pki.settings("server")) as listening:
        ending = ending_of(listening.associate(client))
        assert fault_of(ending) is fault, ending.text
        assert ending.tls is not None
        assert ending.tls.by_peer
        assert fault_of(listening.trace().ending) is theirs


@pytest.mark.parametrize("certificate", [None, "client"])
@pytest.mark.parametrize("mode", [ClientCertificate.CHECKED, ClientCertificate.IGNORED])
def test_a_client_certificate_may_be_left_out(
    tmp_path: Path, pki: Certificates, mode: ClientCertificate, certificate: str | None
) -> None:
    with Listening(tmp_path, pki.settings("server", client_certificate=mode)) as listening:
        association = listening.associate(tls_client(pki.settings(certificate)))
        assert association.established
        association.release()
        checked = mode is ClientCertificate.CHECKED and certificate is not None
        trace = listening.trace()
        assert trace.tls is not None
        assert bool(trace.tls.peer_certificate_expires) is checked


def test_a_client_certificate_that_is_only_checked_must_still_be_good(tmp_path: Path, pki: Certificates) -> None:
    server = pki.settings("server", client_certificate=ClientCertificate.CHECKED)
    with Listening(tmp_path, server) as listening:
        ending = ending_of(listening.associate(tls_client(pki.settings("stranger"))))
        assert fault_of(ending) is TlsFault.UNTRUSTED


def test_no_version_in_common(tmp_path: Path, pki: Certificates) -> None:
    client = tls_client(pki.settings("client"))
    client.context.minimum_version = ssl.TLSVersion.TLSv1_3
    with Listening(tmp_path, pki.settings("rsa", profile=TlsProfile.EXTENDED)) as listening:
        ending = ending_of(listening.associate(client))
        assert fault_of(ending) is TlsFault.VERSION
        assert ending.text == "the peer has no TLS version in common with us; ours are TLS 1.3"
        theirs = listening.trace().ending
        assert fault_of(theirs) is TlsFault.VERSION
        assert theirs is not None
        assert theirs.text == "there is no TLS version in common with the peer; ours are TLS 1.2"


def test_no_cipher_suite_in_common(tmp_path: Path, pki: Certificates) -> None:
    client = tls_client(pki.settings("client"))
    client.context.set_ciphers("ECDHE-RSA-AES128-GCM-SHA256")
    client.context.maximum_version = ssl.TLSVersion.TLSv1_2
    with Listening(tmp_path, pki.settings("server")) as listening:  # an elliptic curve, not RSA
        ending = ending_of(listening.associate(client))
        assert fault_of(ending) is TlsFault.CIPHER_SUITE
        assert "ECDHE-RSA-AES128-GCM-SHA256" in ending.text
        assert fault_of(listening.trace().ending) is TlsFault.CIPHER_SUITE


def test_plain_dicom_to_a_listener_of_tls(tmp_path: Path, pki: Certificates) -> None:
    with Listening(tmp_path, pki.settings("server")) as listening:
        ending = ending_of(listening.associate(None))
        assert ending.kind in (EndingKind.CLOSED, EndingKind.RESET)
        theirs = listening.trace().ending
    assert fault_of(theirs) is TlsFault.PLAIN
    assert theirs is not None
    assert theirs.text == "the peer began with plain DICOM, and this listener expects TLS"


def test_tls_to_a_listener_of_plain_dicom(tmp_path: Path, pki: Certificates) -> None:
    with Listening(tmp_path, None) as listening:
        ending = ending_of(listening.associate(tls_client(pki.settings("client"))))
        assert fault_of(ending) is TlsFault.PLAIN
        assert "most likely it expects plain DICOM" in ending.text
        theirs = listening.trace().ending
    assert fault_of(theirs) is TlsFault.TLS_EXPECTED
    assert theirs is not None
    assert "begins with a TLS ClientHello" in theirs.text


@pytest.mark.parametrize("answer", ["07000000000400000000", "485454502f312e3120343030"])
def test_an_answer_that_is_no_tls(pki: Certificates, answer: str) -> None:
    def script(connection: socket.socket) -> None:
        read_exactly(connection, 5)
        connection.sendall(bytes.fromhex(answer))

    with ScriptedPeer(script) as peer:
        address = AEAddress("PEER", "127.0.0.1", peer.port)
        proposal = Proposal("US", "PEER", ((VERIFICATION, (IMPLICIT_VR_LE,)),))
        ending = ending_of(request_association(address, proposal, TIMEOUTS, tls=tls_client(pki.settings())))
    assert fault_of(ending) is TlsFault.PLAIN
    assert "what the peer sends is no TLS" in ending.text


def test_a_peer_that_never_shakes_hands(pki: Certificates) -> None:
    with ScriptedPeer(lambda connection: None) as peer:
        address = AEAddress("PEER", "127.0.0.1", peer.port)
        proposal = Proposal("US", "PEER", ((VERIFICATION, (IMPLICIT_VR_LE,)),))
        client = tls_client(pki.settings())
        begun = time.monotonic()
        short = replace(TIMEOUTS, connect=0.3)
        # In so short a time a busy machine may not even connect.
        tries = (ending_of(request_association(address, proposal, short, tls=client)) for _ in range(5))
        ending = next(one for one in tries if one.kind is EndingKind.TLS)
    assert fault_of(ending) is TlsFault.TIMEOUT
    assert ending.text == "the TLS handshake was not finished within 0.3 s"
    assert time.monotonic() - begun < TIMEOUTS.connect


@pytest.mark.parametrize("first", [b"", b"\x16\x03\x01"])
def test_a_stalled_client_holds_up_nobody(tmp_path: Path, pki: Certificates, first: bytes) -> None:
    listening = Listening(tmp_path, pki.settings("server"))
    with listening, socket.create_connection(("127.0.0.1", listening.scp.port)) as stalled:
        stalled.sendall(first)
        with listening.associate(tls_client(pki.settings("client"))) as association:
            assert echo(association).statuses == [0]
        assert listening.trace().ending is not None
        wait_until(lambda: listening.scp._acceptor.open_associations == 1)


@pytest.mark.parametrize("first", [b"", b"\x16\x03\x01"])
def test_a_stalled_client_ends_with_artim(tmp_path: Path, pki: Certificates, first: bytes) -> None:
    listening = Listening(tmp_path, pki.settings("server"), Timeouts(artim=0.3))
    with listening, socket.create_connection(("127.0.0.1", listening.scp.port), timeout=30) as stalled:
        # It may have ended before we say anything.
        with contextlib.suppress(ConnectionError):
            stalled.sendall(first)
            while stalled.recv(100):
                pass
        assert fault_of(listening.trace().ending) is TlsFault.TIMEOUT


def test_stopping_ends_a_handshake(tmp_path: Path, pki: Certificates) -> None:
    listening = Listening(tmp_path, pki.settings("server"))
    listening.scp.start()
    with socket.create_connection(("127.0.0.1", listening.scp.port)) as stalled:
        stalled.sendall(b"\x16\x03\x01")
        wait_until(lambda: listening.scp._acceptor.open_associations == 1)
        listening.scp.stop()
    assert listening.scp._acceptor.open_associations == 0


def test_stopping_ends_an_association(tmp_path: Path, pki: Certificates) -> None:
    listening = Listening(tmp_path, pki.settings("server"))
    listening.scp.start()
    association = listening.associate(tls_client(pki.settings("client")))
    listening.scp.stop()
    assert listening.scp._acceptor.open_associations == 0
    assert echo(association).ending is not None


def test_silence_in_the_middle_of_a_record_has_its_deadline(tmp_path: Path, pki: Certificates) -> None:
    """Half a TLS record, then nothing."""
    context = tls_server(pki.settings("server")).context

    def script(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as secured:
            raw = socket.socket(fileno=secured.fileno())
            raw.sendall(bytes.fromhex("170303010000"))
            raw.detach()
            secured.recv(10_000)
            read_exactly(secured, 1)

    with ScriptedPeer(script) as peer:
        address = AEAddress("PEER", "127.0.0.1", peer.port)
        proposal = Proposal("US", "PEER", ((VERIFICATION, (IMPLICIT_VR_LE,)),))
        short = replace(TIMEOUTS, association=0.3)
        begun = time.monotonic()
        ending = ending_of(request_association(address, proposal, short, tls=tls_client(pki.settings("client"))))
    assert ending.kind is EndingKind.TIMEOUT
    assert time.monotonic() - begun < TIMEOUTS.association


def test_polling_finds_a_message_and_waits_for_none(tmp_path: Path, pki: Certificates) -> None:
    with (
        Listening(tmp_path, pki.settings("server")) as listening,
        listening.associate(tls_client(pki.settings("client"))) as association,
    ):
        assert association.poll() is None
        association.send(1, c_echo_rq(1))
        wait_until(lambda: association.poll() is not None)


def test_a_client_that_drips_does_not_stretch_the_deadline(tmp_path: Path, pki: Certificates) -> None:
    listening = Listening(tmp_path, pki.settings("server"), Timeouts(artim=0.5))
    with listening, socket.create_connection(("127.0.0.1", listening.scp.port)) as dripping:
        begun = time.monotonic()
        hello = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(500)
        with contextlib.suppress(OSError):
            for byte in hello:
                dripping.send(bytes([byte]))
                time.sleep(0.05)
        assert fault_of(listening.trace().ending) is TlsFault.TIMEOUT
        assert time.monotonic() - begun < len(hello) * 0.05, "it ended before all was said"


@given(garbage=st.binary(max_size=300))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_garbage_ends_a_handshake_in_words(tmp_path: Path, pki: Certificates, garbage: bytes) -> None:
    with Listening(tmp_path, pki.settings("server"), Timeouts(artim=2)) as listening:
        with socket.create_connection(("127.0.0.1", listening.scp.port)) as sock:
            sock.sendall(b"\x16" + garbage)
        ending = listening.trace().ending
    assert ending is not None
    assert ending.kind in (EndingKind.TLS, EndingKind.CLOSED, EndingKind.RESET)
    assert ending.text


def test_a_peer_that_hangs_up_after_the_handshake(tmp_path: Path, pki: Certificates) -> None:
    context = tls_server(pki.settings("server")).context

    def script(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as secured:
            secured.recv(10_000)

    with ScriptedPeer(script) as peer:
        address = AEAddress("PEER", "127.0.0.1", peer.port)
        proposal = Proposal("US", "PEER", ((VERIFICATION, (IMPLICIT_VR_LE,)),))
        ending = ending_of(request_association(address, proposal, TIMEOUTS, tls=tls_client(pki.settings("client"))))
    assert ending.kind in (EndingKind.CLOSED, EndingKind.RESET)
    assert ending.text.endswith("as a peer does that refuses our certificate without a word")


def test_a_name_that_tls_cannot_ask_for(tmp_path: Path, pki: Certificates) -> None:
    with Listening(tmp_path, pki.settings("server")) as listening:
        ending = ending_of(listening.associate(tls_client(pki.settings("client", server_name=".x"))))
    assert fault_of(ending) is TlsFault.OTHER
    assert "TLS cannot begin" in ending.text
