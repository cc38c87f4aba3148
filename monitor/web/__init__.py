"""The web edge: what machines ask the daemon over HTTP."""
