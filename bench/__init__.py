"""Benches: what duban does in a second beside what else can do the same work.

``python -m bench`` lists them, ``python -m bench NAME`` runs one and ``python -m bench all`` every
one; with ``--json`` they print ``{"results": [...]}``. The libraries to measure beside are the
optional dependencies ``bench``.
"""
