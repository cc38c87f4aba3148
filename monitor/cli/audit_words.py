"""What is wrong with the record, as the command line says it."""

from __future__ import annotations

from monitor.cli.shell import Shell
from monitor.pipeline.audit_wording import fault_words
from monitor.store.seal_check import Fault


def fault_text(shell: Shell, fault: Fault) -> str:
    """Say what is wrong, and what of it was sealed when."""
    return fault_words(fault, str(shell.iso(fault.sealed_at))).text(shell.language)
