"""TLS for DICOM: the secure transport connection profiles of PS3.15, and the files that identify an end."""
