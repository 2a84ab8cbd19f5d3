"""Bytes to values and back: a folder or a module for each standard; none of them asks the network.

- What comes over the wire: `http`, `url`.
- What captured files refer to and ask for: `documents`, `robots_txt`.
- What a page says about itself: `statements`, `dublincore`.
- What is kept: `warc`, `wacz`, `links_csv`, `settings_toml`.
- What tells of it: `mets`, `premis`, and `readme` for people.
- What is judged as a whole: `package`, `bag`; a bag in one file: `serialised`.
- Below them all: `xml`, `schema`, `timestamp`.
"""
