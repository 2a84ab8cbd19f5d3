"""What a page says about itself, read out of its markup: pure functions from bytes and headers to statements.

One module for each place where pages speak (JSON-LD, meta elements, microdata, RDFa, links, markup, headers), one for
each kind of value (dates, languages, identifiers, names), and `choose`, which decides between them. `reading` is the
door: `read_statements`. Nothing here reads files, asks the network or the clock.
"""
