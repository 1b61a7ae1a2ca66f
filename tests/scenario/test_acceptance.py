"""Policy files: contradictions are told in both places."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.errors import ScenarioError
from harness.scenario.acceptance_file import read_acceptance


def mistakes(folder: Path, text: str) -> list[str]:
    file = folder / "policy.yaml"
    file.write_text(text)
    with pytest.raises(ScenarioError) as caught:
        read_acceptance(file)
    return [line.partition("policy.yaml:")[2] for line in str(caught.value).splitlines() if "policy.yaml:" in line]


def test_a_pair_that_is_required_and_forbidden(tmp_path: Path) -> None:
    text = (
        "version: 1\ncontexts:\n"
        "  - sop_classes: [CT Image Storage, MR Image Storage]\n    required: [RLE Lossless, JPEG 2000]\n"
        "  - sop_classes: [MRImageStorage]\n    forbidden: [JPEG2000]\n"
    )
    assert mistakes(tmp_path, text) == [
        "4:30: MR Image Storage in JPEG 2000 is required here, and forbidden by entry 2 of `contexts`",
        "6:17: MR Image Storage in JPEG 2000 is forbidden here, and required by entry 1 of `contexts`",
    ]


def test_a_pair_that_one_line_requires_and_tolerates(tmp_path: Path) -> None:
    text = (
        "version: 1\ncontexts:\n  - sop_classes: [CT Image Storage]\n"
        "    required: [RLE Lossless]\n    tolerated: [RLE Lossless]\n"
    )
    assert [found.partition(": ")[0] for found in mistakes(tmp_path, text)] == ["4:16", "5:17"]


def test_roles_that_contradict_or_are_not_negotiated(tmp_path: Path) -> None:
    text = (
        "version: 1\ncontexts:\n"
        "  - sop_classes: [CT Image Storage]\n    requestor_as_scp: required\n"
        "  - sop_classes: [CT Image Storage, Verification]\n    requestor_as_scp: forbidden\n"
    )
    found = mistakes(tmp_path, text)
    assert [text.partition(": ")[0] for text in found] == ["4:23", "6:23", "6:23"]
    assert any("is no storage SOP class" in text for text in found)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("implementation: {version_name: {required: A, forbidden: [A]}}", "`A` is required, too"),
        ("implementation: {version: A}", "unknown key `version`"),
        ("limits: {maximum_length: many}", "is not a count"),
        ("contexts: [{sop_classes: [CT Image Storage], requestor_as_scp: yes}]", "Allowed: required, tolerated"),
    ],
)
def test_other_mistakes(tmp_path: Path, text: str, said: str) -> None:
    (found,) = mistakes(tmp_path, f"version: 1\n{text}\n")
    assert said in found
    assert found.startswith("2:")
