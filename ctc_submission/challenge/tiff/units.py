"""Units of length as image files write them, in micrometers."""

import math
import unicodedata

_POWERS = {
    "Y": 24,
    "Z": 21,
    "E": 18,
    "P": 15,
    "T": 12,
    "G": 9,
    "M": 6,
    "k": 3,
    "h": 2,
    "da": 1,
    "": 0,
    "d": -1,
    "c": -2,
    "m": -3,
    "u": -6,
    "μ": -6,
    "n": -9,
    "p": -12,
    "f": -15,
    "a": -18,
    "z": -21,
    "y": -24,
}
_INCH = 25_400.0
_SYMBOLS = {
    **{f"{prefix}m": 10.0 ** (power + 6) for prefix, power in _POWERS.items()},
    "Å": 1e-4,
    "thou": _INCH / 1000,
    "mil": _INCH / 1000,
    "li": _INCH / 12,
    "in": _INCH,
    "pt": _INCH / 72,
    "ft": 12 * _INCH,
    "yd": 36 * _INCH,
    "mi": 63_360 * _INCH,
    "ua": 149_597_870_700e6,
    "ly": 9_460_730_472_580_800e6,
    "pc": 30_856_775_814_913_673e6,
}
"""Every unit of length that OME has, by its symbol; upper and lower case differ."""
_WORDS = {
    **dict.fromkeys(("um", "micron", "microns", "micrometer", "micrometers", "micrometre", "micrometres"), 1.0),
    **dict.fromkeys(("nanometer", "nanometers", "nanometre", "nanometres"), 1e-3),
    **dict.fromkeys(("picometer", "picometers", "picometre", "picometres"), 1e-6),
    **dict.fromkeys(("millimeter", "millimeters", "millimetre", "millimetres"), 1e3),
    **dict.fromkeys(("centimeter", "centimeters", "centimetre", "centimetres"), 1e4),
    **dict.fromkeys(("meter", "meters", "metre", "metres"), 1e6),
    **dict.fromkeys(("angstrom", "angstroms", "ångström"), 1e-4),
    **dict.fromkeys(("inch", "inches"), _INCH),
}
"""Units written out, in any case."""
_SPELLINGS = {"\\u00B5": "μ", "\\u00b5": "μ", "\u00c2\u00b5": "μ", "\u00ce\u00bc": "μ", "\\u00C5": "Å", "\\u00c5": "Å"}
"""Signs as ImageJ escapes them, and of UTF-8 that was read as Latin-1."""


def micrometers(unit: str) -> float:
    """Return the length of a unit; nan for one that is none, such as ``pixel``, or is not known.

    The signs of micro and Angstrom may be either of the two that Unicode has.
    """
    for spelling, sign in _SPELLINGS.items():
        unit = unit.replace(spelling, sign)
    name = unicodedata.normalize("NFKC", unit.strip())
    return _SYMBOLS.get(name, _WORDS.get(name.lower(), math.nan))
