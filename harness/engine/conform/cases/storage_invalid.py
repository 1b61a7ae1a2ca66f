"""C-STORE with commands and data sets that are not right: success would be a lie (PS3.4 B.2.3; PS3.7 9.1.1.1.9)."""

from __future__ import annotations

import struct
from collections.abc import Callable

from harness.dimse.command import CommandSet
from harness.dimse.elements import NO_DATA_SET, Tag
from harness.dimse.messages import c_store_rq
from harness.engine.conform.bench import Bench
from harness.engine.conform.facts import MR_IMAGE_STORAGE, supports
from harness.engine.conform.model import Case, Conduct, Outcome, Profile, Seen
from harness.engine.conform.outcomes import ENDED, SILENT, failure, status, success_or_warning
from harness.engine.conform.queries import element
from harness.engine.conform.stock import Instance
from harness.engine.conform.storing import contexts_for, note_kept, request_for, store
from harness.standard.status import Service
from harness.standard.uids import CT_IMAGE_STORAGE, EXPLICIT_VR_LE, IMPLICIT_VR_LE, new_uid

_IMPLICIT = (supports(CT_IMAGE_STORAGE, IMPLICIT_VR_LE),)
_FAILURE = failure(Service.STORE)
_STORED = success_or_warning(Service.STORE)
_DOES_NOT_MATCH = status(0xB007)
_SOP_CLASS, _SOP_INSTANCE, _STUDY = 0x00080016, 0x00080018, 0x0020000D
_UNDEFINED_PRIORITY = 7

DataOf = Callable[[Instance], bytes]
CommandOf = Callable[[Instance], CommandSet]


def _case(
    name: str,
    title: str,
    requirement: str,
    *allowed: Outcome,
    data: DataOf | None = None,
    command: CommandOf | None = None,
    modality: str = "CT",
) -> Case:
    def script(bench: Bench) -> Seen:
        (instance,) = bench.stock.make(modality, IMPLICIT_VR_LE)
        with bench.established([(CT_IMAGE_STORAGE, (IMPLICIT_VR_LE,))]) as talk:
            made = command(instance) if command is not None else None
            return store(bench, talk, instance, command=made, data=data(instance) if data is not None else None)

    allowed = allowed or (_FAILURE, *ENDED)
    identifier = f"storage/invalid/{name}"
    return Case(identifier, title, (requirement,), allowed, script, Profile.STRICT, Conduct.BREAKS, _IMPLICIT)


# Data sets


def _elements(data: bytes) -> list[tuple[int, bytes]]:
    """The elements of a data set in Implicit VR Little Endian whose lengths are all defined."""
    found, offset = [], 0
    while offset < len(data):
        group, number, length = struct.unpack_from("<HHI", data, offset)
        end = offset + 8 + length
        found.append((group << 16 | number, data[offset + 8 : end]))
        offset = end
    return found


def _with(tag: int, value: bytes | None) -> DataOf:
    """The data set with another value of an element, or without it."""

    def make(instance: Instance) -> bytes:
        parts = [(tag, value) if one[0] == tag else one for one in _elements(instance.data)]
        return b"".join(element(number, content) for number, content in parts if content is not None)

    return make


def _padded(uid: str) -> bytes:
    encoded = uid.encode("ascii")
    return encoded + b"\0" * (len(encoded) % 2)


def _with_file_meta(instance: Instance) -> bytes:
    return element(0x00020010, _padded(IMPLICIT_VR_LE)) + instance.data


def _as_file(instance: Instance) -> bytes:
    return bytes(128) + b"DICM" + instance.data


def _overrun(instance: Instance) -> bytes:
    """The last element announces more than there is."""
    *parts, (tag, value) = _elements(instance.data)
    last = struct.pack("<HHI", tag >> 16, tag & 0xFFFF, len(value) + 1000) + value
    return b"".join(element(number, content) for number, content in parts) + last


def _explicit_on_implicit(bench: Bench) -> Seen:
    (instance,) = bench.stock.make("CT", EXPLICIT_VR_LE)
    with bench.established([(CT_IMAGE_STORAGE, (IMPLICIT_VR_LE,))]) as talk:
        return store(bench, talk, instance)


# Commands


def _edited(tag: int, value: int | str | None) -> CommandOf:
    def make(instance: Instance) -> CommandSet:
        command = c_store_rq(1, instance.sop_class_uid, instance.sop_instance_uid)
        if value is None:
            del command.elements[tag]
        else:
            command.elements[tag] = value
        return command

    return make


def _no_data_set(bench: Bench) -> Seen:
    (instance,) = bench.stock.make("CT", IMPLICIT_VR_LE)
    with bench.established(contexts_for(instance)) as talk:
        command = request_for(talk, instance)
        command.elements[Tag.COMMAND_DATA_SET_TYPE] = NO_DATA_SET
        talk.command(next(iter(talk.contexts)), command)
        seen = talk.reaction()
        note_kept(bench, instance, seen)
        return seen


_UNDECODABLE = "storage/undecodable-refused"
_IDENTIFICATION = "storage/identification-missing"

CASES = (
    _case(
        "other-class",
        "A data set of another SOP class than the request",
        "storage/class-mismatch",
        _FAILURE,
        _DOES_NOT_MATCH,
        *ENDED,
        data=_with(_SOP_CLASS, _padded(MR_IMAGE_STORAGE)),
    ),
    _case(
        "other-instance",
        "A data set of another SOP instance than the request",
        "storage/instance-mismatch",
        data=_with(_SOP_INSTANCE, _padded(new_uid())),
    ),
    _case(
        "class-of-other-context",
        "An MR image on a presentation context for CT images",
        "storage/class-of-other-context",
        modality="MR",
    ),
    Case(
        "storage/invalid/explicit-on-implicit",
        "A data set in Explicit VR on a presentation context for Implicit VR",
        (_UNDECODABLE,),
        (_FAILURE, *ENDED),
        _explicit_on_implicit,
        Profile.STRICT,
        Conduct.BREAKS,
        _IMPLICIT,
    ),
    _case("garbage", "Bytes that are no data set", _UNDECODABLE, data=lambda _: b"\xff" * 400),
    _case("as-file", "A whole file in the place of a data set", _UNDECODABLE, data=_as_file),
    _case(
        "truncated",
        "A data set that ends within an element",
        "storage/truncated-refused",
        data=lambda instance: instance.data[: len(instance.data) - 100],
    ),
    _case(
        "overrun",
        "An element that goes beyond the data set",
        "storage/truncated-refused",
        data=_overrun,
    ),
    _case("empty", "A data set without any element", "storage/empty-refused", data=lambda _: b""),
    Case(
        "storage/invalid/no-data-set",
        "A C-STORE that announces no data set",
        ("storage/no-data-set-refused",),
        (_FAILURE, *ENDED, SILENT),
        _no_data_set,
        Profile.STRICT,
        Conduct.BREAKS,
        _IMPLICIT,
    ),
    _case(
        "no-study",
        "A data set without Study Instance UID",
        _IDENTIFICATION,
        data=_with(_STUDY, None),
    ),
    _case("no-class", "A data set without SOP Class UID", _IDENTIFICATION, data=_with(_SOP_CLASS, None)),
    _case("no-instance", "A data set without SOP Instance UID", _IDENTIFICATION, data=_with(_SOP_INSTANCE, None)),
    _case(
        "uid-invalid",
        "A SOP Instance UID that is no UID",
        "storage/uid-invalid",
        command=_edited(Tag.AFFECTED_SOP_INSTANCE_UID, "abc.def"),
        data=_with(_SOP_INSTANCE, b"abc.def\0"),
    ),
    _case(
        "file-meta-information",
        "An element of group 0002 in the data set",
        "storage/file-meta-information-received",
        _STORED,
        _FAILURE,
        *ENDED,
        data=_with_file_meta,
    ),
    _case(
        "priority-undefined",
        "A priority that is not defined",
        "storage/priority-invalid",
        _STORED,
        _FAILURE,
        *ENDED,
        command=_edited(Tag.PRIORITY, _UNDEFINED_PRIORITY),
    ),
    _case(
        "request-without-class",
        "A request without SOP class",
        "dimse/required-field-missing",
        command=_edited(Tag.AFFECTED_SOP_CLASS_UID, None),
    ),
    _case(
        "request-without-instance",
        "A request without SOP instance",
        "dimse/required-field-missing",
        command=_edited(Tag.AFFECTED_SOP_INSTANCE_UID, None),
    ),
)
