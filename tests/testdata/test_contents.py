"""What is within instances that are no plain images, as programs of others read it."""

from __future__ import annotations

import re
import subprocess
from array import array
from pathlib import Path

import pytest
from pydicom import dcmread

from harness.testdata.generator import generate
from harness.testdata.modalities import TEMPLATES
from harness.testdata.pixels import make_frame
from harness.testdata.spec import GenerateSpec


def written(directory: Path, modality: str, rows: int = 64, columns: int = 64) -> Path:
    (instance,) = generate(GenerateSpec(modality, rows=rows, columns=columns), directory, "seed")
    return instance.path


@pytest.mark.peer("dsrdump")
def test_dcmtk_reads_the_tree_of_a_report(tmp_path: Path) -> None:
    done = subprocess.run(["/usr/bin/dsrdump", written(tmp_path, "SR")], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert '<CONTAINER:(,,"Diagnostic imaging report")=SEPARATE>' in done.stdout
    assert '<contains TEXT:(,,"Finding")=' in done.stdout


@pytest.mark.peer("drtdump")
def test_dcmtk_reads_a_plan(tmp_path: Path) -> None:
    done = subprocess.run(["/usr/bin/drtdump", written(tmp_path, "RTPLAN")], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("RT Plan object")


@pytest.mark.peer("dcm2pdf")
def test_dcmtk_takes_the_document_out(tmp_path: Path) -> None:
    out = tmp_path / "out.pdf"
    subprocess.run(["/usr/bin/dcm2pdf", written(tmp_path, "PDF"), out], check=True, capture_output=True)
    document = out.read_bytes()
    assert document.startswith(b"%PDF-1.4\n")
    assert document.endswith(b"%%EOF\n")
    table = document[int(re.findall(rb"startxref\n(\d+)\n", document)[0]) :]
    offsets = re.findall(rb"(\d{10}) 00000 n ", table)
    assert len(offsets) == 5
    for number, offset in enumerate(offsets, start=1):
        assert document[int(offset) :].startswith(b"%d 0 obj\n" % number)
    length, stream = re.findall(rb"/Length (\d+) >>\nstream\n(.*)\nendstream", document)[0]
    assert len(stream) == int(length)


def test_every_lead_of_an_ecg_has_a_beat_a_second(tmp_path: Path) -> None:
    data_set = dcmread(written(tmp_path, "ECG"))
    (group,) = data_set.WaveformSequence
    channels = group.NumberOfWaveformChannels
    assert [channel.ChannelSourceSequence[0].CodeMeaning[-2:] for channel in group.ChannelDefinitionSequence][-2:] == [
        "V5",
        "V6",
    ]
    samples = array("h", group.WaveformData)
    assert len(samples) == channels * group.NumberOfWaveformSamples == 12 * 500
    for lead in range(channels):
        channel = samples[lead::channels]
        assert [step for step, value in enumerate(channel) if value == max(channel)] == [
            100,
            100 + group.SamplingFrequency,
        ]


def test_frames_of_a_segmentation(tmp_path: Path) -> None:
    """Unpacked by pydicom; the frames are not a whole number of bytes each."""
    data_set = dcmread(written(tmp_path, "SEG", 15, 17))
    image = TEMPLATES["SEG"].image
    assert image is not None
    expected = [list(make_frame(image, 15, 17, number).samples) for number in range(image.frames)]
    assert [frame.ravel().tolist() for frame in data_set.pixel_array] == expected
    assert set(expected[0]) == {0, 1}


def test_tiles_of_a_slide_cover_it(tmp_path: Path) -> None:
    data_set = dcmread(written(tmp_path, "WSI", 20, 30))
    assert (data_set.TotalPixelMatrixRows, data_set.TotalPixelMatrixColumns) == (20, 60)
    places = [frame.PlanePositionSlideSequence[0] for frame in data_set.PerFrameFunctionalGroupsSequence]
    assert [place.ColumnPositionInTotalImagePixelMatrix for place in places] == [1, 31]
    spacing = data_set.SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0].PixelSpacing
    first, second = (place.YOffsetInSlideCoordinateSystem for place in places)
    assert first - second == pytest.approx(30 * spacing[1])
    assert data_set.ImagedVolumeWidth == pytest.approx(60 * spacing[1])
