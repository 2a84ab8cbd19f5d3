"""From a web page and what it links to, to a package that an archive can keep."""
