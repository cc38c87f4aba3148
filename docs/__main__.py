"""Draw the pictures of the manual anew and fill in its tables: ``python -m docs``."""

from docs import tables
from docs.pictures import write_all

write_all()
for path, text in tables.pages().items():
    path.write_text(text, encoding="utf-8")
