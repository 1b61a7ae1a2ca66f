"""What `probe` finds of real servers equals what their configuration says; a policy names what sets two apart."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from harness.peers.base import RecipeInput
from harness.peers.dcmtk import dcmqrscp, storescp
from harness.peers.orthanc import orthanc
from harness.peers.process import ProcessPeer
from harness.reference.scp import ReferenceSCP
from harness.reference.settings import ReferenceSettings
from harness.services.part10 import read_file_meta
from harness.standard.ae import AEAddress
from harness.standard.families import Family, sop_classes_in
from harness.standard.uids import (
    CT_IMAGE_STORAGE,
    DEFLATED_EXPLICIT_VR_LE,
    EXPLICIT_VR_BE,
    EXPLICIT_VR_LE,
    IMPLICIT_VR_LE,
    JPEG_2000,
    JPEG_2000_LOSSLESS,
    JPEG_BASELINE,
    JPEG_EXTENDED,
    JPEG_LOSSLESS,
    JPEG_LOSSLESS_SV1,
    JPEG_LS_LOSSLESS,
    JPEG_LS_NEAR_LOSSLESS,
    RLE_LOSSLESS,
    VERIFICATION,
    transfer_syntaxes,
)
from tests.support.adhoc import adhoc
from tests.support.peers import recipe_input

MR = "1.2.840.10008.5.1.4.1.1.4"
UNCOMPRESSED = {IMPLICIT_VR_LE, EXPLICIT_VR_LE, EXPLICIT_VR_BE}
PDF = "1.2.840.10008.5.1.4.1.1.104.1"
CT_ONLY = ("--sop-class", CT_IMAGE_STORAGE)
EXERCISE = ("--environment", "test", "--exercise")

Recipe = Callable[[RecipeInput], tuple[Sequence[str], str]]
Accepted = dict[str, set[str]]
Cells = set[tuple[str, str]]


def numbered(*numbers: int) -> set[str]:
    """Transfer syntaxes by what follows 1.2.840.10008.1.2.4."""
    return {f"1.2.840.10008.1.2.4.{number}" for number in numbers}


@contextmanager
def running(name: str, recipe: Recipe, folder: Path, *options: str) -> Iterator[AEAddress]:
    """A server with these options, which is killed at the end: some take a second or two to end by themselves."""
    folder.mkdir(exist_ok=True)
    peer = ProcessPeer(name, recipe, recipe_input(folder, options=options))
    with peer:
        yield peer.address
        peer.kill()


def probed(address: AEAddress, *options: object, status: int = 0) -> dict[str, Any]:
    done = adhoc("probe", address, "--json", *options)
    assert done.exit_code == status, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def accepted(found: Mapping[str, Any]) -> Accepted:
    """The transfer syntaxes of each SOP class that has any."""
    all_ = {one["uid"]: {uid for uid, result in one["results"].items() if result == 0} for one in found["sop_classes"]}
    return {sop_class: syntaxes for sop_class, syntaxes in all_.items() if syntaxes}


def most_wanted(found: Mapping[str, Any]) -> list[str]:
    """What is taken first by an acceptor that has an order of its own."""
    (preference,) = found["habits"]["preferences"]
    assert preference["choice"] == "its own order"
    first: list[str] = preference["tiers"][0]
    return first


def differences(found: Mapping[str, Any]) -> dict[str, Cells]:
    """What is not as a policy says, by kind."""
    kinds = ("lost", "forbidden", "new", "unanswered")
    return {
        kind: {(cell["sop_class"], cell["transfer_syntax"]) for cell in found["drift"][kind]}
        for kind in kinds
        if found["drift"][kind]
    }


def of_ct(syntaxes: set[str]) -> Cells:
    return {(CT_IMAGE_STORAGE, syntax) for syntax in syntaxes}


# dcmqrscp


@pytest.fixture(scope="module")
def dcmqrscp_policy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a dcmqrscp without options accepts for CT images."""
    folder = tmp_path_factory.mktemp("dcmqrscp")
    with running("dcmqrscp", dcmqrscp, folder) as address:
        probed(address, *CT_ONLY, "--save", folder / "policy.yaml")
    return folder / "policy.yaml"


PREFERRED = {
    "+xe": EXPLICIT_VR_LE,
    "+xb": EXPLICIT_VR_BE,
    "+xs": JPEG_LOSSLESS_SV1,
    "+xy": JPEG_BASELINE,
    "+xx": JPEG_EXTENDED,
    "+xv": JPEG_2000_LOSSLESS,
    "+xw": JPEG_2000,
    "+xt": JPEG_LS_LOSSLESS,
    "+xu": JPEG_LS_NEAR_LOSSLESS,
    "+xm": "1.2.840.10008.1.2.4.100",
    "+xh": "1.2.840.10008.1.2.4.101",
    "+xn": "1.2.840.10008.1.2.4.102",
    "+xl": "1.2.840.10008.1.2.4.103",
    "+x2": "1.2.840.10008.1.2.4.104",
    "+x3": "1.2.840.10008.1.2.4.105",
    "+xo": "1.2.840.10008.1.2.4.106",
    "+x4": "1.2.840.10008.1.2.4.107",
    "+x5": "1.2.840.10008.1.2.4.108",
    "+xr": RLE_LOSSLESS,
    "+xd": DEFLATED_EXPLICIT_VR_LE,
}
"""What each option of dcmqrscp makes it prefer, and accept beside the uncompressed ones."""


@pytest.mark.peer("dcmqrscp")
@pytest.mark.parametrize(("option", "preferred"), PREFERRED.items())
def test_dcmqrscp_that_prefers_one(tmp_path: Path, dcmqrscp_policy: Path, option: str, preferred: str) -> None:
    with running("dcmqrscp", dcmqrscp, tmp_path, option) as address:
        found = probed(address, *CT_ONLY, "--against", dcmqrscp_policy)
    assert accepted(found) == {CT_IMAGE_STORAGE: UNCOMPRESSED | {preferred}}
    assert most_wanted(found) == [preferred]
    more = of_ct({preferred} - UNCOMPRESSED)
    assert differences(found) == ({"new": more} if more else {})


@pytest.mark.peer("dcmqrscp")
def test_dcmqrscp_of_implicit_vr_alone(tmp_path: Path, dcmqrscp_policy: Path) -> None:
    with running("dcmqrscp", dcmqrscp, tmp_path, "+xi") as address:
        found = probed(address, *CT_ONLY, "--against", dcmqrscp_policy, status=1)
    assert accepted(found) == {CT_IMAGE_STORAGE: {IMPLICIT_VR_LE}}
    assert found["habits"]["preferences"] == []
    assert differences(found) == {"lost": of_ct(UNCOMPRESSED - {IMPLICIT_VR_LE})}


@pytest.mark.peer("dcmqrscp")
def test_dcmqrscp_as_it_is(tmp_path: Path) -> None:
    with running("dcmqrscp", dcmqrscp, tmp_path) as address:
        found = probed(address)
    matrix = accepted(found)
    assert set(map(frozenset, matrix.values())) == {frozenset(UNCOMPRESSED)}
    assert {VERIFICATION, CT_IMAGE_STORAGE, MR} < set(matrix)
    assert {uid for uid in sop_classes_in(Family.QUERY) if uid in matrix} == {
        f"1.2.840.10008.5.1.4.1.2.{model}.{operation}" for model in (1, 2) for operation in (1, 2, 3)
    }
    assert not [uid for family in (Family.PRINT, Family.WORKLIST) for uid in sop_classes_in(family) if uid in matrix]
    assert most_wanted(found) == [EXPLICIT_VR_LE]


# storescp

Profile = Mapping[str, Sequence[str]]


def profile_text(contexts: Profile) -> str:
    """An association profile of DCMTK: SOP classes, each in these transfer syntaxes."""
    lines = ["[[TransferSyntaxes]]"]
    for number, syntaxes in enumerate(contexts.values(), 1):
        lines += [f"[Syntaxes{number}]", *(f"TransferSyntax{at} = {uid}" for at, uid in enumerate(syntaxes, 1))]
    lines += ["[[PresentationContexts]]", "[Contexts]"]
    lines += [f"PresentationContext{at} = {sop_class}\\Syntaxes{at}" for at, sop_class in enumerate(contexts, 1)]
    return "\n".join((*lines, "[[Profiles]]", "[Profile]", "PresentationContexts = Contexts", ""))


BEFORE: Profile = {
    VERIFICATION: (IMPLICIT_VR_LE,),
    CT_IMAGE_STORAGE: (JPEG_2000_LOSSLESS, IMPLICIT_VR_LE, EXPLICIT_VR_LE),
    MR: (IMPLICIT_VR_LE, JPEG_LOSSLESS_SV1),
}
AFTER: Profile = {
    VERIFICATION: (IMPLICIT_VR_LE,),
    CT_IMAGE_STORAGE: (EXPLICIT_VR_LE, RLE_LOSSLESS, IMPLICIT_VR_LE),
}


@pytest.mark.peer("storescp")
def test_storescp_with_a_profile_and_with_another(tmp_path: Path) -> None:
    policy, seen = tmp_path / "policy.yaml", []
    for contexts, options in ((BEFORE, ("--save", policy)), (AFTER, ("--against", policy))):
        profile = tmp_path / "profile.cfg"
        profile.write_text(profile_text(contexts))
        with running("storescp", storescp, tmp_path, "--config-file", str(profile), "Profile") as address:
            found = probed(address, *options, status=int(contexts is AFTER))
        assert accepted(found) == {sop_class: set(syntaxes) for sop_class, syntaxes in contexts.items()}
        orders = {tuple(one["sop_classes"]): one["tiers"] for one in found["habits"]["preferences"]}
        assert orders == {
            (uid,): [[syntax] for syntax in syntaxes] for uid, syntaxes in contexts.items() if len(syntaxes) > 1
        }
        seen.append(found)
    assert differences(seen[1]) == {
        "lost": of_ct({JPEG_2000_LOSSLESS}) | {(MR, syntax) for syntax in BEFORE[MR]},
        "new": of_ct({RLE_LOSSLESS}),
    }


@pytest.mark.peer("storescp")
def test_storescp_keeps_what_is_said_to_be_left_behind(tmp_path: Path) -> None:
    classes = ("--sop-class", CT_IMAGE_STORAGE, "--sop-class", PDF, "--sop-class", "verification")
    with running("storescp", storescp, tmp_path, "+xa") as address:
        exercise = probed(address, *classes, *EXERCISE)["exercise"]
        kept = {read_file_meta(file) for file in (tmp_path / "storage").iterdir()}
    stored = {(one["sop_class"], one["transfer_syntax"]) for one in exercise["results"] if one["status"] == 0}
    assert stored == {(meta.sop_class_uid, meta.transfer_syntax_uid) for meta in kept}
    assert stored > of_ct({EXPLICIT_VR_LE, JPEG_2000_LOSSLESS, JPEG_LS_LOSSLESS}) | {(PDF, DEFLATED_EXPLICIT_VR_LE)}
    assert {left["sop_instance_uid"] for left in exercise["left_behind"]} == {meta.sop_instance_uid for meta in kept}
    assert all(one["why"] for one in exercise["results"] if not one["sent"])


# Orthanc

SWITCHES = {
    "DeflatedTransferSyntaxAccepted": {DEFLATED_EXPLICIT_VR_LE},
    "JpegTransferSyntaxAccepted": {JPEG_BASELINE, JPEG_EXTENDED, JPEG_LOSSLESS, JPEG_LOSSLESS_SV1},
    "JpegLosslessTransferSyntaxAccepted": {JPEG_LS_LOSSLESS, JPEG_LS_NEAR_LOSSLESS},
    "Jpeg2000TransferSyntaxAccepted": numbered(90, 91, 92, 93),
    "JpipTransferSyntaxAccepted": numbered(94, 95),
    "Mpeg2TransferSyntaxAccepted": numbered(100, 101),
    "Mpeg4TransferSyntaxAccepted": numbered(102, 103, 104, 105, 106),
    "H265TransferSyntaxAccepted": numbered(107, 108),
    "RleTransferSyntaxAccepted": {RLE_LOSSLESS},
}
"""What Orthanc no longer accepts when an option of its configuration is off; by JpegLossless it means JPEG-LS."""


def with_settings(**settings: object) -> Recipe:
    """Orthanc with these settings in its configuration."""

    def recipe(given: RecipeInput) -> tuple[Sequence[str], str]:
        command, version = orthanc(given)
        file = given.folder / "orthanc.json"
        file.write_text(json.dumps(json.loads(file.read_text()) | settings))
        return command, version

    return recipe


@pytest.fixture(scope="module")
def orthanc_policy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What Orthanc accepts for CT images when nothing is switched off."""
    folder = tmp_path_factory.mktemp("orthanc")
    with running("orthanc", orthanc, folder) as address:
        found = probed(address, *CT_ONLY, "--save", folder / "policy.yaml")
    assert accepted(found) == {CT_IMAGE_STORAGE: UNCOMPRESSED.union(*SWITCHES.values())}
    return folder / "policy.yaml"


@pytest.mark.peer("Orthanc")
@pytest.mark.parametrize(("switch", "missing"), SWITCHES.items())
def test_orthanc_with_one_switched_off(tmp_path: Path, orthanc_policy: Path, switch: str, missing: set[str]) -> None:
    with running("orthanc", with_settings(**{switch: False}), tmp_path) as address:
        found = probed(address, *CT_ONLY, "--against", orthanc_policy, status=1)
    assert differences(found) == {"lost": of_ct(missing)}
    assert accepted(found) == {CT_IMAGE_STORAGE: UNCOMPRESSED.union(*SWITCHES.values()) - missing}
    assert most_wanted(found) == [EXPLICIT_VR_LE]


@pytest.mark.peer("Orthanc")
@pytest.mark.parametrize("anything", [True, False])
def test_orthanc_that_accepts_sop_classes_that_it_does_not_know(tmp_path: Path, anything: bool) -> None:
    with running("orthanc", with_settings(UnknownSopClassAccepted=anything), tmp_path) as address:
        habits = probed(address, *CT_ONLY, "--transfer-syntax", IMPLICIT_VR_LE)["habits"]
    assert (habits["made_up_sop_class"] == 0) is anything
    assert habits["made_up_transfer_syntax"] != 0


@pytest.mark.peer("Orthanc")
def test_orthanc_has_what_is_said_to_be_left_behind(tmp_path: Path) -> None:
    with running("orthanc", orthanc, tmp_path) as address:
        exercise = probed(address, *CT_ONLY, *EXERCISE)["exercise"]
        study = exercise["study"]["study_instance_uid"]
        keys = ("-k", f"StudyInstanceUID={study}", "-r", "NumberOfStudyRelatedInstances", "-r", "PatientID")
        done = adhoc("find", address, "--level", "STUDY", *keys, "--output", "json")
    (match,) = json.loads(done.stdout)
    assert match["00201208"]["Value"] == [len(exercise["left_behind"])]
    assert match["00100020"]["Value"] == [exercise["study"]["patient_id"]]
    assert len(exercise["left_behind"]) == sum(one["status"] == 0 for one in exercise["results"]) > 9


# The reference SCP


@pytest.mark.parametrize("classes", [(CT_IMAGE_STORAGE,), (MR, CT_IMAGE_STORAGE)])
@pytest.mark.parametrize("syntaxes", [(IMPLICIT_VR_LE,), (IMPLICIT_VR_LE, JPEG_2000, DEFLATED_EXPLICIT_VR_LE)])
def test_reference_scp(classes: tuple[str, ...], syntaxes: tuple[str, ...]) -> None:
    settings = ReferenceSettings(sop_classes=frozenset(classes), transfer_syntaxes=frozenset(syntaxes))
    with ReferenceSCP(settings) as scp:
        matrix = accepted(probed(scp.address, "--sop-class", "storage"))
    assert matrix == {uid: set(syntaxes) for uid in classes}


def test_reference_scp_as_it_is() -> None:
    with ReferenceSCP(ReferenceSettings()) as scp:
        found = probed(scp.address, *CT_ONLY)
    assert accepted(found) == {CT_IMAGE_STORAGE: set(transfer_syntaxes())}
    (preference,) = found["habits"]["preferences"]
    assert preference["choice"] == "the first proposed"
