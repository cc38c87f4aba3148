"""Audits of a period or a sample: what is read in parts, and inspected here or on a cluster."""
