"""Structured reports and encapsulated documents (PS3.3 A.35.3, A.45.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.standard.attributes import Attributes
from harness.testdata.templates.base import Template, code

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

_FINDING: Attributes = {
    "RelationshipType": "CONTAINS",
    "ValueType": "TEXT",
    "ConceptNameCodeSequence": [code("121071", "DCM", "Finding")],
    "TextValue": "Synthetic finding, of no patient",
}
_SR: Attributes = {
    "Modality": "SR",
    "ReferencedPerformedProcedureStepSequence": (),
    "PerformedProcedureCodeSequence": (),
    "CompletionFlag": "COMPLETE",
    "VerificationFlag": "UNVERIFIED",
    "ValueType": "CONTAINER",
    "ConceptNameCodeSequence": [code("18748-4", "LN", "Diagnostic imaging report")],
    "ContinuityOfContent": "SEPARATE",
    "ContentSequence": [_FINDING],
}
_PDF: Attributes = {
    "Modality": "DOC",
    "ConversionType": "SYN",
    "AcquisitionDateTime": "",
    "BurnedInAnnotation": "NO",
    "DocumentTitle": "Synthetic document",
    "ConceptNameCodeSequence": (),
    "MIMETypeOfEncapsulatedDocument": "application/pdf",
}
_PAGE = b"BT /F1 24 Tf 72 720 Td (Synthetic document, of no patient) Tj ET"
_OBJECTS = (
    b"<< /Type /Catalog /Pages 2 0 R >>",
    b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R /Resources << /Font << /F1 4 0 R >> >> >>",
    b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    b"<< /Length %d >>\nstream\n%b\nendstream" % (len(_PAGE), _PAGE),
)


def one_page_pdf() -> bytes:
    """A PDF of one page with one line of text (ISO 32000-1 7.5)."""
    document = b"%PDF-1.4\n"
    offsets = []
    for number, content in enumerate(_OBJECTS, start=1):
        offsets.append(len(document))
        document += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    entries = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(_OBJECTS) + 1
    table = b"xref\n0 %d\n0000000000 65535 f \n%b" % (size, entries)
    return document + table + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, len(document))


def _add_document(data_set: Dataset) -> None:
    document = one_page_pdf()
    data_set.EncapsulatedDocumentLength = len(document)
    data_set.EncapsulatedDocument = document + b"\0" * (len(document) % 2)


DOCUMENTS = {
    "SR": Template("1.2.840.10008.5.1.4.1.1.88.33", _SR),
    "PDF": Template("1.2.840.10008.5.1.4.1.1.104.1", _PDF, complete=_add_document),
}
