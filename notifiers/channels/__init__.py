"""The channels, one file each: its settings and how it sends."""
