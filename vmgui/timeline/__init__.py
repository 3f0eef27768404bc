"""What happened: sealed columns of steps, replicas at any step, operations with undo."""
