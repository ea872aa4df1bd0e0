"""What the periods after launch are called."""

from __future__ import annotations

import datetime

import numpy as np
import pytest

from pmlab.errors import InputError
from pmlab.market import bass, fit_bass
from pmlab.uncertain import interval
from tests.market.adoption.definition import VCR


@pytest.mark.parametrize(
    ("start", "per", "names"),
    [
        (2027, "year", ["2027", "2028", "2029"]),
        (np.int64(2027), "year", ["2027", "2028", "2029"]),
        ("2027Q3", "quarter", ["2027Q3", "2027Q4", "2028Q1"]),
        ("2027-08", "quarter", ["2027Q3", "2027Q4", "2028Q1"]),
        ("2027-11", "month", ["2027-11", "2027-12", "2028-01"]),
        (datetime.date(2027, 11, 15), "month", ["2027-11", "2027-12", "2028-01"]),
        ("2024-02-28", "day", ["2024-02-28", "2024-02-29", "2024-03-01"]),
        # A Wednesday: weeks begin on Monday.
        ("2027-03-03", "week", ["2027-03-01", "2027-03-08", "2027-03-15"]),
    ],
)
def test_periods_follow_on_the_launch(start, per, names):
    result = bass(1000, 0.03, 0.38, 3, per=per, start=start)
    assert result.to_frame()["label"].tolist() == names
    rows = [line.split()[0] for line in str(result).splitlines() if line.startswith("20")]
    assert rows == names
    assert result.summary().startswith(f"By the end of {names[-1]}, ")


def test_the_peak_is_in_its_year():
    # ln(.38 / .03) / .41 = 6.19 years after the beginning of 2027: in the spring of 2033.
    assert "(in 2033), at" in bass(1000, 0.03, 0.38, 12, per="year", start=2027).summary()
    wide = bass(1000, interval(0.02, 0.04, credibility=0.8), 0.38, 12, per="year", start=2027)
    assert "(in 2033; 80%: " in wide.summary()
    # Beyond the end no period has a name.
    assert "(in " not in bass(1000, 0.03, 0.38, 6, per="year", start=2027).summary()


def test_a_forecast_begins_at_the_launch():
    labels = fit_bass(VCR, per="year").forecast(3, start=1980).to_frame()["label"]
    assert labels.tolist() == [str(year) for year in range(1980, 1993)]


@pytest.mark.parametrize(
    ("start", "per", "said"),
    [
        (2027, "period", "start=2027 needs per="),
        ("soon", "year", "start='soon' must be the period of the launch: 2027, '2027Q3'"),
        (27, "year", "must be the period of the launch"),
        ("2027-13", "month", "must be the period of the launch"),
        (True, "year", "must be the period of the launch"),
    ],
)
def test_a_start_that_is_none(start, per, said):
    with pytest.raises(InputError, match=said):
        bass(1000, 0.03, 0.38, 3, per=per, start=start)
