"""Pages for customers: server-rendered, without scripts, in their language."""
