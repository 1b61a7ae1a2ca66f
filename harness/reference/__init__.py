"""The bundled reference SCP: Verification, Storage and Query/Retrieve on the harness's own core."""
