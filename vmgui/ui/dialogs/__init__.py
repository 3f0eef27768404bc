"""The few dialogs: machine, keys, help, about, finding an action."""
