"""TLS against DCMTK and pynetdicom, in both roles."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from harness.net.association import Association
from harness.net.negotiation import Proposal
from harness.net.requestor import request_association
from harness.net.timeouts import Timeouts
from harness.observe.ending import EndingKind, TlsFault
from harness.observe.trace import Trace
from harness.peers.dcmtk import BANNER
from harness.peers.ports import free_port
from harness.peers.programs import find_program
from harness.services.echo import echo
from harness.services.storage_scp import StorageSCP
from harness.services.store import needed_contexts, store
from harness.standard.ae import AEAddress
from harness.standard.uids import IMPLICIT_VR_LE, VERIFICATION
from harness.tls.contexts import TlsClient, TlsSettings, tls_client, tls_server
from harness.tls.profiles import TlsProfile
from tests.support.archives import make, wait_until
from tests.support.certificates import Certificates, make_certificates
from tests.support.pynetdicom_requestor import associated

ECHO = ((VERIFICATION, (IMPLICIT_VR_LE,)),)
DCMTK_PROFILES = {
    TlsProfile.BCP195: "+px",
    TlsProfile.NON_DOWNGRADING: "+py",
    TlsProfile.EXTENDED: "+pz",
    TlsProfile.RFC8996: "+py",
    TlsProfile.MODIFIED: "+py",
}
"""DCMTK 3.6.7 knows the first three."""


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("pki"))


def of_dcmtk(pki: Certificates, name: str, *more: str) -> list[str]:
    """DCMTK's options for this certificate and the CA."""
    folder = pki.folder
    return ["+tls", str(folder / f"{name}.key"), str(folder / f"{name}.pem"), "+cf", str(pki.ca), *more]


@contextmanager
def storescp(folder: Path, *options: str) -> Iterator[AEAddress]:
    """DCMTK's storescp, ready when its port is open."""
    import socket

    port = free_port()
    program, _ = find_program("storescp", BANNER)
    command = [str(program), *options, "--output-directory", str(folder), str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def is_open() -> bool:
        assert process.poll() is None, "storescp ended"
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            return False
        return True

    try:
        wait_until(is_open)
        yield AEAddress("STORESCP", "127.0.0.1", port)
    finally:
        process.kill()
        process.wait(30)


def associate(address: AEAddress, tls: TlsClient | None, contexts: Any = ECHO) -> Association:
    return request_association(address, Proposal("US", address.ae_title, contexts), Timeouts(), tls=tls)


def fault_of(association: Association) -> TlsFault:
    ending = association.ending
    assert ending is not None
    assert ending.tls is not None, ending
    return ending.tls.fault


@pytest.mark.peer("storescp")
@pytest.mark.parametrize("profile", TlsProfile)
def test_dcmtk_as_server(tmp_path: Path, pki: Certificates, profile: TlsProfile) -> None:
    files = make(tmp_path / "files", instances=2, rows=300, columns=300)
    folder = tmp_path / "stored"
    folder.mkdir()
    with storescp(folder, *of_dcmtk(pki, "rsa", DCMTK_PROFILES[profile])) as address:
        client = tls_client(pki.settings("client", profile=profile))
        with associate(address, client, needed_contexts(files)) as association:
            assert [instance.status for instance in store(association, files).instances] == [0, 0]
    assert len(list(folder.iterdir())) == 2
    assert association.ending is not None
    assert association.ending.kind is EndingKind.RELEASED


@pytest.mark.peer("storescp")
@pytest.mark.parametrize("profile", [TlsProfile.EXTENDED, TlsProfile.RFC8996])
@pytest.mark.parametrize(
    ("certificate", "faults"),
    [
        (None, {TlsFault.CLIENT_CERTIFICATE}),
        ("stranger", {TlsFault.UNTRUSTED}),
        ("expired", {TlsFault.EXPIRED}),
    ],
)
def test_dcmtk_refuses_our_certificate(
    tmp_path: Path, pki: Certificates, certificate: str | None, faults: set[TlsFault], profile: TlsProfile
) -> None:
    with storescp(tmp_path, *of_dcmtk(pki, "rsa", DCMTK_PROFILES[profile])) as address:
        association = associate(address, tls_client(pki.settings(certificate, profile=profile)))
        assert not association.established
        assert fault_of(association) in faults, association.ending


@pytest.mark.peer("storescp")
def test_we_refuse_the_certificate_of_dcmtk(tmp_path: Path, pki: Certificates) -> None:
    with storescp(tmp_path, *of_dcmtk(pki, "expired")) as address:
        assert fault_of(associate(address, tls_client(pki.settings("client")))) is TlsFault.EXPIRED
    with storescp(tmp_path, *of_dcmtk(pki, "elsewhere")) as address:
        assert fault_of(associate(address, tls_client(pki.settings("client")))) is TlsFault.NAME
        with associate(address, tls_client(pki.settings("client", verify_name=False))) as association:
            assert association.established


@pytest.mark.peer("storescp")
def test_tls_to_a_plain_dcmtk(tmp_path: Path, pki: Certificates) -> None:
    with storescp(tmp_path) as address:
        assert fault_of(associate(address, tls_client(pki.settings("client")))) is TlsFault.PLAIN


@pytest.mark.peer("storescp")
def test_plain_dicom_to_a_dcmtk_of_tls(tmp_path: Path, pki: Certificates) -> None:
    with storescp(tmp_path, *of_dcmtk(pki, "rsa")) as address:
        ending = associate(address, None).ending
    assert ending is not None
    assert ending.kind in (EndingKind.RESET, EndingKind.CLOSED, EndingKind.TLS)
    assert "TLS" in ending.text


def run_echoscu(scp: StorageSCP, *options: str) -> tuple[int, str]:
    program, _ = find_program("echoscu", BANNER)
    command = [str(program), "-d", "-aec", "LOCAL", *options, "127.0.0.1", str(scp.port)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout + done.stderr


@contextmanager
def listening(folder: Path, settings: TlsSettings) -> Iterator[StorageSCP]:
    scp = StorageSCP("LOCAL", folder, tls=tls_server(settings))
    scp.start()
    try:
        yield scp
    finally:
        scp.stop()


def ending_at(scp: StorageSCP) -> tuple[EndingKind, TlsFault | None]:
    """How the one association ended at our end."""
    traces: list[Trace] = []

    def ended() -> bool:
        traces.extend(scp.take_traces())
        return bool(traces)

    wait_until(ended)
    (trace,) = traces
    assert trace.ending is not None
    return trace.ending.kind, trace.ending.tls.fault if trace.ending.tls is not None else None


@pytest.mark.peer("echoscu")
@pytest.mark.parametrize("profile", TlsProfile)
def test_dcmtk_as_client(tmp_path: Path, pki: Certificates, profile: TlsProfile) -> None:
    with listening(tmp_path, pki.settings("rsa", profile=profile)) as scp:
        status, output = run_echoscu(scp, *of_dcmtk(pki, "client", DCMTK_PROFILES[profile]))
        assert status == 0, output
        assert "Received Echo Response (Success)" in output
        assert ending_at(scp) == (EndingKind.RELEASED, None)


@pytest.mark.peer("echoscu")
@pytest.mark.parametrize("profile", [TlsProfile.EXTENDED, TlsProfile.RFC8996])
@pytest.mark.parametrize(
    ("server", "client", "fault"),
    [
        ("rsa", ["+tla"], TlsFault.CLIENT_CERTIFICATE),
        ("rsa", ["stranger"], TlsFault.UNTRUSTED),
        ("rsa", ["expired"], TlsFault.EXPIRED),
        ("expired", ["client"], TlsFault.EXPIRED),
    ],
)
def test_dcmtk_is_refused_or_refuses(
    tmp_path: Path, pki: Certificates, server: str, client: list[str], fault: TlsFault, profile: TlsProfile
) -> None:
    options = ["+tla", "+cf", str(pki.ca)] if client == ["+tla"] else of_dcmtk(pki, client[0])
    with listening(tmp_path, pki.settings(server, profile=profile)) as scp:
        status, output = run_echoscu(scp, *options, DCMTK_PROFILES[profile])
        assert status != 0, output
        assert ending_at(scp) == (EndingKind.TLS, fault)


@pytest.mark.peer("echoscu")
def test_a_plain_dcmtk_to_a_listener_of_tls(tmp_path: Path, pki: Certificates) -> None:
    with listening(tmp_path, pki.settings("rsa")) as scp:
        status, _ = run_echoscu(scp)
        assert status != 0
        assert ending_at(scp) == (EndingKind.TLS, TlsFault.PLAIN)


@contextmanager
def pynetdicom_scp(pki: Certificates) -> Iterator[AEAddress]:
    from pynetdicom import AE

    ae = AE("THEIRS")
    ae.add_supported_context(VERIFICATION)
    server = ae.start_server(("127.0.0.1", 0), block=False, ssl_context=tls_server(pki.settings("server")).context)
    assert server is not None
    try:
        yield AEAddress("THEIRS", "127.0.0.1", server.server_address[1])
    finally:
        server.shutdown()


def test_pynetdicom_as_server(pki: Certificates) -> None:
    with (
        pynetdicom_scp(pki) as address,
        associate(address, tls_client(pki.settings("client"))) as association,
    ):
        assert echo(association, 3).statuses == [0, 0, 0]


def test_pynetdicom_as_client(tmp_path: Path, pki: Certificates) -> None:
    from pynetdicom import AE

    ae = AE("THEIRS")
    ae.add_requested_context(VERIFICATION)
    context = tls_client(pki.settings("client")).context
    with listening(tmp_path, pki.settings("server")) as scp:
        address = AEAddress("LOCAL", "127.0.0.1", scp.port)
        association = associated(ae, address, tls_args=(context, "localhost"))
        assert association.send_c_echo().Status == 0
        association.release()
        assert ending_at(scp) == (EndingKind.RELEASED, None)
