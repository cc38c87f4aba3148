"""The daemon and everything it does with databases, files, sockets and the clock."""
