"""Language tags as BCP 47 (RFC 5646) writes them, out of what pages write."""

import re

_TAG = re.compile(
    r"^[A-Za-z]{2,3}(?:-[A-Za-z]{3}){0,3}(?:-[A-Za-z]{4})?(?:-(?:[A-Za-z]{2}|[0-9]{3}))?(?:-(?:[A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*$"
)
_SILENT = {"und", "mul", "zxx", "mis", "xx", "c"}

# ISO 639-2 codes, terminological and bibliographic, for which ISO 639-1 has two letters: BCP 47 wants the shorter.
_SHORTER = dict(
    pair.split(":")
    for pair in (
        "aar:aa abk:ab ave:ae afr:af aka:ak amh:am arg:an ara:ar asm:as ava:av aym:ay aze:az bak:ba bel:be bul:bg "
        "bis:bi bam:bm ben:bn bod:bo tib:bo bre:br bos:bs cat:ca che:ce cha:ch cos:co cre:cr ces:cs cze:cs chu:cu "
        "chv:cv cym:cy wel:cy dan:da deu:de ger:de div:dv dzo:dz ewe:ee ell:el gre:el eng:en epo:eo spa:es est:et "
        "eus:eu baq:eu fas:fa per:fa ful:ff fin:fi fij:fj fao:fo fra:fr fre:fr fry:fy gle:ga gla:gd glg:gl grn:gn "
        "guj:gu glv:gv hau:ha heb:he hin:hi hmo:ho hrv:hr hat:ht hun:hu hye:hy arm:hy her:hz ina:ia ind:id ile:ie "
        "ibo:ig iii:ii ipk:ik ido:io isl:is ice:is ita:it iku:iu jpn:ja jav:jv kat:ka geo:ka kon:kg kik:ki kua:kj "
        "kaz:kk kal:kl khm:km kan:kn kor:ko kau:kr kas:ks kur:ku kom:kv cor:kw kir:ky lat:la ltz:lb lug:lg lim:li "
        "lin:ln lao:lo lit:lt lub:lu lav:lv mlg:mg mah:mh mri:mi mao:mi mkd:mk mac:mk mal:ml mon:mn mar:mr msa:ms "
        "may:ms mlt:mt mya:my bur:my nau:na nob:nb nde:nd nep:ne ndo:ng nld:nl dut:nl nno:nn nor:no nbl:nr nav:nv "
        "nya:ny oci:oc oji:oj orm:om ori:or oss:os pan:pa pli:pi pol:pl pus:ps por:pt que:qu roh:rm run:rn ron:ro "
        "rum:ro rus:ru kin:rw san:sa srd:sc snd:sd sme:se sag:sg sin:si slk:sk slo:sk slv:sl smo:sm sna:sn som:so "
        "sqi:sq alb:sq srp:sr ssw:ss sot:st sun:su swe:sv swa:sw tam:ta tel:te tgk:tg tha:th tir:ti tuk:tk tgl:tl "
        "tsn:tn ton:to tur:tr tso:ts tat:tt twi:tw tah:ty uig:ug ukr:uk urd:ur uzb:uz ven:ve vie:vi vol:vo wln:wa "
        "wol:wo xho:xh yid:yi yor:yo zha:za zho:zh chi:zh zul:zu"
    ).split()
)

# Names that forms and content systems write where a tag is meant.
_NAMES = {
    "arabic": "ar", "العربية": "ar", "chinese": "zh", "中文": "zh", "czech": "cs", "čeština": "cs", "danish": "da",
    "dansk": "da", "dutch": "nl", "nederlands": "nl", "english": "en", "finnish": "fi", "suomi": "fi", "french": "fr",
    "français": "fr", "german": "de", "deutsch": "de", "greek": "el", "ελληνικά": "el", "hebrew": "he", "עברית": "he",
    "hindi": "hi", "हिन्दी": "hi", "hungarian": "hu", "magyar": "hu", "italian": "it", "italiano": "it",
    "japanese": "ja", "日本語": "ja", "korean": "ko", "한국어": "ko", "norwegian": "no", "norsk": "no", "persian": "fa",
    "فارسی": "fa", "polish": "pl", "polski": "pl", "portuguese": "pt", "português": "pt", "romanian": "ro",
    "română": "ro", "russian": "ru", "русский": "ru", "spanish": "es", "español": "es", "swedish": "sv",
    "svenska": "sv", "turkish": "tr", "türkçe": "tr", "ukrainian": "uk", "українська": "uk",
}  # fmt: skip


def language_tag(text: str) -> str | None:
    """The tag in its usual case, or None when no single language is named.

    >>> language_tag("en_us"), language_tag("ZH-hant-tw"), language_tag("fre"), language_tag("Deutsch")
    ('en-US', 'zh-Hant-TW', 'fr', 'de')
    >>> language_tag("und"), language_tag("x-default"), language_tag("klingonisch")
    (None, None, None)
    """
    text = text.strip()
    if named := _NAMES.get(text.casefold()):
        return named
    tag = text.replace("_", "-").partition(".")[0].partition("@")[0]
    if not _TAG.match(tag):
        return None
    first, *rest = tag.split("-")
    first = first.lower()
    if first in _SILENT:
        return None
    return "-".join([_SHORTER.get(first, first), *(_cased(part) for part in rest)])


def _cased(part: str) -> str:
    if len(part) == 4 and part.isalpha():
        return part.title()
    return part.upper() if len(part) == 2 else part.lower()
