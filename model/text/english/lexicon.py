"""Words of written English that are not read as they are spelled: data only.

In spoken forms, capitals with full stops ("P.H.D.") are letters to be said by name.
"""

from __future__ import annotations


def _table(text: str) -> dict[str, str]:
    """From "a b c; d e" to {"a": "b c", "d": "e"}: denser than a literal, and as easy to extend."""
    entries = (entry.split() for entry in text.split(";"))
    return {written: " ".join(spoken) for written, *spoken in entries}


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Before a name: the full stop is part of the abbreviation and never ends a sentence.
TITLES = _table("""
    mr mister; mrs Mrs; ms miz; messrs messers; mx mix; dr doctor; prof professor; rev reverend; hon
    honorable; fr father; gen general; col colonel; maj major; capt captain; cpt captain; lt lieutenant; sgt
    sergeant; cpl corporal; pvt private; cmdr commander; adm admiral; gov governor; sen senator; rep
    representative; pres president; supt superintendent; st st; mt mount; ft fort
""")
# After a name.
STREETS = _table("""
    st street; dr drive; ave avenue; av avenue; blvd boulevard; rd road; ln lane; ct court; pl place; sq
    square; hwy highway; pkwy parkway; ter terrace; cres crescent; bldg building; apt apartment; ste suite
""")
# With a full stop, which may end a sentence as well.
WITH_STOP = _table("""
    jr junior; sr senior; esq esquire; inc incorporated; ltd limited; co company; corp corporation; bros
    brothers; assn association; univ university; est established; approx approximately; appt appointment;
    tel telephone; ext extension; misc miscellaneous; max maximum; min minimum; avg average; temp
    temperature; incl including; excl excluding; vol volume; vols volumes; ch chapter; fig figure; figs
    figures; eq equation; ed edition; eds editors; cf compare; viz namely; ca circa; resp respectively; dist
    district; div division
""")
# With or without a full stop.
ANYWHERE = _table("""
    etc et cetera; vs versus; e.g for example; i.e that is; eg for example; a.k.a also known as; aka also
    known as; w/ with; w/o without; c/o care of; and/or and or; b/c because; ph.d P.H.D.; phd P.H.D.; n/a
    N.A.; blvd boulevard; ave avenue; govt government; dept department; c++ C. plus plus; c# C. sharp; f# F.
    sharp; hm hmm; hmmm hmm; mhm mm hmm; mm-hmm mm hmm; wwi World War one; wwii World War two; tis 'tis;
    twas 'twas; jpeg jay peg; mpeg em peg
""")
# Only before a number, and then with or without a full stop.
BEFORE_NUMBER = _table("""
    no number; nos numbers; p page; pp pages; pg page; sec section; para paragraph; art article; ver
    version; v version; vol volume; ch chapter; fig figure; ext extension; approx approximately; apt
    apartment; ste suite; rm room; hwy highway; rte route; bk book; pt part; tel telephone; ca circa; c
    circa
""")

MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july", "august"),
    *("september", "october", "november", "december"),
)
MONTH_ABBREVIATIONS = {**{month[:3]: month for month in MONTHS}, "sept": "september"}
DAY_ABBREVIATIONS = _table("""
    mon monday; tue tuesday; tues tuesday; wed wednesday; thu thursday; thur thursday; thurs thursday; fri
    friday; sat saturday; sun sunday
""")

# Capitals that are said by letter although they look like words, and the other way round.
SPELLED = _set("""
    AM PM US UK EU UN IT ID AI TV PC CD DVD LED LCD VIP CEO CFO CTO COO HR PR QA UI UX OS IP URL USB API SDK
    IDE SQL HTML CSS XML CSV PDF SMS SUV USA UAE FAQ ATM GPS EST PST CST MST EDT PDT CDT MDT GMT UTC CET BC
    AD CE BCE ETA ER ICU MRI EKG ECG IV HIV STD IRS IRA IPO ROI KPI GDP LLC LLP PLC NBA NFL MLB NHL UFC AMC
    IPA IOU DIY RSVP TTS STT ASR LLM GPU CPU RNA DNA EV EMT ETF AC DC OCD ADHD PTSD ABC XL XXL OMG
""")
# And of those by letter, the ones that are words where everything is in capitals.
ALSO_LOUD = _set("US IT AM ID AD OS ER UN AC ABC")
PRONOUNCED = _set("""
    NASA NATO UNESCO UNICEF FIFA UEFA OPEC AIDS NAFTA PIN SIM RAM ROM GIF IKEA NASDAQ YOLO SWAT COVID SARS
    MERS RADAR LASER SCUBA SONAR FEMA OSHA HIPAA NIMBY POTUS SCOTUS FLOTUS DOS BIOS CAPTCHA WYSIWYG BASIC
    COBOL LAN WAN VAT ZIP LEGO IMAX VISA
""")

# Rulers and popes, whose Roman number is an ordinal.
REGNAL = _set("""
    henry edward george william james charles richard elizabeth mary louis philip francis john paul pius leo
    gregory benedict clement innocent alexander nicholas catherine frederick otto napoleon ivan peter
    ferdinand alfonso juan carlos gustav christian haakon olav harald baldwin urban boniface julius sixtus
    ramesses ptolemy cleopatra seti thutmose amenhotep robert david malcolm kenneth umberto vittorio leopold
    albert
""")
# Words before a Roman number of any size, one letter included.
NUMBERED = _set("""
    chapter part volume book act scene section article appendix phase stage level type class figure table
    title war bowl grade tier episode season unit module lesson step round category group division mark
""")
# Words before a number that is a name and not a count: its digits are said one by one.
CODED = _set("""
    code codes pin zip postcode extension ext account acct card confirmation reference ref ending passcode
    password otp serial tracking id case ticket policy member routing invoice booking pnr phone telephone
    tel fax
""")

# Words after which a year may stand.
BEFORE_YEAR = _set("""
    in since by from until till before after during circa year early late spring summer fall winter autumn
""")
# Words after which a capital letter is a letter.
BEFORE_LETTER = _set("""
    plan vitamin grade option type class team group section hepatitis exhibit letter point and or
""")
# How a sentence begins after a full stop that might have been an abbreviation's.
STARTERS = _set("""
    the an it he she we they you but and so then this that these those there here in on at if when while
    however what who how why where is are do does did my our his her their its for as no yes after before
    not now one some all both each many most two please thank thanks
""")
# How a sentence begins after a full stop that might have been an abbreviation's.
STARTERS = _set("""
    the an it he she we they you but and so then this that these those there here in on at if when while
    however what who how why where is are do does did my our his her their its for as no yes after before
    not now one some all both each many most two please thank thanks
""")
# Words whose sound depends on the next one ("the end", "the start"), or that nobody would pause after.
LEANING = _set("a an the to of for from at in on with and or but as by is are was")
# Words of two letters, where two letters otherwise are said by name.
SHORT_WORDS = _set("co me my to go we in on it is no so up do be by he at an as of or us if hi ok")
MAGNITUDES = _set("hundred thousand million billion trillion grand")

STATES = _table("""
    AL Alabama; AK Alaska; AZ Arizona; AR Arkansas; CA California; CO Colorado; CT Connecticut; DE Delaware;
    FL Florida; GA Georgia; HI Hawaii; ID Idaho; IL Illinois; IN Indiana; IA Iowa; KS Kansas; KY Kentucky;
    LA Louisiana; ME Maine; MD Maryland; MA Massachusetts; MI Michigan; MN Minnesota; MS Mississippi; MO
    Missouri; MT Montana; NE Nebraska; NV Nevada; NH New Hampshire; NJ New Jersey; NM New Mexico; NY New
    York; NC North Carolina; ND North Dakota; OH Ohio; OK Oklahoma; OR Oregon; PA Pennsylvania; RI Rhode
    Island; SC South Carolina; SD South Dakota; TN Tennessee; TX Texas; UT Utah; VT Vermont; VA Virginia; WA
    Washington; WV West Virginia; WI Wisconsin; WY Wyoming; DC D.C.
""")

# Signs said by name. Those not listed are passed over.
SIGNS = _table("""
    & and; + plus; = equals; @ at; % percent; ± plus or minus; × times; ÷ divided by; ≈ about; ≠ is not
    equal to; ≤ is at most; ≥ is at least; √ root; ∞ infinity; § section; № number; ° degrees; / slash; ²
    squared; ³ cubed; µ micro; ¢ cents
""")
GREEK = _table("""
    α alpha; β beta; γ gamma; δ delta; ε epsilon; ζ zeta; η eta; θ theta; ι iota; κ kappa; λ lambda; μ mu; ν
    nu; ξ xi; ο omicron; π pi; ρ rho; σ sigma; τ tau; υ upsilon; φ phi; χ kye; ψ psi; ω omega
""")

# Currency sign or code: one, many, one hundredth, hundredths.
CURRENCIES: dict[str, tuple[str, str, str, str]] = {
    "$": ("dollar", "dollars", "cent", "cents"),
    "US$": ("U.S. dollar", "U.S. dollars", "cent", "cents"),
    "C$": ("Canadian dollar", "Canadian dollars", "cent", "cents"),
    "A$": ("Australian dollar", "Australian dollars", "cent", "cents"),
    "NZ$": ("New Zealand dollar", "New Zealand dollars", "cent", "cents"),
    "HK$": ("Hong Kong dollar", "Hong Kong dollars", "cent", "cents"),
    "S$": ("Singapore dollar", "Singapore dollars", "cent", "cents"),
    "R$": ("real", "reals", "centavo", "centavos"),
    "£": ("pound", "pounds", "penny", "pence"),
    "€": ("euro", "euros", "cent", "cents"),
    "¥": ("yen", "yen", "", ""),
    "₹": ("rupee", "rupees", "paisa", "paise"),
    "₩": ("won", "won", "", ""),
    "₽": ("ruble", "rubles", "kopek", "kopeks"),
    "₺": ("lira", "lira", "kurush", "kurush"),
    "₫": ("dong", "dong", "", ""),
    "₴": ("hryvnia", "hryvnias", "", ""),
    "₪": ("shekel", "shekels", "", ""),
    "₿": ("bitcoin", "bitcoins", "", ""),
    "฿": ("baht", "baht", "", ""),
    "CHF": ("Swiss franc", "Swiss francs", "centime", "centimes"),
    "CNY": ("yuan", "yuan", "", ""),
    "PLN": ("zloty", "zlotys", "", ""),
    "SEK": ("Swedish krona", "Swedish kronor", "", ""),
    "NOK": ("Norwegian krone", "Norwegian kroner", "", ""),
    "MXN": ("Mexican peso", "Mexican pesos", "centavo", "centavos"),
}
CURRENCIES |= {
    code: CURRENCIES[sign]
    for code, sign in (
        *(("USD", "US$"), ("CA$", "C$"), ("CAD", "C$"), ("AU$", "A$"), ("AUD", "A$"), ("NZD", "NZ$")),
        *(("HKD", "HK$"), ("SGD", "S$"), ("BRL", "R$"), ("GBP", "£"), ("EUR", "€"), ("JPY", "¥")),
        ("INR", "₹"),
    )
}
SIZES = _table("k thousand; m million; mm million; mn million; b billion; bn billion; tn trillion")

# Units by sign: one, many.
UNITS: dict[str, tuple[str, str]] = {
    sign: (one, f"{one}s")
    for sign, one in _table("""
        km kilometer; m meter; cm centimeter; mm millimeter; µm micrometer; nm nanometer; mi mile; yd yard;
        kg kilogram; g gram; mg milligram; µg microgram; mcg microgram; lb pound; lbs pound; oz ounce; l
        liter; L liter; ml milliliter; mL milliliter; cl centiliter; dl deciliter; dL deciliter; gal gallon;
        qt quart; pt pint; tsp teaspoon; tbsp tablespoon; h hour; hr hour; hrs hour; min minute; mins
        minute; s second; sec second; secs second; ms millisecond; µs microsecond; ns nanosecond; yr year;
        yrs year; wk week; wks week; mo month; mos month; B byte; KB kilobyte; kB kilobyte; MB megabyte; GB
        gigabyte; TB terabyte; PB petabyte; Kb kilobit; Mb megabit; Gb gigabit; W watt; kW kilowatt; MW
        megawatt; GW gigawatt; V volt; kV kilovolt; mV millivolt; mA milliamp; J joule; kJ kilojoule; cal
        calorie; kcal kilocalorie; Pa pascal; kPa kilopascal; MPa megapascal; dB decibel; px pixel; pt
        point; Ω ohm; kΩ kilohm; ha hectare; kWh kilowatt hour; mAh milliamp hour; ac acre; ct carat; °
        degree
    """).items()
}
UNITS |= {
    sign: (words, words)
    for sign, words in _table("""
        Hz hertz; kHz kilohertz; MHz megahertz; GHz gigahertz; THz terahertz; °C degrees Celsius; °F degrees
        Fahrenheit; °N degrees north; °S degrees south; °E degrees east; °W degrees west; % percent; kph
        kilometers per hour; rpm R.P.M.; bpm beats per minute; fps frames per second; dpi D.P.I.; psi
        P.S.I.; hp horsepower; Mbps megabits per second; Gbps gigabits per second; kbps kilobits per second;
        mmHg millimeters of mercury; ppm parts per million; pp percentage points; bps bits per second
    """).items()
}
UNITS |= {"ft": ("foot", "feet"), "in": ("inch", "inches"), "mph": ("mile per hour", "miles per hour")}
