"""WARC 1.1 (ISO 28500:2017): records written, read with exact places, and checked."""
