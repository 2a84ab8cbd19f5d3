"""Durable jobs: bags that arrive and lists of captures, worked off by processes that may die at any moment.

The database of jobs is never the truth: a job that runs twice makes one version, and the incoming folder is looked
through again and again, so the database may be deleted at any time.
"""
