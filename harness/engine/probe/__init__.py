"""What a peer accepts: asked in as few associations as hold it, with nothing written."""
