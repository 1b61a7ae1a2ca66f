"""Names that people use for UIDs beside the registered name and the keyword of PS3.6."""

from __future__ import annotations

OTHER_NAMES: dict[str, tuple[str, ...]] = {
    "1.2.840.10008.1.2": (
        "Implicit VR Little Endian",
        "Implicit VR Little Endian: Default Transfer Syntax for DICOM",
        "Little Endian Implicit",
        "Implicit Little Endian",
    ),
    "1.2.840.10008.1.2.1": ("Explicit VR Little Endian", "Little Endian Explicit", "Explicit Little Endian"),
    "1.2.840.10008.1.2.1.99": (
        "Deflated Explicit VR Little Endian",
        "Deflated Little Endian Explicit",
        "Deflated Explicit Little Endian",
    ),
    "1.2.840.10008.1.2.2": ("Explicit VR Big Endian", "Big Endian Explicit", "Explicit Big Endian"),
    "1.2.840.10008.1.2.4.50": ("JPEG Baseline", "JPEG Baseline Process 1"),
    "1.2.840.10008.1.2.4.51": ("JPEG Extended",),
    "1.2.840.10008.1.2.4.57": ("JPEG Lossless (Process 14)",),
    "1.2.840.10008.1.2.4.70": (
        "JPEG Lossless SV1",
        "JPEG Lossless, Non-Hierarchical, 1st Order Prediction",
        "JPEG Lossless (Process 14, SV1)",
        "JPEG Lossless First-Order Prediction",
    ),
    "1.2.840.10008.1.2.4.80": ("JPEG-LS Lossless",),
    "1.2.840.10008.1.2.4.81": ("JPEG-LS Near-Lossless", "JPEG-LS Lossy", "JPEG-LS Lossy (Near-Lossless)"),
    "1.2.840.10008.1.2.4.90": ("JPEG 2000 Lossless", "JPEG 2000 (Lossless Only)"),
    "1.2.840.10008.1.2.4.91": ("JPEG 2000", "JPEG 2000 (Lossless or Lossy)", "JPEG 2000 Lossy"),
    "1.2.840.10008.1.2.4.92": ("JPEG 2000 Part 2 Lossless", "JPEG 2000 Multi-component (Lossless Only)"),
    "1.2.840.10008.1.2.4.93": (
        "JPEG 2000 Part 2",
        "JPEG 2000 Multi-component",
        "JPEG 2000 Part 2 Multi-component Image Compression (Lossless or Lossy)",
    ),
    "1.2.840.10008.1.2.4.100": ("MPEG2 Main Profile",),
    "1.2.840.10008.1.2.4.101": ("MPEG2 High Level",),
    "1.2.840.10008.1.2.4.102": ("MPEG-4 High Profile / Level 4.1",),
    "1.2.840.10008.1.2.4.103": ("MPEG-4 BD-compatible High Profile / Level 4.1",),
    "1.2.840.10008.1.2.4.104": ("MPEG-4 High Profile / Level 4.2 For 2D Video",),
    "1.2.840.10008.1.2.4.105": ("MPEG-4 High Profile / Level 4.2 For 3D Video",),
    "1.2.840.10008.1.2.4.106": ("MPEG-4 Stereo High Profile / Level 4.2",),
    "1.2.840.10008.1.2.4.107": ("HEVC Main Profile / Level 5.1",),
    "1.2.840.10008.1.2.4.108": ("HEVC Main 10 Profile / Level 5.1",),
    "1.2.840.10008.1.2.4.201": ("HTJ2K Lossless", "High-Throughput JPEG 2000 Lossless"),
    "1.2.840.10008.1.2.4.202": ("HTJ2K Lossless RPCL", "High-Throughput JPEG 2000 Lossless RPCL"),
    "1.2.840.10008.1.2.4.203": ("HTJ2K", "High-Throughput JPEG 2000"),
    "1.2.840.10008.1.2.5": ("RLE Lossless", "RLE"),
    "1.2.840.10008.1.1": ("Verification", "C-ECHO"),
    "1.2.840.10008.3.1.2.3.3": ("Modality Performed Procedure Step", "MPPS"),
    "1.2.840.10008.5.1.4.31": ("Modality Worklist Information Model - FIND", "Modality Worklist"),
    "1.2.840.10008.5.1.1.33": ("Media Creation Management",),
    "1.2.840.10008.1.20.1": ("Storage Commitment Push Model", "Storage Commitment"),
}
"""The first name is the short one for reports; all are accepted. The word order of DCMTK's tools is among them."""
