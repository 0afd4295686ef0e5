"""What Orderhub does: one verb a file, dependencies as arguments."""
