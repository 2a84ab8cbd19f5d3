"""Run eark-validator without a network: a program for the judge's own Python, not for strongroom's.

eark-validator asks the DILCIS server for four vocabularies while it is imported, and cannot start without an answer.
Here `urlopen` answers with published terms (those a package of web pages may use), one XML element a line, which is
all that it reads. Prints the
report as JSON. Its exit status is 0 for invalid packages too, so the report is what counts.
"""

import urllib.request

_TERMS = {
    "CSIPVocabularyContentCategory.xml": (
        "Software",
        "Datasets",
        "Geospatial Data",
        "Databases",
        "Websites",
        "Web Archives",
        "Collection",
        "Event",
        "Interactive resource",
        "Mixed",
        "Other",
    ),
    "CSIPVocabularyContentInformationType.xml": (
        "ERMS",
        "SIARD1",
        "SIARD2",
        "SIARDDK",
        "GeoData",
        "citsarchival_v1_0",
        "citserms_v2_1",
        "citspremis_v1_0",
        "citssiard_v1_0",
        "citsgeospatial_v3_0",
        "MIXED",
        "OTHER",
    ),
    "CSIPVocabularyOAISPackageType.xml": ("SIP", "AIP", "DIP", "AIU", "AIC"),
    "CSIPVocabularyStatus.xml": ("CURRENT", "SUPERSEDED"),
}


def _vocabulary(url: str) -> list[bytes]:
    name = url.rpartition("/")[2]
    return [f"<Term>{term}</Term>\n".encode() for term in _TERMS[name]]


def main() -> None:
    """Answer for the server, then hand over to the validator's own command line."""
    urllib.request.urlopen = _vocabulary  # type: ignore[assignment]  # all that the validator uses of it
    from eark_validator.cli.app import main as validate  # type: ignore[import-not-found]  # of the judge's Python

    validate()


if __name__ == "__main__":
    main()
