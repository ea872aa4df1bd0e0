"""The figures of adoption."""

from __future__ import annotations

import math

import pytest

from pmlab.market import bass, fit_bass
from pmlab.uncertain import interval
from tests.market.adoption.definition import VCR


def test_the_figure_of_a_fit_holds_the_whole_band_of_its_peak():
    # Practices by quarter: 7 numbers, a peak from 6.33 to 7.32. Recorders are seen to the end.
    for sold in ([120, 260, 480, 905, 1300, 1880, 2210], VCR):
        fit = fit_bass(sold)
        figure = fit.plot()
        band = next(shape for shape in figure.layout.shapes if shape.type == "rect")
        assert (band.x0, band.x1) == pytest.approx(tuple(fit.peak_time_interval))
        assert figure.layout.xaxis.range[1] >= max(band.x1, len(sold))
    # Of six years of recorders next to nothing is known: the band is cut where it dwarfs them.
    fit = fit_bass(VCR[:6], confidence_level=0.999)
    assert fit.peak_time_interval.high > 2 * 6
    assert fit.plot().layout.xaxis.range[1] == max(12, math.ceil(fit.peak_time))


def test_each_has_a_figure_with_the_peak_in_it():
    for result in (
        fit_bass(VCR, per="year"),
        fit_bass(VCR).forecast(3),
        bass(1000, 0.03, 0.38, 12),
        bass(interval(500, 900, credibility=0.8), 0.03, 0.38, 12),
        bass(1000, 0.3, 0.1, 5),
    ):
        figure = result.plot()
        assert figure.layout.meta["description"] == result.summary()
        lines = [shape for shape in figure.layout.shapes if shape.type == "line"]
        if math.isnan(result.peak_time):
            assert not lines
        else:
            assert lines[0].x0 == result.peak_time
    fan = bass(interval(500, 900, credibility=0.8), 0.03, 0.38, 12)
    middle = next(trace for trace in fan.plot().data if trace.name == "P50")
    assert list(middle.y) == fan.to_frame()["new_p50"].tolist()


def test_periods_with_a_name_stand_on_the_axis():
    for m in (1000, interval(500, 900, credibility=0.8)):
        figure = bass(m, 0.03, 0.38, 12, per="year", start=2027).plot()
        names = list(figure.layout.xaxis.ticktext)
        assert names[0] == "2027"
        assert 4 <= len(names) <= 8
        # A year stands under the middle of its time.
        assert list(figure.layout.xaxis.tickvals) == [int(name) - 2027 + 0.5 for name in names]
        hovers = [row[0] for trace in figure.data if trace.customdata for row in trace.customdata]
        assert {"2027", "2038"} <= set(hovers)
