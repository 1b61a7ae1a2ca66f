"""What the instances of each kind are made of (PS3.3 Annex A), as data: one file per group of IODs."""
