"""The names of months in the languages that pages write their dates in, to the number of the month."""

# ruff: noqa: RUF001 - letters of many scripts, some of which look like Latin ones

_NAMES = """
january janvier januar enero gennaio janeiro januari styczeń stycznia января январь січня ocak ledna leden jan
janv jän jänner sty янв oca ιανουαρίου يناير ינואר tammikuuta január ianuarie;
february février februar febrero febbraio fevereiro februari luty lutego февраля февраль лютого şubat února
únor feb févr feber febr fev lut фев şub φεβρουαρίου فبراير פברואר helmikuuta február februarie;
march mars märz marzo março maart marzec marca марта март березня mart března březen marts mar mär mrz μαρτίου
مارس מרץ מרס maaliskuuta március martie;
april avril abril aprile kwiecień kwietnia апреля апрель квітня nisan dubna duben apr avr abr kwi апр nis
απριλίου أبريل אפריל huhtikuuta április aprilie;
may mai mayo maggio maio mei maj maja мая май травня mayıs května květen mag μαΐου مايو מאי toukokuuta május;
june juin juni junio giugno junho czerwiec czerwca июня июнь червня haziran června červen jun giu cze июн haz
ιουνίου يونيو יוני kesäkuuta június iunie;
july juillet juli julio luglio julho lipiec lipca июля июль липня temmuz července červenec jul juil lug lip
июл tem ιουλίου يوليو יולי heinäkuuta július iulie;
august août agosto augustus augusti sierpień sierpnia августа август серпня ağustos srpna srpen aug aoû ago
sie авг ağu αυγούστου أغسطس אוגוסט elokuuta augusztus;
september septembre septiembre settembre setembro wrzesień września сентября сентябрь вересня eylül září sep
sept set wrz сен eyl σεπτεμβρίου سبتمبر ספטמבר syyskuuta szeptember septembrie;
october octobre oktober octubre ottobre outubro październik października октября октябрь жовтня ekim října
říjen oct okt ott out paź окт eki οκτωβρίου أكتوبر אוקטובר lokakuuta október octombrie;
november novembre noviembre novembro listopad listopada ноября ноябрь kasım листопада listopadu nov lis ноя
kas νοεμβρίου نوفمبر נובמבר marraskuuta noiembrie;
december décembre dezember diciembre dicembre dezembro grudzień grudnia декабря декабрь грудня aralık prosince
prosinec dec déc dez dic gru дек ara δεκεμβρίου ديسمبر דצמבר joulukuuta decembrie
"""

MONTHS: dict[str, int] = {
    prefix + name.casefold(): number
    for number, line in enumerate(_NAMES.split(";"), 1)
    for name in line.split()
    # Hebrew writes "in March" as one word.
    for prefix in (("", "ב") if "א" <= name[0] <= "ת" else ("",))
}
"""Case-folded, without a final dot. Names that mean another month elsewhere (Croatian listopad) are left to Polish."""
