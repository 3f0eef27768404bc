"""Texts from outside: operations, documents, recordings.  Data in, data or a FormatError out."""
