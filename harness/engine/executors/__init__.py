"""Steps carried out: one file per group of services."""
