"""The page on generated data lists what there is, and which of it needs the extra."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from harness.standard.images import SYNTAXES, Image, why_not
from harness.standard.uids import UidKind, resolve_uid, uid_name
from harness.testdata.modalities import TEMPLATES
from harness.testdata.pixels import make_pixel_data
from harness.testdata.templates.base import Template

PAGE = (Path(__file__).parents[2] / "docs" / "generated-data.md").read_text(encoding="utf-8")


def rows(heading: str) -> list[list[str]]:
    """The cells of the table below a heading, without its head."""
    section = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip(" `") for cell in line.strip("|").split("|")] for line in lines[2:]]


def described(template: Template) -> str:
    image = template.image
    if image is None:
        return "none"
    color = ", color" if image.samples == 3 else ""
    frames = f", {image.frames} frames" if image.frames > 1 else ""
    return f"{image.bits_stored} of {image.bits} bits{color}{frames}"


def test_kinds() -> None:
    expected = [[name, uid_name(made.sop_class_uid), described(made)] for name, made in TEMPLATES.items()]
    assert rows("Kinds") == expected


def test_transfer_syntaxes() -> None:
    documented = [resolve_uid(row[0], UidKind.TRANSFER_SYNTAX) for row in rows("Transfer syntaxes")]
    assert sorted(documented) == sorted(SYNTAXES)
    assert [row[0] for row in rows("Transfer syntaxes")] == [uid_name(uid) for uid in documented]


@pytest.mark.parametrize("row", rows("Transfer syntaxes"), ids=lambda row: row[0])
def test_what_needs_an_encoder_of_the_extra(row: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    imported: list[str] = []

    def missing(name: str) -> None:
        imported.append(name)
        raise ModuleNotFoundError(name)

    monkeypatch.setattr("harness.testdata.codecs.import_codec", missing)
    monkeypatch.setattr("harness.testdata.video.import_codec", missing)
    syntax = resolve_uid(row[0], UidKind.TRANSFER_SYNTAX)
    image = Image(8, 8, samples=3, frames=2) if row[2] == "VIDEO" else Image(8, 8)
    assert not why_not(image, syntax)
    if row[1]:
        with pytest.raises(ModuleNotFoundError, match=row[1]):
            make_pixel_data(image, 4, 4, syntax)
    else:
        make_pixel_data(image, 4, 4, syntax)
        assert imported == []


@pytest.mark.parametrize("row", rows("Transfer syntaxes"), ids=lambda row: row[0])
def test_images_that_each_takes(row: list[str]) -> None:
    syntax = resolve_uid(row[0], UidKind.TRANSFER_SYNTAX)
    images = (Image(1, 1), Image(8, 8), Image(16, 12), Image(16, 16))
    taken = {image.bits_stored for image in images if not why_not(image, syntax)}
    said = row[2]
    if said == "VIDEO":
        assert taken == set()
        assert not why_not(TEMPLATES["VIDEO"].image, syntax)
        return
    if said.startswith("all"):
        assert taken == {1, 8, 12, 16}
    else:
        numbers = set(map(int, re.findall(r"\d+", said)))
        assert taken == (numbers | {12} if numbers == {8, 16} else numbers)
    assert bool(why_not(Image(8, 8, samples=3), syntax)) == ("grayscale" in said)
    assert bool(why_not(None, syntax)) == ("what has no image" not in said)
