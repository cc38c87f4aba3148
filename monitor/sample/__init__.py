"""The sample hall: a made-up city's approval database, for trying, testing and measuring."""

from monitor.sample.filling import fill, is_filled
from monitor.sample.generator import chunks
from monitor.sample.living import Life, Lived, live

__all__ = ["Life", "Lived", "chunks", "fill", "is_filled", "live"]
