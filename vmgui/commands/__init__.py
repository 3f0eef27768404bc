"""What the command line does, one module a command; each has ``main(arguments) -> exit status``."""
