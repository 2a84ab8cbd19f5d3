"""METS 1.12.1 as an E-ARK information package (CSIP 2.2): written in one pass, read and judged."""
