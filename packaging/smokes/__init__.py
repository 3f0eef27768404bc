"""What `packaging/smoke.py` is made of: a machine to try an artefact in, and what is tried there."""
