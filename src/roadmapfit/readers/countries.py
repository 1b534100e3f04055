"""Names of countries, French and English, to ISO 3166 codes of two letters."""

from __future__ import annotations

import re

from roadmapfit.readers.headings import fold_heading

# Folded as headings are. Overseas territories with a code of their own keep it.
_NAMES = """
AE emirats arabes unis|united arab emirates
AL albanie|albania
AR argentine|argentina
AT autriche|austria
AU australie|australia
BA bosnie-herzegovine|bosnia and herzegovina
BB barbade|barbados
BE belgique|belgium
BF burkina faso
BG bulgarie|bulgaria
BJ benin
BO bolivie|bolivia
BR bresil|brazil
CA canada
CD congo (republique democratique du)|republique democratique du congo
CF republique centrafricaine
CG congo
CH suisse|switzerland
CI cote d'ivoire
CK cook (iles)
CL chili|chile
CM cameroun|cameroon
CN chine|china
CO colombie|colombia
CR costa rica
CY chypre|cyprus
CZ tchequie|republique tcheque|czechia|czech republic
DE allemagne|germany
DK danemark|denmark
DZ algerie|algeria
EC equateur|ecuador
EE estonie|estonia
EG egypte|egypt
ES espagne|spain
ET ethiopie|ethiopia
FI finlande|finland
FR france
GA gabon
GB royaume-uni|royaume-uni de grande-bretagne et d'irlande du nord|united kingdom|grande-bretagne
GE georgie|georgia
GF guyane francaise|guyane
GH ghana
GM gambie|gambia
GN guinee|guinea
GP guadeloupe
GR grece|greece
GT guatemala
GU guam
HK hong kong
HR croatie|croatia
HT haiti
HU hongrie|hungary
ID indonesie|indonesia
IE irlande|ireland
IL israel
IN inde|india
IS islande|iceland
IT italie|italy
JO jordanie|jordan
JP japon|japan
KE kenya
KG kirghizistan|kyrgyzstan
KH cambodge|cambodia
KN saint-kitts-et-nevis
KR coree (republique de)|coree du sud|south korea
KW koweit|kuwait
KZ kazakhstan
LA laos
LB liban|lebanon
LT lituanie|lithuania
LU luxembourg
LV lettonie|latvia
MA maroc|morocco
MC monaco
MD moldavie|moldova
ME montenegro
MG madagascar
MK macedoine du nord|north macedonia
ML mali
MQ martinique
MT malte|malta
MX mexique|mexico
MY malaisie|malaysia
MZ mozambique
NC nouvelle-caledonie
NE niger
NF norfolk (ile)
NG nigeria
NI nicaragua
NL pays-bas|netherlands
NO norvege|norway
NP nepal
NZ nouvelle-zelande|new zealand
PE perou|peru
PF polynesie francaise
PH philippines
PL pologne|poland
PT portugal
PY paraguay
RE reunion|la reunion
RO roumanie|romania
RS serbie|serbia
RU russie|russia
SA arabie saoudite|saudi arabia
SC seychelles
SE suede|sweden
SG singapour|singapore
SI slovenie|slovenia
SK slovaquie|slovakia
SL sierra leone
SN senegal
TD tchad|chad
TG togo
TH thailande|thailand
TN tunisie|tunisia
TR turquie|turkiye|turkey
TT trinite-et-tobago
TW taiwan
TZ tanzanie|tanzania
UA ukraine
US etats-unis d'amerique|etats-unis|united states|usa
UY uruguay
UZ ouzbekistan|uzbekistan
VN viet nam|vietnam
VU vanuatu
YE yemen
YT mayotte
ZA afrique du sud|south africa
ZW zimbabwe
"""
_CODES = {name: line[:2] for line in _NAMES.strip().splitlines() for name in line[3:].split("|")}
_CODE = re.compile(r"[A-Z]{2}", re.ASCII)
# The Commission writes these two its own way.
_ISO = {"UK": "GB", "EL": "GR"}


def parse_country(text: str) -> str:
    """Read a country's name or code of two letters; empty is empty.

    Raises
    ------
    ValueError
        If it is neither a known name nor two letters.

    Examples
    --------
    >>> parse_country("États-Unis d'Amérique"), parse_country("el"), parse_country("")
    ('US', 'GR', '')
    """
    plain = text.strip()
    if not plain:
        return ""
    code = plain.upper()
    if _CODE.fullmatch(code):
        return _ISO.get(code, code)
    found = _CODES.get(fold_heading(plain).replace("’", "'"))
    if found is None:
        raise ValueError(f"{text!r} is no known country")
    return found
