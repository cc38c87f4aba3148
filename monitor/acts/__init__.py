"""What people do: each act in one function, for commands, links and pages alike."""
