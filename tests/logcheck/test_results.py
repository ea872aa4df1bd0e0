"""What a check answers: numbers, words, a table and a figure."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

import pmlab as pm
from pmlab.errors import NotFoundError

from .shop import add, every, honest, visits

KINDS = [
    "missing values",
    "unreadable times",
    "mixed time zones",
    "duplicates",
    "clock skew",
    "gaps",
    "bots",
    "test accounts",
    "split identities",
]


@pytest.fixture(scope="module")
def clean():
    return pm.check_log(honest(n_users=40, n_days=10), received="received_at", person="phone")


@pytest.fixture(scope="module")
def log():
    """A bot of 50 rows, one of them sent twice; two rows without a user; a day is lost."""
    shop = honest(n_users=100, n_days=28)
    shop = shop[shop["time"].dt.floor("D") != pd.Timestamp("2026-03-18")].reset_index(drop=True)
    bot = visits("<b>crawler</b>", every(1, 50))
    return add(shop, [*bot, bot[7], *visits(None, every(60, 2))])[0]


@pytest.fixture(scope="module")
def check(log):
    return pm.check_log(log, person="phone")


class TestFindings:
    def test_by_name(self, log, check):
        n = len(log)
        assert check["missing values"].rows.tolist() == [n - 2, n - 1]
        assert check["duplicates"].rows.tolist() == [n - 3]
        assert check["bots"].rows.tolist() == list(range(n - 53, n - 2))
        assert check["gaps"].rows.tolist() == []
        assert [finding.kind for finding in check.findings] == [
            "missing values",
            "duplicates",
            "gaps",
            "bots",
        ]

    def test_users(self, check):
        assert check["bots"].n_users == 1
        assert check["missing values"].n_users == 0
        assert check["gaps"].n_users == 0

    def test_each_says_what_was_found_what_to_do_and_an_example(self, check):
        for finding in check.findings:
            assert finding.what.endswith(".")
            assert finding.do.endswith(".")
            assert 1 <= len(finding.examples) <= 3

    def test_a_misspelt_name(self, check):
        with pytest.raises(NotFoundError, match=r"no check 'botz'.*Did you mean 'bots'"):
            check["botz"]

    def test_nothing_found(self, clean):
        with pytest.raises(NotFoundError, match="'gaps': nothing of the kind was found"):
            clean["gaps"]

    def test_not_looked_for(self, check):
        with pytest.raises(NotFoundError, match="'clock skew': give received="):
            check["clock skew"]


class TestRows:
    def test_each_once_and_in_order(self, log, check):
        # The bot's repeated row is in two findings.
        n = len(log)
        assert check.suspicious_rows.tolist() == list(range(n - 53, n))

    def test_they_are_positions(self, log, check):
        odd = log.set_axis(np.arange(len(log)) * 3 + 1, axis="index")
        rows = pm.check_log(odd, person="phone").suspicious_rows
        assert rows.tolist() == check.suspicious_rows.tolist()
        rest = odd.drop(index=odd.index[rows])
        assert len(rest) == len(log) - 53
        assert "<b>crawler</b>" not in set(rest["user_id"])
        assert set(odd.iloc[rows]["user_id"].dropna()) == {"<b>crawler</b>"}
        assert pm.check_log(rest, person="phone").suspicious_rows.tolist() == []

    def test_none(self, clean):
        assert clean.suspicious_rows.tolist() == []
        assert clean.suspicious_rows.dtype.kind == "i"


class TestTable:
    def test_one_row_a_check_in_a_fixed_order(self, check, clean):
        assert check.to_frame()["check"].tolist() == KINDS
        assert clean.to_frame()["check"].tolist() == KINDS

    def test_numbers(self, check):
        table = check.to_frame().set_index("check")
        assert table["result"].to_dict() == {
            "missing values": "found",
            "unreadable times": "clean",
            "mixed time zones": "clean",
            "duplicates": "found",
            "clock skew": "not checked",
            "gaps": "found",
            "bots": "found",
            "test accounts": "clean",
            "split identities": "clean",
        }
        assert table["rows"].to_dict() == {
            kind: {"missing values": 2, "duplicates": 1, "bots": 51}.get(kind, 0) for kind in KINDS
        }
        assert table["users"].sum() == 2  # the bot, for its own rows and for the repeated one
        assert table.loc["bots", "what"] == check["bots"].what
        assert table.loc["bots", "do"] == check["bots"].do
        assert check["bots"].examples[0] in table.loc["bots", "examples"]
        assert "received=" in table.loc["clock skew", "what"]


class TestWords:
    def test_clean(self, clean):
        assert clean.is_clean
        assert f"Nothing suspicious in {clean.n_rows:,} events" in clean.summary()
        assert all(kind in clean.summary() for kind in KINDS)

    def test_what_was_not_looked_for_is_not_claimed(self, log):
        summary = pm.check_log(log.head(50)).summary()
        assert "Nothing suspicious" in summary
        assert "split identities" not in summary
        assert "clock skew" not in summary

    def test_found(self, log, check):
        assert not check.is_clean
        share = f"{100 * 53 / len(log):.1f}%"
        assert f"53 of {len(log):,} events ({share}) are suspicious" in check.summary()
        assert "missing values (2), duplicates (1), gaps (1), bots (51)" in check.summary()

    def test_text(self, log, check):
        text = str(check)
        assert f"{len(log):,} events of 101 users" in text
        unwrapped = " ".join(text.split())
        for finding in check.findings:
            assert finding.what in unwrapped
            assert finding.do in unwrapped
            assert finding.examples[0] in unwrapped
        assert "clock skew: not checked; give received=" in unwrapped

    def test_html_does_not_run_what_is_in_the_data(self, check):
        html = check._repr_html_()
        assert "<b>crawler</b>" not in html
        assert "&lt;b&gt;crawler&lt;/b&gt;" in html
        assert "51" in html

    def test_it_warns_against_believing_it(self, check):
        assert "not a verdict" in " ".join(check.assumptions)


class TestFrozen:
    def test_a_check(self, check):
        with pytest.raises(dataclasses.FrozenInstanceError):
            check.n_rows = 3

    def test_a_finding(self, check):
        with pytest.raises(dataclasses.FrozenInstanceError):
            check["bots"].n_users = 3


class TestPerDay:
    def test_all_days_also_the_lost_one(self, log, check):
        days = check.per_day.set_index("day")
        assert days.index.tolist() == pd.date_range("2026-03-02", "2026-03-29").tolist()
        assert days.loc["2026-03-18"].tolist() == [0, 0]
        assert days["events"].sum() == len(log)
        assert days["suspicious"].sum() == 53
        assert days.loc["2026-03-10", "suspicious"] == 53
        assert (
            days.loc["2026-03-11", "events"]
            == (log["time"].dt.floor("D") == pd.Timestamp("2026-03-11")).sum()
        )


class TestFigure:
    def test_bars(self, check):
        figure = check.plot()
        assert figure.layout.barmode == "stack"
        plain, suspicious = figure.data
        assert [plain.name, suspicious.name] == ["events", "suspicious"]
        days = check.per_day
        assert [pd.Timestamp(x) for x in plain.x] == days["day"].tolist()
        assert list(suspicious.y) == days["suspicious"].tolist()
        assert [a + b for a, b in zip(plain.y, suspicious.y, strict=True)] == (
            days["events"].tolist()
        )
        assert plain.marker.color != suspicious.marker.color
        assert plain.marker.pattern.shape != suspicious.marker.pattern.shape

    def test_a_gap_is_marked(self, check, clean):
        [(begin, end)] = check.gaps
        [box] = check.plot().layout.shapes
        assert (pd.Timestamp(box.x0), pd.Timestamp(box.x1)) == (begin, end)
        assert "gap" in [note.text for note in check.plot().layout.annotations]
        assert not clean.plot().layout.shapes

    def test_the_description_says_it_in_words(self, check, clean):
        for result in (check, clean):
            assert result.plot().layout.meta["description"] == result.summary()

    @pytest.mark.parametrize("stray", ["1900-01-01", "2200-12-31"])
    def test_one_event_far_away_leaves_room_for_the_others(self, log, stray):
        texts = log["time"].astype(str).tolist()
        figure = pm.check_log(log.assign(time=[stray, *texts[1:]])).plot()
        drawn = sum(sum(bars.y) for bars in figure.data)
        assert drawn == len(log) - 1
        assert len(figure.data[0].x) < 4000
        assert "Not drawn: 1 event " in figure.layout.meta["description"]
