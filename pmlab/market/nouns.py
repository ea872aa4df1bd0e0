"""The unit of a count, as a text: what it may not say, because another argument says it."""

from __future__ import annotations

import re
from typing import Any

from pmlab.errors import InputError
from pmlab.market.units import CHANCE_CODES, MONEY_WORDS, PERIODS, require_per

__all__ = ["require_unit"]

SHARES = {
    "%", "percent", "per cent", "percentage", "percentages", "pct", "percents", "share", "shares",
    "fraction", "fractions", "ratio", "ratios", "rate", "rates", "proportion", "proportions",
    "probability", "probabilities",
}  # fmt: skip
WITHIN = ("a", "an", "per", "each", "every", "for")
SIZES = {"k", "thousand", "m", "mn", "mio", "million", "millions", "bn", "billion", "billions"}
PERIOD_WORDS = {
    **{word: word for word in PERIODS}, **{f"{word}s": word for word in PERIODS},
    "yr": "year", "annum": "year", "mo": "month", "wk": "week",
}  # fmt: skip
OFTEN = {
    "daily": "day", "weekly": "week", "monthly": "month", "quarterly": "quarter",
    "yearly": "year", "annual": "year", "annually": "year",
}  # fmt: skip
A_PERIOD = re.compile(
    rf"(?:\s+(?:a|an|per|each|every)\s+|\s*/\s*)({'|'.join(PERIOD_WORDS)})$", re.IGNORECASE
)


def require_unit(name: str, unit: Any, per: str | None) -> None:
    """Raise unless this is what a share or a count can be measured in."""
    if unit is None:
        raise InputError(
            f"{name}: unit is missing. Say what is counted, as in 'households', or 'share' for a "
            "fraction; money is Money(amount, currency)."
        )
    if not isinstance(unit, str) or not unit.strip():
        raise InputError(f"{name}: unit={unit!r} must be a text such as 'households'.")
    require_per(per)
    _require_noun(name, unit, per)
    if unit == "share" and per is not None:
        raise InputError(f"{name}: a share has no period; leave out per=.")


def _require_noun(name: str, unit: str, period: str | None) -> None:
    """Raise where a unit is a share or money in other words, or carries a period.

    A unit is a text, so that what it says escapes every check of shares, currencies and periods.
    """
    rest, per = _without_period(" ".join(unit.split()))
    per_too = f", per={per or period!r}" if per or period else ""
    said = [word for word in rest.split() if word.casefold() not in SIZES]
    if said[:1] and said[0].casefold() in ("cent", "cents"):
        raise InputError(
            f"{name}: unit={unit!r} is money: say Money(cents / 100, currency{per_too}) as its "
            "value, and no unit, with the currency that they are of, such as 'EUR'."
        )
    if _is_money(said):
        raise InputError(
            f"{name}: unit={unit!r} is money: say Money(amount, "
            f"{MONEY_WORDS[said[0].upper()]!r}{per_too}) as its value, and no unit. An exchange "
            "rate is in 'EUR for one USD'."
        )
    if unit != "share" and (rest.casefold() in SHARES or said[-1:] in (["%"], ["rate"])):
        raise InputError(f"{name}: unit={unit!r}: say 'share', and a fraction such as 0.4.")
    if per is not None:
        raise InputError(
            f"{name}: unit={unit!r} hides a period from the checks: say {rest or 'orders'!r}, "
            f"per={per!r}. Of what is no flow, say the period in the name."
        )


def _without_period(unit: str) -> tuple[str, str | None]:
    """Return a unit without the period that it ends in or begins with, and that period."""
    found = A_PERIOD.search(unit)
    if found:
        return unit[: found.start()].strip(), PERIOD_WORDS[found[1].lower()]
    words = unit.split()
    for place in (0, -1) if len(words) > 1 else ():
        if words[place].lower() in OFTEN:
            often = OFTEN[words.pop(place).lower()]
            return " ".join(words), often
    return unit, None


def _is_money(said: list[str]) -> bool:
    """Return whether this is a currency, or one for each of something; a rate has two."""

    def money(word: str) -> bool:
        return word.upper() in MONEY_WORDS and not (
            word.upper() in CHANCE_CODES and word.upper() != word
        )

    if not said or not money(said[0]):
        return False
    return len(said) == 1 or (said[1].lower() in WITHIN and not money(said[-1]))
