"""The archive on disk: its storage root, log, replicas and catalogue."""
