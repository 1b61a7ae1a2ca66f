"""What each step may say: one file per group of services."""
