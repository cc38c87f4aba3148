"""Lets ``python -m monitor.cli`` be the same as ``duban``."""

from monitor.cli import main

main()
