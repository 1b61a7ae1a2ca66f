"""The index: what is kept, replaced and found again, also by many threads and after a restart."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.reference.header import Header
from harness.reference.index import VERSION, Index
from harness.services.part10 import FileMeta
from tests.support.archives import TAGS, add, header


@pytest.fixture(params=["memory", "folder"])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Index]:
    opened = Index(tmp_path / "archive" if request.param == "folder" else None)
    opened.open()
    yield opened
    opened.close()


def uids(index: Index, level: str, **limits: list[str]) -> list[str]:
    return [row.uid for row in index.rows(level, limits)]


def files_on_disk(index: Index) -> set[str]:
    return {path.name for path in index.instances.iterdir()}


def test_every_level_and_its_limits(index: Index) -> None:
    add(index, header("1.1.1", "1.1", "1"))
    add(index, header("1.1.2", "1.1", "1"))
    add(index, header("1.2.1", "1.2", "1"))
    add(index, header("2.1.1", "2.1", "2"))
    add(index, header("3.1.1", "3.1", "3", PatientID="P2"))
    assert uids(index, "PATIENT") == ["P1", "P2"]
    assert uids(index, "STUDY") == ["1", "2", "3"]
    assert uids(index, "STUDY", PATIENT=["P1"]) == ["1", "2"]
    assert uids(index, "STUDY", STUDY=["3", "1", "unknown"]) == ["1", "3"]
    assert uids(index, "SERIES", STUDY=["1"]) == ["1.1", "1.2"]
    assert uids(index, "SERIES", PATIENT=["P2"]) == ["3.1"]
    assert uids(index, "IMAGE", STUDY=["1"], SERIES=["1.1"]) == ["1.1.1", "1.1.2"]
    assert uids(index, "IMAGE", PATIENT=["P1"], SERIES=["3.1"]) == []
    assert [file.sop_instance_uid for file in index.files({"PATIENT": ["P1"], "STUDY": ["2"]})] == ["2.1.1"]


def test_a_row_has_the_attributes_of_its_level_and_above(index: Index) -> None:
    add(index, header("1.1.1", PatientName="A^B", StudyDate="20200101", SeriesNumber="7", InstanceNumber="9"))
    expected = {
        "PATIENT": {"PatientID", "PatientName"},
        "STUDY": {"StudyInstanceUID", "StudyDate"},
        "SERIES": {"SeriesInstanceUID", "SeriesNumber", "Modality"},
        "IMAGE": {"SOPInstanceUID", "SOPClassUID", "InstanceNumber"},
    }
    known: set[str] = set()
    for level, keywords in expected.items():
        known |= keywords
        (row,) = index.rows(level, {})
        assert set(row.attributes) == {TAGS[keyword].tag for keyword in known}


def test_the_same_instance_again_takes_the_place_of_the_old_one(index: Index) -> None:
    first = add(index, header("1.1.1", InstanceNumber="1"))
    second = add(index, header("1.1.1", InstanceNumber="2"))
    assert index.count() == 1
    assert index.rows("IMAGE", {})[0].attributes[TAGS["InstanceNumber"].tag] == "2"
    assert files_on_disk(index) == {second.name} != {first.name}


@pytest.mark.parametrize(
    ("after", "left"),
    [
        (header("1.1.1", "1.2", "1"), (["P1"], ["1"], ["1.2"])),
        (header("1.1.1", "2.1", "2"), (["P1"], ["2"], ["2.1"])),
        (header("1.1.1", "1.1", "1", PatientID="P2"), (["P2"], ["1"], ["1.1"])),
        (header("1.1.1", "2.1", "2", PatientID="P2"), (["P2"], ["2"], ["2.1"])),
        (header("1.1.1", "1.1", "2"), (["P1"], ["2"], ["1.1"])),
    ],
)
def test_an_instance_that_moves_leaves_nothing_behind(index: Index, after: Header, left: tuple[list[str], ...]) -> None:
    add(index, header("1.1.1", "1.1", "1"))
    add(index, after)
    assert (uids(index, "PATIENT"), uids(index, "STUDY"), uids(index, "SERIES")) == left
    assert index.count() == len(files_on_disk(index)) == 1


def test_what_others_still_need_stays_when_an_instance_moves(index: Index) -> None:
    add(index, header("1.1.1", "1.1", "1"))
    add(index, header("1.1.2", "1.1", "1"))
    add(index, header("1.1.1", "2.1", "2", PatientID="P2"))
    assert uids(index, "PATIENT") == ["P1", "P2"]
    assert uids(index, "SERIES") == ["1.1", "2.1"]


def test_a_study_belongs_to_the_patient_that_its_latest_instance_names(index: Index) -> None:
    add(index, header("1.1.1", PatientName="OLD"))
    add(index, header("1.1.2", PatientName="NEW", PatientID="P2"))
    assert uids(index, "PATIENT") == ["P2"]
    assert uids(index, "STUDY", PATIENT=["P2"]) == ["1"]
    assert index.rows("IMAGE", {})[0].attributes[TAGS["PatientName"].tag] == "NEW"


def test_related_entities(index: Index) -> None:
    add(index, header("1.1.1", "1.1", "1"))
    add(index, header("1.2.1", "1.2", "1", Modality="SR", SOPClassUID="1.2.840.10008.5.1.4.1.1.88.11"))
    add(index, header("2.1.1", "2.1", "2", Modality=""))
    assert index.related("PATIENT", "P1")["studies"] == ["1", "2"]
    of_study = index.related("STUDY", "1")
    assert (of_study["series"], of_study["modalities"]) == (["1.1", "1.2"], ["CT", "SR"])
    assert len(of_study["sop_classes"]) == 2
    assert index.related("SERIES", "2.1")["modalities"] == []
    assert index.related("SERIES", "unknown")["instances"] == []


def test_an_instance_of_no_patient_is_kept_and_found_by_no_query(index: Index) -> None:
    palette = header("9.9", "", "", PatientID="", Modality="", SOPClassUID="1.2.840.10008.5.1.4.39.1")
    add(index, palette)
    add(index, palette)
    assert index.count() == len(files_on_disk(index)) == 1
    for level in ("PATIENT", "STUDY", "SERIES", "IMAGE"):
        assert index.rows(level, {}) == []
    assert index.files({}) == []


def test_a_list_of_any_length(index: Index) -> None:
    add(index, header("1.1.1"))
    many = [f"7.{number}" for number in range(40000)]
    assert uids(index, "STUDY", STUDY=[*many, "1"]) == ["1"]


def test_text_that_looks_like_sql_is_text(index: Index) -> None:
    odd = "P'1\"; DROP TABLE studies --"
    add(index, header("1.1.1", PatientID=odd, PatientName="Ünïcode^名"))
    assert uids(index, "STUDY", PATIENT=[odd]) == ["1"]
    assert index.rows("PATIENT", {})[0].attributes[TAGS["PatientName"].tag] == "Ünïcode^名"


def test_many_threads(index: Index) -> None:
    problems: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for instance in range(20):
                add(index, header(f"{number}.1.{instance}", f"{number}.1", f"{number % 3}", PatientID=f"P{number}"))
                for level in ("PATIENT", "STUDY", "SERIES", "IMAGE"):
                    index.rows(level, {})
                assert all(file.path.exists() for file in index.files({"SERIES": [f"{number}.1"]}))
        except BaseException as error:  # noqa: BLE001 - told in the main thread
            problems.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert index.count() == 160
    assert len(uids(index, "SERIES")) == 8
    assert len(uids(index, "STUDY")) == 3


def test_a_failed_entry_leaves_nothing(index: Index) -> None:
    path = add(index, header("1.1.1"))
    made = header("1.1.2")
    part = index.instances / "other.part"
    part.write_bytes(b"1234")
    with pytest.raises(sqlite3.Error):
        index.add(made, FileMeta(part, made.sop_class, made.sop_instance, None, 0, 4))  # type: ignore[arg-type]
    assert files_on_disk(index) == {path.name}
    assert uids(index, "IMAGE") == ["1.1.1"]
    add(index, made)
    assert index.count() == 2


def test_a_restart(tmp_path: Path) -> None:
    first = Index(tmp_path / "a")
    first.open()
    add(first, header("1.1.1", PatientName="A"))
    (first.instances / "cut.part").write_bytes(b"half")
    first.close()
    moved = (tmp_path / "a").rename(tmp_path / "b")
    second = Index(moved)
    second.open()
    try:
        (file,) = second.files({})
        assert file.path.read_bytes() == b"1234", "the folder may be moved"
        assert files_on_disk(second) == {file.path.name}, "what came only in part is gone"
    finally:
        second.close()


def test_in_memory_nothing_is_left() -> None:
    index = Index(None)
    index.open()
    add(index, header("1.1.1"))
    folder = index.instances.parent
    index.close()
    assert not folder.exists()
    index.close()


def test_a_folder_that_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OSError, match=r"Not a directory|File exists"):
        Index(tmp_path / "file").open()
    (tmp_path / "index.sqlite").write_bytes(b"this is no database, whatever its name says" * 20)
    with pytest.raises(OSError, match="not a database") as caught:
        Index(tmp_path).open()
    assert "index.sqlite cannot be used" in str(caught.value.strerror)


def test_the_index_of_another_version_is_left_alone(tmp_path: Path) -> None:
    first = Index(tmp_path)
    first.open()
    first.close()
    with sqlite3.connect(tmp_path / "index.sqlite") as connection:
        connection.execute(f"PRAGMA user_version={VERSION + 1}")
    connection.close()
    with pytest.raises(OSError, match=f"its format is {VERSION + 1}"):
        Index(tmp_path).open()


def test_an_index_that_is_not_open_says_so() -> None:
    index = Index(None)
    with pytest.raises(sqlite3.Error, match="not open"):
        index.count()
    index.close()
