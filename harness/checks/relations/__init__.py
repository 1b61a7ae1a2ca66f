"""Relations among answers of one archive (metamorphic checks): no known data, nothing written."""
