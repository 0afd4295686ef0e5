"""The whole of Orderhub on this machine: a local AWS, the real template, a command line. Never deployed."""
