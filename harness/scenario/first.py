"""The text of a first scenario file, as a person would begin one."""

from __future__ import annotations

import json
from dataclasses import dataclass

from harness.standard.ae import AEAddress

SCHEMA_FILE = "dicom-harness.schema.json"
"""What the schema for editors is called beside a scenario file."""


@dataclass(frozen=True, slots=True)
class First:
    """What a person said. Without an `address` the peer is the bundled reference SCP.

    `patient_id` is of a patient who is known to the peer; `environment` is empty where nothing is known of it.
    """

    name: str
    address: AEAddress | None = None
    environment: str = ""
    calling: str = "HARNESS"
    patient_id: str = ""
    schema: bool = False

    @property
    def is_test(self) -> bool:
        """Whether it may be written to without a further word."""
        return self.address is None or self.environment == "test"


def first_text(first: First, file: str) -> str:
    """The text of the file of this name."""
    title = "the bundled reference SCP" if first.address is None else first.address.ae_title
    parts = [
        *([f"# yaml-language-server: $schema={SCHEMA_FILE}\n"] if first.schema else []),
        f"# Run:    dicom-harness run {file}\n# Check:  dicom-harness validate {file}\n",
        f"version: 1\nname: {_quoted(f'First checks of {title}')}\n\n",
        f"local:\n  ae_title: {_quoted(first.calling)}  # the peer may have to know this title\n\n",
        f"peers:\n  {first.name}:\n{_peer(first)}\n",
        "scenarios:\n",
        "\n".join(_scenarios(first)),
    ]
    return "".join(parts)


def _peer(first: First) -> str:
    if first.address is None:
        return "    reference: {}   # starts with the run; put `address: TITLE@host:port` in its place for your own\n"
    lines = [f"    address: {_quoted(str(first.address))}\n"]
    if first.environment:
        lines.append(f"    environment: {first.environment}\n")
    if not first.is_test:
        lines.append("    # It is only read from. A test system says `environment: test`, and may be written to.\n")
    return "".join(lines)


def _scenarios(first: First) -> list[str]:
    head = f"    peer: {first.name}\n"
    scenarios = [_ANSWERS.format(head=head)]
    if first.patient_id:
        scenarios.append(_FINDS.format(head=head, patient_id=_quoted(first.patient_id)))
    if first.is_test:
        scenarios.append(_KEEPS.format(head=head))
    return scenarios


_ANSWERS = """\
  - id: answers
    name: It answers a C-ECHO
{head}    tags: [smoke]
    steps:
      - echo: {{}}
        expect: {{status: success, within: 5 s}}
"""
_FINDS = """\
  - id: finds
    name: The studies of a patient who is there are found
{head}    steps:
      - find:
          level: STUDY
          keys: {{PatientID: {patient_id}}}
          return: [StudyDate]
        expect: {{count: ">= 1"}}
"""
_KEEPS = """\
  - id: keeps
    name: What is stored is found, and comes back unchanged
{head}    steps:
      - store: {{generate: {{modality: CT, instances: 3}}}}
        save: {{study: "stored.studies[0].StudyInstanceUID"}}
      - find:
          level: STUDY
          keys: {{StudyInstanceUID: "${{study}}"}}
          return: [NumberOfStudyRelatedInstances]
        eventually: 10 s
        expect: {{count: 1}}
      - get:
          level: STUDY
          keys: {{StudyInstanceUID: "${{study}}"}}
        expect: {{completed: 3, received: 3, unchanged: true}}
"""


def _quoted(text: str) -> str:
    """A text in double quotes, which YAML reads as JSON does."""
    return json.dumps(text, ensure_ascii=False)
