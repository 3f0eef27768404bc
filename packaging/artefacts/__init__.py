"""What is handed out: a module for each kind of artefact, and what they share."""
