"""What a capture that somebody else made says of each association in it."""
