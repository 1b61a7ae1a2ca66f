"""Instances made of one: each is valid, differs in nothing but its UID, and no two have the same."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from harness.load.synthetic import taken_apart
from harness.observe.data_set import decode_data_set
from harness.services.part10 import read_file_meta
from harness.testdata.generator import generate
from harness.testdata.spec import GenerateSpec


def test_others_differ_in_their_uid_only(tmp_path: Path) -> None:
    (made,) = generate(GenerateSpec(rows=16, columns=16), tmp_path, "seed")
    meta = read_file_meta(made.path)
    instance = taken_apart(meta, made.study_instance_uid)
    drawn = [instance.next() for _ in range(1000)]
    assert len({uid for uid, _ in drawn}) == 1000
    assert drawn[0][0] == instance.first_uid == made.sop_instance_uid
    assert {len(data) for _, data in drawn} == {instance.length} == {meta.data_set_length}
    first, last = (decode_data_set(data, made.transfer_syntax_uid) for _, data in (drawn[0], drawn[-1]))
    assert last.SOPInstanceUID == drawn[-1][0]
    last.SOPInstanceUID = first.SOPInstanceUID
    assert first == last
    assert instance.drawn == 1000


def test_a_uid_never_gets_longer(tmp_path: Path) -> None:
    (made,) = generate(GenerateSpec(rows=1, columns=1), tmp_path, "seed")
    instance = replace(taken_apart(read_file_meta(made.path), ""), number=998)
    assert [instance.next()[0].rpartition(".")[2] for _ in range(4)] == ["998", "999", "100", "101"]


def test_what_names_its_uid_twice_is_refused(tmp_path: Path) -> None:
    (made,) = generate(GenerateSpec(rows=1, columns=1), tmp_path, "seed")
    meta = read_file_meta(made.path)
    with made.path.open("ab") as file:
        file.write(made.sop_instance_uid.encode())
    longer = replace(meta, data_set_length=meta.data_set_length + len(made.sop_instance_uid))
    with pytest.raises(ValueError, match="more than once"):
        taken_apart(longer, "")
