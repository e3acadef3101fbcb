"""The challenge's data, fetched and unpacked."""
