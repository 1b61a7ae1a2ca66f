"""Tables of conformance statements typed in as CSV: what they declare, and mistakes with line and column."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.errors import ScenarioError
from harness.scenario.acceptance import Standing
from harness.scenario.acceptance_file import read_acceptance
from harness.scenario.csv_cells import csv_rows
from harness.scenario.declared import DeclaredSpec
from harness.standard.uids import CT_IMAGE_STORAGE, EXPLICIT_VR_LE, IMPLICIT_VR_LE, JPEG_LOSSLESS_SV1

HEADS = "Abstract Syntax Name,Abstract Syntax UID,Transfer Syntax Name List,Transfer Syntax UID List,Role,Ext. Neg.\n"
MR = "1.2.840.10008.5.1.4.1.1.4"


def declared(folder: Path, text: str) -> DeclaredSpec:
    file = folder / "statement.csv"
    file.write_text(text, encoding="utf-8")
    policy = read_acceptance(file)
    assert isinstance(policy, DeclaredSpec)
    return policy


def mistakes(folder: Path, text: str) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        declared(folder, text)
    return [line.partition("statement.csv:")[2] for line in str(caught.value).splitlines() if "statement.csv:" in line]


@pytest.mark.parametrize(
    "text",
    [
        HEADS + f"CT Image Storage,{CT_IMAGE_STORAGE},Implicit VR Little Endian; Explicit VR Little Endian,,SCP,None\n",
        HEADS + f",{CT_IMAGE_STORAGE},,{IMPLICIT_VR_LE};{EXPLICIT_VR_LE},SCU/SCP,\n",
        HEADS
        + f'"CT Image Storage","{CT_IMAGE_STORAGE}","Implicit\nExplicit","{IMPLICIT_VR_LE}\n{EXPLICIT_VR_LE}",SCP,\n',
        HEADS + "CT Image Storage,,Implicit VR Little Endian,,SCP,\n,,Explicit VR Little Endian,,,\n\n,,,,,\n",
        HEADS.replace(",", ";") + f'CT Image Storage;;;"{IMPLICIT_VR_LE}; {EXPLICIT_VR_LE}";SCP;\n',
        "SOP Class UID\tTransfer Syntax UID\n" + f"{CT_IMAGE_STORAGE}\t{IMPLICIT_VR_LE} | {EXPLICIT_VR_LE}\n",
        "\ufeff" + HEADS.replace("\n", "\r\n") + f"CT,{CT_IMAGE_STORAGE},,{IMPLICIT_VR_LE};{EXPLICIT_VR_LE},,\r\n",
    ],
)
def test_ways_to_write_it(tmp_path: Path, text: str) -> None:
    policy = declared(tmp_path, text)
    assert policy.cells(Standing.REQUIRED) == {(CT_IMAGE_STORAGE, IMPLICIT_VR_LE), (CT_IMAGE_STORAGE, EXPLICIT_VR_LE)}
    assert policy.unseen == 0


def test_names_as_statements_write_them(tmp_path: Path) -> None:
    text = HEADS + "MR Image Storage SOP Class,,DICOM Explicit VR Little Endian,,SCP,\n"
    assert declared(tmp_path, text).cells(Standing.REQUIRED) == {(MR, EXPLICIT_VR_LE)}


def test_names_of_transfer_syntaxes_have_commas(tmp_path: Path) -> None:
    name = "JPEG Lossless, Non-Hierarchical, First-Order Prediction (Process 14 [Selection Value 1])"
    policy = declared(tmp_path, HEADS + f'CT Image Storage,,"{name}",,SCP,\n')
    assert policy.transfer_syntaxes() == (JPEG_LOSSLESS_SV1,)


def test_what_the_product_proposes_itself_is_not_compared(tmp_path: Path) -> None:
    text = HEADS + f"CT Image Storage,,,{IMPLICIT_VR_LE},SCU,\nMR Image Storage,,,{IMPLICIT_VR_LE},SCP,\n"
    policy = declared(tmp_path, text)
    assert policy.sop_classes() == (MR,)
    assert policy.unseen == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "1:1: the table is empty"),
        ("Abstract Syntax,Role\n", "1:1: `Abstract Syntax` is no column of the table. Allowed: Abstract Syntax Name"),
        ("Abstract Syntax UID,Role,Role\n", "1:26: the column `Role` is there twice"),
        ("Abstract Syntax UID,Role\n", "1:1: there is neither a column `Transfer Syntax Name List` nor"),
        (
            HEADS + "CT Image Storag,,Implicit VR Little Endian,,SCP,\n",
            "2:1: `CT Image Storag` is no SOP class; did you",
        ),
        (
            HEADS + "CT,1.2.840.10008.1.2,,1.2.840.10008.1.2,SCP,\n",
            "2:4: `1.2.840.10008.1.2` is Implicit VR Little End",
        ),
        (
            HEADS + f"CT,{CT_IMAGE_STORAGE},,{MR},SCP,\n",
            "2:31: `1.2.840.10008.5.1.4.1.1.4` is MR Image Storage, which is no transfer syntax",
        ),
        (
            HEADS + f"MR Image Storage,{CT_IMAGE_STORAGE},,{IMPLICIT_VR_LE},SCP,\n",
            f"2:1: `MR Image Storage` is {MR}, and the",
        ),
        (HEADS + "CT Image Storage,,Implicit; JPEG 200,,SCP,\n", "2:19: `JPEG 200` is no transfer syntax"),
        (HEADS + "CT Image Storage,,,,SCP,\n", "2:25: there is no transfer syntax in this row"),
        (HEADS + f",,,{IMPLICIT_VR_LE},SCP,\n", "2:1: there is no abstract syntax, and no row above"),
        (HEADS + f"CT Image Storage,,,{IMPLICIT_VR_LE},Archive,\n", "2:38: `Archive` is no role"),
        (
            HEADS + f"CT Image Storage,,,{IMPLICIT_VR_LE},SCP,None,more\n",
            "2:47: this row has more cells than there are heads",
        ),
        (HEADS + 'CT Image Storage,,"JPEG\n', "2:19: the quotes that begin here do not end"),
        (HEADS + '"CT" Image Storage,,,,,\n', "2:5: after the quotes that end here"),
    ],
)
def test_mistakes(tmp_path: Path, text: str, said: str) -> None:
    found = mistakes(tmp_path, text)
    assert any(one.startswith(said) for one in found), found


def test_lines_are_counted_through_quotes(tmp_path: Path) -> None:
    text = HEADS + f'CT Image Storage,,"\n\n","{IMPLICIT_VR_LE}",SCP,\nNothing,,,{IMPLICIT_VR_LE},,\n'
    assert mistakes(tmp_path, text)[0].startswith("5:1: `Nothing`")


def test_a_file_that_is_not_utf_8(tmp_path: Path) -> None:
    file = tmp_path / "statement.csv"
    file.write_bytes(HEADS.encode() + b"\xe9")
    with pytest.raises(ScenarioError, match="not UTF-8"):
        read_acceptance(file)


def test_cells_and_their_places() -> None:
    rows = list(csv_rows('a,"b ""c"""\n"x\ny",z'))
    assert [[cell.text for cell in row] for row in rows] == [["a", 'b "c"'], ["x\ny", "z"]]
    assert [(cell.mark.line, cell.mark.column) for row in rows for cell in row] == [(1, 1), (1, 3), (2, 1), (3, 4)]
