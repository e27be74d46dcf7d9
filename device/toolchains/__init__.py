"""Vendors' compilers: one file a vendor."""
