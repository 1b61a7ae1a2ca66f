"""`run --dry-run`: what would be sent to whom, and what policy would leave out, without contacting anybody."""

from __future__ import annotations

from pathlib import Path

from harness.cli.main import cli
from tests.support.adhoc import adhoc

TEXT = """\
version: 1
peers:
  archive: {address: "ARCHIVE@127.0.0.1:1", environment: production, allow: [store]}
  own: {container: {image: nobody/has-it, port: 104}}
scenarios:
  - id: reads
    peer: archive
    tags: [smoke]
    steps:
      - find: {level: STUDY, keys: {PatientID: A}}
        save: {study: "matches[0].StudyInstanceUID"}
      - get: {level: STUDY, keys: {StudyInstanceUID: "${study}"}}
      - get: {level: STUDY, keys: {StudyInstanceUID: "*"}}
  - id: writes
    peer: archive
    steps: [{store: {generate: {modality: CT}}}, {echo: {}}]
  - {id: starts, peer: own, steps: [{echo: {}}]}
"""
WILD = "a retrieve from `archive` needs one value, or a list of UIDs, for StudyInstanceUID, without wildcards"


def told(folder: Path, *options: str) -> list[str]:
    path = folder / "site.yaml"
    path.write_text(TEXT, encoding="utf-8")
    done = adhoc("run", path, "--dry-run", *options)
    assert done.exit_code == 0, done.output
    assert [entry.name for entry in folder.iterdir()] == ["site.yaml"]
    return [line.strip() for line in done.stdout.splitlines()]


def test_what_policy_leaves_out_is_said_with_the_reason(tmp_path: Path) -> None:
    assert told(tmp_path) == [
        "site/reads  reads  [smoke]",
        "1. find to archive: find",
        "2. get to archive: get",
        "3. get to archive: get",
        f"is not sent: {WILD}",
        "site/writes  writes",
        "1. store to archive: store",
        "is not sent: `archive` is production: writing to it needs `--allow-writes archive`",
        "2. echo to archive: echo",
        "is not sent: step 1 is not sent",
        "site/starts  starts",
        "1. echo to own: echo",
        "is not sent: `own` uses an image of its own, which needs --allow-commands",
    ]


def test_what_is_allowed_is_sent(tmp_path: Path) -> None:
    assert [
        line
        for line in told(tmp_path, "--allow-writes", "archive", "--allow-commands")
        if line.startswith("is not sent")
    ] == [f"is not sent: {WILD}"]


def test_the_overview_names_every_exit_status() -> None:
    from harness.results.rollup import ExitStatus

    assert cli.help is not None
    assert all(f" {int(status)} " in cli.help.replace("\n", " ") for status in ExitStatus)
