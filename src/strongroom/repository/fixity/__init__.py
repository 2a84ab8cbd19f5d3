"""Fixity of the copies of an archive: read, compared with the log, remembered, repaired."""
