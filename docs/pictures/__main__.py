"""Draw every picture of the manual anew: ``python -m docs.pictures``."""

from docs.pictures import write_all

write_all()
