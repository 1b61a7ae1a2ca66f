"""The step `policy`: a peer held against what a file or the step itself says, on real peers and seen failing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.checks.policy import check_policy
from harness.engine.executors.policy import MOST_TOLD
from harness.observe.probe import Matrix, PeerFacts, PolicyObservation
from harness.peers.dcmtk import storescp
from harness.peers.process import ProcessPeer
from harness.reference.scp import ReferenceSCP
from harness.reference.settings import ReferenceSettings, Refusals
from harness.scenario.acceptance import PolicySpec
from harness.standard.ae import AEAddress
from harness.standard.uids import CT_IMAGE_STORAGE, JPEG_LOSSLESS_SV1, storage_sop_classes
from tests.support.adhoc import adhoc
from tests.support.peers import recipe_input
from tests.support.runs import Ran, run_text

SCENARIO = """
    version: 1
    peers:
      archive: {{address: {address}}}
    scenarios:
      - id: kept
        peer: archive
        steps:
          - policy: {policy}
"""
LINES = "{{contexts: [{{sop_classes: [CT Image Storage, MR Image Storage], {line}}}]}}"


@pytest.fixture(scope="module")
def archive() -> Iterator[AEAddress]:
    """It accepts everything but CT in JPEG Lossless."""
    refusals = Refusals(contexts={JPEG_LOSSLESS_SV1: 4})
    with ReferenceSCP(ReferenceSettings(refusals=refusals)) as scp:
        yield scp.address


def ran(folder: Path, address: AEAddress, policy: str) -> Ran:
    return run_text(folder, SCENARIO.format(address=address, policy=policy))


def checks(found: Ran) -> dict[str, str]:
    return {identifier.rpartition("/")[2]: verdict for identifier, verdict in found.verdicts().items()}


@pytest.mark.parametrize(
    ("line", "verdicts", "status"),
    [
        ("required: [Implicit VR Little Endian]", {"accepted": "pass"}, 0),
        ("required: [JPEG Lossless SV1]", {"accepted": "fail"}, 1),
        ("forbidden: [JPEG Lossless SV1]", {"forbidden": "pass"}, 0),
        ("forbidden: [RLE Lossless]", {"forbidden": "fail"}, 1),
        ("tolerated: [RLE Lossless, JPEG Lossless SV1], required: [JPEG 2000]", {"accepted": "pass"}, 0),
        ("required: [JPEG 2000], requestor_as_scp: required", {"accepted": "pass", "requestor_as_scp": "pass"}, 0),
        ("required: [JPEG 2000], requestor_as_scp: forbidden", {"accepted": "pass", "requestor_not_scp": "fail"}, 1),
    ],
)
def test_each_kind_of_line(
    tmp_path: Path, archive: AEAddress, line: str, verdicts: dict[str, str], status: int
) -> None:
    found = ran(tmp_path, archive, LINES.format(line=line))
    assert found.status == status, found.output
    assert checks(found) == verdicts


def test_what_is_new_is_a_warning(tmp_path: Path, archive: AEAddress) -> None:
    lines = (
        "{contexts: [{sop_classes: [CT Image Storage], required: [RLE Lossless]}, "
        "{sop_classes: [MR Image Storage], required: [JPEG 2000]}]}"
    )
    found = ran(tmp_path, archive, lines)
    assert found.status == 0
    assert checks(found) == {"accepted": "pass", "new": "warning"}
    assert found.check("/new")["observed"] == ("2: CT Image Storage in JPEG 2000, MR Image Storage in RLE Lossless")


@pytest.mark.parametrize(
    ("policy", "verdicts"),
    [
        ("{implementation: {version_name: {required: SOMEBODY_ELSE}}}", {"implementation": "fail"}),
        ("{implementation: {version_name: {tolerated: SOMEBODY_ELSE}}}", {"implementation": "warning"}),
        ("{implementation: {version_name: {required: HARNESS_0_1_0}}}", {"implementation": "pass"}),
        ("{limits: {maximum_length: '>= 200000'}}", {"limits": "fail"}),
        ("{limits: {maximum_length: '>= 16384'}}", {"limits": "pass"}),
    ],
)
def test_what_the_peer_says_of_itself(
    tmp_path: Path, archive: AEAddress, policy: str, verdicts: dict[str, str]
) -> None:
    assert checks(ran(tmp_path, archive, policy)) == verdicts


@pytest.mark.peer("storescp")
def test_a_policy_recorded_on_one_configuration_names_the_difference_of_another(tmp_path: Path) -> None:
    policy = tmp_path / "policy.yaml"
    with ProcessPeer("storescp", storescp, recipe_input(tmp_path, options=("+xs",))) as peer:
        done = adhoc("probe", peer.address, "--save", policy, "--sop-class", CT_IMAGE_STORAGE)
        assert done.exit_code == 0, done.output
        kept = ran(tmp_path, peer.address, "{file: policy.yaml}")
    assert set(checks(kept).values()) == {"pass"}, kept.output
    (tmp_path / "plain").mkdir()
    with ProcessPeer("storescp", storescp, recipe_input(tmp_path / "plain")) as peer:
        found = ran(tmp_path, peer.address, "{file: policy.yaml}")
    assert found.status == 1
    check = found.check("/accepted")
    assert check["observed"] == "1 refused: CT Image Storage in JPEG Lossless SV1"
    assert check["diagnosis"]["code"] == "contexts-partly-refused"


def test_only_some_of_many_associations_are_told_and_all_are_linted(tmp_path: Path, archive: AEAddress) -> None:
    names = ", ".join(f'"{uid}"' for uid in storage_sop_classes())
    syntaxes = "[JPEG 2000, RLE Lossless, JPEG Lossless SV1, Explicit VR Little Endian]"
    found = ran(tmp_path, archive, f"{{contexts: [{{sop_classes: [{names}], tolerated: {syntaxes}}}]}}")
    (step,) = found.results["steps"]
    assert (found.status, len(step["associations"])) == (0, 1)
    assert step["linted"] > MOST_TOLD
    lost = ran(tmp_path, archive, f"{{contexts: [{{sop_classes: [{names}], required: {syntaxes}}}]}}")
    (step,) = lost.results["steps"]
    assert len(step["associations"]) == MOST_TOLD
    assert "and 198 more" in lost.check("/accepted")["observed"]


def test_what_is_not_answered_is_not_accepted() -> None:
    cell = (CT_IMAGE_STORAGE, JPEG_LOSSLESS_SV1)
    line = {"sop_classes": [cell[0]], "required": [cell[1]], "requestor_as_scp": "required"}
    seen = PolicyObservation(matrix=Matrix((cell[0],), (cell[1],), {}), peer=PeerFacts())
    accepted, role = check_policy(PolicySpec.model_validate({"contexts": [line]}), seen)
    assert (accepted.met, role.met) == (False, False)
    assert accepted.observed == "1 not answered: CT Image Storage in JPEG Lossless SV1"


def test_nobody_there(tmp_path: Path) -> None:
    with ReferenceSCP(ReferenceSettings()) as scp:
        gone = scp.address
    found = ran(tmp_path, gone, LINES.format(line="required: [RLE Lossless]"))
    assert found.status == 1
    assert found.check("/accepted")["diagnosis"]["code"] == "connection-refused"


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        ("{}", "there is no policy"),
        ("{file: none.yaml}", "the policy cannot be used: there is no file"),
        ("{file: bad.yaml}", "bad.yaml:2:1: unknown key `contxts`"),
        ("{file: bad.yaml, contexts: []}", "either in the `file` or here"),
        (LINES.format(line="required: [RLE Lossless], forbidden: [RLE Lossless]"), "entry 1"),
    ],
)
def test_mistakes_are_told_before_anybody_is_contacted(tmp_path: Path, policy: str, said: str) -> None:
    (tmp_path / "bad.yaml").write_text("version: 1\ncontxts: []\n")
    (tmp_path / "scenario.yaml").write_text(SCENARIO.format(address="PEER@127.0.0.1:104", policy=policy))
    done = adhoc("run", tmp_path / "scenario.yaml")
    assert done.exit_code == 2
    assert said in done.stderr
    assert "scenario.yaml:9:" in done.stderr


def test_it_shares_no_association(tmp_path: Path) -> None:
    policy = "{limits: {maximum_length: 1}}\n            association: x"
    (tmp_path / "scenario.yaml").write_text(SCENARIO.format(address="PEER@127.0.0.1:104", policy=policy))
    done = adhoc("run", tmp_path / "scenario.yaml")
    assert "shares none; leave `association` out" in done.stderr


@pytest.mark.peer("storescp")
def test_a_role_that_is_not_agreed_to(tmp_path: Path) -> None:
    line = "tolerated: [Implicit VR Little Endian], requestor_as_scp: required"
    with ProcessPeer("storescp", storescp, recipe_input(tmp_path)) as peer:
        found = ran(tmp_path, peer.address, LINES.format(line=line))
    assert checks(found) == {"requestor_as_scp": "fail"}
    check = found.check("/requestor_as_scp")
    assert check["observed"] == "not agreed to for 2: CT Image Storage, MR Image Storage"
    assert check["diagnosis"]["code"] == "role-not-granted"
