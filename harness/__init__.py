"""dicom-harness: find out, with evidence, whether DICOM systems really talk to each other."""

__version__ = "0.1.0"
