"""A policy that was saved names exactly what is different at another configuration."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.peers.ports import free_port
from harness.reference.scp import ReferenceSCP
from harness.reference.settings import ReferenceSettings, Refusals
from harness.standard.uids import (
    CT_IMAGE_STORAGE,
    IMPLICIT_VR_LE,
    JPEG_2000,
    UidKind,
    resolve_uid,
    storage_sop_classes,
    uid_name,
)
from tests.support.adhoc import adhoc

RETIRED_US = "1.2.840.10008.5.1.4.1.1.6"
MR = "1.2.840.10008.5.1.4.1.1.4"
STRICT = Refusals(contexts={MR: 3, JPEG_2000: 4})
SYNTAXES = ("--transfer-syntax", IMPLICIT_VR_LE, "--transfer-syntax", JPEG_2000)
CT_ALONE = ("--sop-class", CT_IMAGE_STORAGE, *SYNTAXES)
FEW = ("--sop-class", MR, *CT_ALONE)


def saved(file: Path, refusals: Refusals, *options: str) -> str:
    with ReferenceSCP(ReferenceSettings(refusals=refusals)) as scp:
        done = adhoc("probe", scp.address, "--save", file, *options)
    assert done.exit_code == 0, done.output
    return file.read_text()


def compared(file: Path, refusals: Refusals, *options: str, status: int) -> dict[str, set[tuple[str, str]]]:
    with ReferenceSCP(ReferenceSettings(refusals=refusals)) as scp:
        done = adhoc("probe", scp.address, "--against", file, "--json", *options)
    assert done.exit_code == status, done.output
    drift = json.loads(done.stdout)["drift"]
    assert not drift["facts"]
    return {
        kind: {(cell["sop_class"], cell["transfer_syntax"]) for cell in drift[kind]}
        for kind in ("lost", "forbidden", "new", "unanswered")
    }


def test_nothing_has_changed(tmp_path: Path) -> None:
    options = (*FEW, "--sop-class", "query-retrieve")
    saved(tmp_path / "policy.yaml", Refusals(), *options)
    assert not any(compared(tmp_path / "policy.yaml", Refusals(), *options, status=0).values())


def test_what_got_lost_fails(tmp_path: Path) -> None:
    file = tmp_path / "policy.yaml"
    saved(file, Refusals(), *FEW)
    found = compared(file, STRICT, *FEW, status=1)
    assert (CT_IMAGE_STORAGE, JPEG_2000) in found["lost"]
    assert {sop_class for sop_class, _ in found["lost"]} == {CT_IMAGE_STORAGE, MR}
    assert {syntax for sop_class, syntax in found["lost"] if sop_class == CT_IMAGE_STORAGE} == {JPEG_2000}
    assert not found["new"]


def test_what_is_new_is_told_and_does_not_fail(tmp_path: Path) -> None:
    file = tmp_path / "policy.yaml"
    saved(file, STRICT, *FEW)
    found = compared(file, Refusals(), *FEW, status=0)
    assert (CT_IMAGE_STORAGE, JPEG_2000) in found["new"]
    assert not found["lost"]


def test_only_what_was_asked_for_is_compared(tmp_path: Path) -> None:
    file = tmp_path / "policy.yaml"
    saved(file, Refusals(), *FEW)
    assert not compared(file, Refusals(contexts={MR: 3}), *CT_ALONE, status=0)["lost"]


@pytest.mark.parametrize(("kind", "status"), [("required", 0), ("tolerated", 0), ("forbidden", 1)])
@pytest.mark.parametrize("refused", [False, True])
def test_each_kind_of_line(tmp_path: Path, kind: str, status: int, refused: bool) -> None:
    file = tmp_path / "policy.yaml"
    file.write_text(f"version: 1\ncontexts:\n  - sop_classes: [CT Image Storage]\n    {kind}: [JPEG 2000]\n")
    wanted = {"required": 1, "tolerated": 0, "forbidden": 0}[kind] if refused else status
    options = CT_ALONE
    compared(file, Refusals(contexts={JPEG_2000: 4} if refused else {}), *options, status=wanted)


def test_every_name_means_itself(tmp_path: Path) -> None:
    text = saved(tmp_path / "policy.yaml", Refusals(), "--sop-class", "storage", *SYNTAXES)
    for uid in storage_sop_classes():
        if f'"{uid_name(uid)}"' in text:
            assert resolve_uid(uid_name(uid), UidKind.SOP_CLASS) == uid


def test_the_console_names_what_is_different(tmp_path: Path) -> None:
    file = tmp_path / "policy.yaml"
    saved(file, Refusals(), *FEW)
    with ReferenceSCP(ReferenceSettings(refusals=STRICT)) as scp:
        done = adhoc("probe", scp.address, "--against", file, *FEW)
    assert "no longer accepted: " in done.stdout
    assert f"CT Image Storage in {uid_name(JPEG_2000)}" in done.stdout


def test_a_policy_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_text("# mine\n")
    done = adhoc("probe", "PEER@localhost:104", "--save", tmp_path / "policy.yaml")
    assert done.exit_code == 2
    assert (tmp_path / "policy.yaml").read_text() == "# mine\n"


def test_retired_and_private_sop_classes_of_a_policy_are_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "policy.yaml"
    file.write_text(
        "version: 1\ncontexts:\n  - sop_classes: [Ultrasound Image Storage (Retired), 1.2.3.4]\n"
        "    required: [Implicit VR Little Endian]\n"
    )
    options = ("--transfer-syntax", "Implicit VR Little Endian")
    refusals = Refusals(contexts={RETIRED_US: 3})
    assert {uid for uid, _ in compared(file, refusals, *options, status=1)["lost"]} == {RETIRED_US, "1.2.3.4"}


def test_who_the_peer_says_it_is_and_its_limits(tmp_path: Path) -> None:
    file = tmp_path / "policy.yaml"
    text = saved(file, Refusals(), *CT_ALONE)
    assert "implementation:" in text
    file.write_text(text.replace("class_uid: {tolerated", "class_uid: {forbidden").replace(">= ", "< "))
    with ReferenceSCP(ReferenceSettings()) as scp:
        done = adhoc("probe", scp.address, "--against", file, *CT_ALONE)
    assert done.exit_code == 1
    assert "accepted and forbidden of what the peer says of itself: 1" in done.stdout
    assert "maximum length: 131072 bytes; the policy has < 131072 bytes" in done.stdout


def test_nobody_there_is_not_as_the_policy_says(tmp_path: Path) -> None:
    file = tmp_path / "policy.yaml"
    file.write_text('version: 1\nlimits: {maximum_length: ">= 1"}\n')
    done = adhoc("probe", f"PEER@127.0.0.1:{free_port()}", "--against", file)
    assert done.exit_code == 3
    assert "as the policy says" not in done.stdout


EDITED = """\
# Ours.
version: 1
contexts:            # of the archive
  # Nobody sends the others.
  - sop_classes: [CT Image Storage]
    required: [Implicit VR Little Endian]   # for the old scanner

  # end of contexts
"""


def added_to(file: Path, text: str) -> tuple[int, str]:
    file.write_text(text)
    options = ("--sop-class", MR, "--sop-class", CT_IMAGE_STORAGE, *SYNTAXES[:2], "--transfer-syntax", "RLE Lossless")
    with ReferenceSCP(ReferenceSettings()) as scp:
        done = adhoc("probe", scp.address, "--against", file, "--add-new", *options)
        again = adhoc("probe", scp.address, "--against", file, *options)
    assert ("as the policy says" in again.stdout) is ("added as required" in done.stderr), again.stdout
    return done.exit_code, done.stderr


@pytest.mark.parametrize("indent", ["  ", ""])
def test_what_is_new_is_added_and_all_else_stays(tmp_path: Path, indent: str) -> None:
    file, edited = tmp_path / "policy.yaml", EDITED.replace("\n  ", f"\n{indent}")
    assert added_to(file, edited) == (0, f"{file}: 3 new added as required\n")
    text = file.read_text()
    assert "# new on 2" in text
    before, key, after = edited.partition("contexts:            # of the archive\n")
    assert text.startswith(before + key + f"{indent}# new on ")
    assert text.endswith(after)


@pytest.mark.parametrize("contexts", ["contexts: []", "contexts: [{sop_classes: [CT Image Storage]}]", ""])
def test_what_cannot_be_added_without_harm_is_not(tmp_path: Path, contexts: str) -> None:
    file = tmp_path / "policy.yaml"
    text = f"version: 1\nlimits: {{maximum_length: '>= 1'}}\n{contexts}\n"
    status, said = added_to(file, text)
    assert (status, file.read_text()) == (0, text)
    assert "nothing was added" in said


def test_only_policies_are_added_to(tmp_path: Path) -> None:
    done = adhoc("probe", "PEER@localhost:104", "--add-new", "--against", tmp_path / "statement.csv")
    assert done.exit_code == 2
    assert "--add-new needs --against with a policy in YAML" in done.stderr


def test_mistakes_have_their_place(tmp_path: Path) -> None:
    file = tmp_path / "policy.yaml"
    file.write_text("version: 1\ncontexts:\n  - sop_classes: [CT Image Storag]\n    demanded: []\n")
    done = adhoc("probe", "PEER@localhost:104", "--against", file)
    assert done.exit_code == 2
    assert "policy.yaml:3:" in done.stderr
    assert "policy.yaml:4:" in done.stderr


def test_a_conformance_statement_is_declared_against_observed(tmp_path: Path) -> None:
    table, page = tmp_path / "statement.csv", tmp_path / "statement.md"
    with ReferenceSCP(ReferenceSettings()) as scp:
        for file in (table, page):
            done = adhoc("probe", scp.address, "--conformance-statement", file, *FEW)
            assert done.exit_code == 0, done.output
        kept = adhoc("probe", scp.address, "--against", table, *FEW)
    assert "as declared" in kept.stdout
    assert kept.exit_code == 0
    text = page.read_text()
    assert "| Implementation Version Name | HARNESS" in text
    assert "| CT Image Storage | 1.2.840.10008.5.1.4.1.1.2 | Implicit VR Little Endian; " in text
    table.write_text(
        "Abstract Syntax Name,Transfer Syntax Name List,Role\n"
        "CT Image Storage,JPEG 2000; RLE Lossless,SCP\nMR Image Storage,JPEG 2000,SCU\n"
    )
    options = ("--sop-class", MR, "--sop-class", CT_IMAGE_STORAGE, *SYNTAXES[2:], "--transfer-syntax", "RLE Lossless")
    with ReferenceSCP(ReferenceSettings(refusals=Refusals(contexts={JPEG_2000: 4}))) as scp:
        done = adhoc("probe", scp.address, "--against", table, *options)
    assert done.exit_code == 1
    assert "declared and not accepted: 1 pair" in done.stdout
    assert "accepted and not declared: 1 pair\n  MR Image Storage in RLE Lossless" in done.stdout
    assert "1 row about the peer as SCU" in done.stdout


def test_nothing_is_written_of_a_peer_that_was_not_there(tmp_path: Path) -> None:
    policy, table = tmp_path / "policy.yaml", tmp_path / "statement.csv"
    options = ("--save", policy, "--conformance-statement", table)
    done = adhoc("probe", f"PEER@127.0.0.1:{free_port()}", *options)
    assert done.exit_code == 3
    assert "no policy was written" in done.stderr
    assert "no conformance statement was written" in done.stderr
    assert not list(tmp_path.iterdir())


def test_a_statement_is_markdown_or_csv(tmp_path: Path) -> None:
    done = adhoc("probe", "PEER@localhost:104", "--conformance-statement", tmp_path / "statement.doc")
    assert done.exit_code == 2
    assert "ends neither in .csv nor in .md" in done.stderr


def test_associations_at_once(tmp_path: Path) -> None:
    file = tmp_path / "policy.yaml"
    options = ("--environment", "test", "--associations-at-once", "3", *CT_ALONE)
    text = saved(file, Refusals(), *options)
    assert 'associations: ">= 3"' in text
    for wanted, status, said in (
        (">= 3", 0, "as the policy says"),
        (">= 4", 0, "not answered of what the peer says of itself: 1"),
        ("2", 1, "associations at once: 3 or more; the policy has 2"),
    ):
        file.write_text(text.replace('associations: ">= 3"', f'associations: "{wanted}"'))
        with ReferenceSCP(ReferenceSettings()) as scp:
            done = adhoc("probe", scp.address, "--against", file, *options)
        assert (done.exit_code, said in done.stdout) == (status, True), done.output
