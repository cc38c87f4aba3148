"""How many examples the property tests try: a few in every run, as many as asked for in a long one.

``DUBAN_EXAMPLES=1000000 pytest tests/rules -k oracle --timeout=0`` is the long run.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "duban",
    max_examples=int(os.environ.get("DUBAN_EXAMPLES", "60")),
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.load_profile("duban")
