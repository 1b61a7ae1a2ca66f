"""The DICOM Upper Layer (PS3.8), without input or output: PDU codec, state table, byte stream."""
