"""What `make check` runs beside the tools."""
