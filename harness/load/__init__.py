"""Load: many operations at once against a test peer, measured without leaving out the waiting."""
