"""README.html: the page of a package that a person opens first."""
