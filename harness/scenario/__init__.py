"""Scenario files: from YAML, with the place of every mistake, to models."""
