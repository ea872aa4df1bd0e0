"""An experiment from its rows to a decision."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

from pmlab.ab import cautions
from pmlab.ab.comparison import Comparison
from pmlab.ab.decision import Finding, before_the_end, decide
from pmlab.ab.metrics import ROLES, Mean, Metric
from pmlab.ab.moments import Moments
from pmlab.ab.plan import Plan
from pmlab.ab.result import CORRECTIONS, DailyEffects, Experiment, SegmentFinding
from pmlab.ab.rows import (
    DAY,
    InEngine,
    InMemory,
    Missing,
    Roles,
    Rows,
    Sampled,
    covariates_measured_at,
)
from pmlab.ab.split import SplitCheck, check_split
from pmlab.errors import InputError, require_choice
from pmlab.events.tables import FORMS, Table, require_column
from pmlab.results import number_of
from pmlab.stats.corrections import benjamini_hochberg, bonferroni, holm
from pmlab.stats.intervals import require_level

__all__ = ["experiment"]

Correction = Literal["holm", "bonferroni", "bh"]


def experiment(
    rows: Any,
    *,
    control: Hashable,
    metrics: Sequence[Metric],
    unit: str = "user_id",
    variant: str = "variant",
    expected_split: Mapping[Hashable, float] | None = None,
    segments: Sequence[str] = (),
    cluster: str | None = None,
    exposed_at: str | None = None,
    measured_at: str | None = None,
    missing: Missing = "refuse",
    correction: Correction | None = "holm",
    confidence_level: float = 0.95,
    plan: Plan | None = None,
    looks: int = 1,
) -> Experiment:
    """Analyse an experiment, and decide by a rule that was there before the numbers.

    Ship, if the primary metric is better, every guardrail is shown to be within its margin, and
    units split as expected. Do not ship, if the primary is worse, or a guardrail is worse and not
    shown to be within its margin. Without a sound split there is no decision ("invalid"); all else
    is "inconclusive".

    Parameters
    ----------
    rows : frame, path or lazy table
        One row a unit. A pandas, polars or pyarrow frame, or the path of a CSV or Parquet file; or
        a polars LazyFrame, a DuckDB relation or a Spark DataFrame, which are asked for sums only.
    control : value
        Which value of `variant` is the control.
    metrics : sequence of metrics
        `ab.proportion`, `ab.mean`, `ab.ratio`, `ab.quantile`; exactly one has role="primary".
    unit, variant : str
        The columns that say who, and in which arm. Rows without either are left out and counted.
    expected_split : mapping of arm -> number, optional
        In what proportion units were to be put into arms; even if left out.
    segments : sequence of str
        Columns known before the experiment, such as the channel, to look at by value.
    cluster : str, optional
        The column of what was randomised, where a row is less than that: orders of a user, days
        of a user, users of a company. Rows of one cluster then count together.
    exposed_at, measured_at : str, optional
        When the unit was first exposed, and when the row was measured. With both, effects by days
        since exposure come out too. Calendar days, by the clock of the columns.
    missing : {"refuse", "drop", "zero"}
        What a missing value in a metric's column means: nobody said (an error), nothing was
        measured (the row is left out of that metric), or 0.
    correction : {"holm", "bonferroni", "bh"} or None
        For the primary over all treatments, and for secondary metrics over metrics and treatments.
        Guardrails need none: all of them have to hold.
    confidence_level : float
        In (0, 1).
    plan : Plan, optional
        What was agreed beforehand. Before the planned size nothing is shipped: harm stops the
        experiment, and all else keeps running. With the planned effect, a warning says where a
        clear result must look larger than it is.
    looks : int
        How many times the numbers have been looked at, this time included; more than one is
        warned of, with the false alarms that it makes.

    Returns
    -------
    Experiment
        `decision`, `reason`, `table`, `srm`, `segments`, `daily`, `warnings`, `plot()`.

    Raises
    ------
    InputError, NotFoundError
        For a unit in two arms or with several rows, an arm or a column that does not exist, no
        primary metric or several, missing values nobody decided about, a covariate measured after
        exposure, an expected split that does not fit.

    References
    ----------
    Schultzberg, M., Ankargren, S. and Frånberg, M. (2024). Risk-aware product decisions in A/B
    tests with multiple metrics. arXiv:2402.11609 (the rule, and why guardrails need no
    correction). Kohavi, R., Tang, D. and Xu, Y. (2020). *Trustworthy Online Controlled
    Experiments*. Cambridge University Press.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from pmlab import ab
    >>> n = 2000
    >>> rng = np.random.default_rng(7)
    >>> rows = pd.DataFrame({"user_id": range(n)})
    >>> rows["variant"] = rng.permutation(["A", "B"] * (n // 2))
    >>> rows["converted"] = rng.random(n) < np.where(rows["variant"] == "B", 0.30, 0.20)
    >>> rows["latency"] = rng.normal(400, 50, n)
    >>> e = ab.experiment(rows, control="A", metrics=[
    ...     ab.proportion("converted", role="primary"),
    ...     ab.mean("latency", role="guardrail", margin_relative=0.05, good="down"),
    ... ])
    >>> e.decision, e.table["verdict"].tolist()
    ('ship', ['better', 'within margin'])
    """
    asked = _in_order(metrics)
    require_level(confidence_level)
    require_choice("missing", missing, ("refuse", "drop", "zero"))
    if correction not in CORRECTIONS:
        require_choice("correction", correction, [name for name in CORRECTIONS if name])
    if isinstance(segments, str):
        raise InputError(f"segments={segments!r} must be a list of columns: [{segments!r}].")
    if plan is not None and not isinstance(plan, Plan):
        raise InputError(f"plan={plan!r} must be an ab.Plan, such as ab.Plan(units=20_000).")
    alarms = cautions.peeking(looks, confidence_level)
    roles = Roles(
        unit=unit,
        variant=variant,
        control=control,
        cluster=cluster,
        exposed_at=exposed_at,
        measured_at=measured_at,
        segments=tuple(segments),
        missing=missing,
    )
    opened = _open(rows, roles, asked)
    _require_covariates_from_before(opened, asked)
    split = check_split(opened.arms, opened.units, expected_split)
    made = _Analysis(opened, asked, split, correction, confidence_level).result(plan)
    return replace(made, warnings=(*([alarms] if alarms else []), *made.warnings))


def _in_order(metrics: Sequence[Metric]) -> list[Metric]:
    """Return the metrics, the primary first and the guardrails before the secondaries."""
    given = list(metrics) if isinstance(metrics, Sequence) else [metrics]
    for metric in given:
        if not isinstance(metric, Metric):
            raise InputError(
                f"metrics holds {metric!r}; give ab.proportion('converted'), ab.mean('revenue'), "
                "ab.ratio('clicks', 'views') or ab.quantile('latency', 0.9)."
            )
    primaries = [metric.label for metric in given if metric.role == "primary"]
    if len(primaries) != 1:
        came = f"{' and '.join(map(repr, primaries))} have it" if primaries else "none has it"
        raise InputError(
            f"exactly one metric has role='primary', for one metric decides; {came}. The others "
            "are secondary, or guardrails with a margin."
        )
    labels = [metric.label for metric in given]
    for label in labels:
        if labels.count(label) > 1:
            raise InputError(f"two metrics are called {label!r}; give one of them name=.")
    order = ("primary", "guardrail", "secondary")
    assert set(order) == set(ROLES)
    return sorted(given, key=lambda metric: order.index(metric.role))


def _open(rows: Any, roles: Roles, metrics: Sequence[Metric]) -> Rows:
    table = Table(rows, "rows", f"{FORMS}, or a lazy table of polars, DuckDB or Spark")
    names = table.columns
    roles.require(names)
    for metric in metrics:
        for column in metric.columns:
            require_column(column, names, f"metric {metric.label!r}", table="rows")
        if (at := covariates_measured_at(metric)) is not None:
            require_column(at, names, "covariates_measured_at", table="rows")
        if metric.from_rows and roles.cluster is not None:
            raise InputError(
                f"{metric.label!r}: a quantile takes rows to be independent, and rows of one "
                f"{roles.cluster!r} are not; add up to one row each, or leave it out."
            )
    if table.lazy is not None:
        return InEngine(table, roles, metrics)
    return InMemory(table, roles, metrics)


def _require_covariates_from_before(rows: Rows, metrics: Sequence[Metric]) -> None:
    for metric in metrics:
        column = covariates_measured_at(metric)
        if column is None:
            continue
        if rows.roles.exposed_at is None:
            raise InputError(
                f"{metric.label!r} says that its covariates were measured at {column!r}; give "
                "exposed_at=, the time to compare it with."
            )
        late = rows.measured_late(column)
        if late:
            raise InputError(
                f"{metric.label!r}: in {number_of(late, 'row')} the covariates were measured "
                f"({column!r}) after the exposure ({rows.roles.exposed_at!r}). What the treatment "
                "may have changed must not be adjusted for: that would take out part of the "
                "effect. Use what was known before."
            )


class _Analysis:
    """The steps from samples to a result; what they share is what was asked."""

    def __init__(
        self,
        rows: Rows,
        metrics: Sequence[Metric],
        split: SplitCheck,
        correction: Correction | None,
        confidence_level: float,
    ) -> None:
        self.rows, self.metrics, self.split = rows, metrics, split
        self.correction, self.confidence_level = correction, confidence_level
        self.names = tuple(map(str, rows.arms))
        self.samples = rows.samples(metrics)

    def result(self, plan: Plan | None) -> Experiment:
        findings = self._findings()
        decided = decide(self.split, findings)
        if plan is not None:
            decided = before_the_end(decided, sum(self.split.counts), plan.units)
        decision, variant, reason = decided
        segments, reversals = self._segments(findings)
        daily = self._daily()
        roles = self.rows.roles
        return Experiment(
            control=self.names[0],
            treatments=self.names[1:],
            findings=findings,
            srm=self.split,
            decision=decision,
            variant=variant,
            reason=reason,
            correction=self.correction,
            missing=roles.missing,
            n_dropped=self.rows.n_dropped,
            cluster=roles.cluster,
            segment_findings=segments,
            daily_effects=daily,
            plan=plan,
            warnings=(
                *self._about_rows(),
                *reversals,
                *self._about_findings(findings),
                *self._about_plan(findings, plan),
                *_novelty_warnings(daily),
            ),
        )

    def _compare(self, metric: Metric, sampled: Sampled, group: Hashable, place: int) -> Comparison:
        """Compare a treatment, by its place among the arms, with the control."""
        arms = sampled.groups[group]
        more = {} if sampled.winsorised_at is None else {"winsorised_at": sampled.winsorised_at}
        return metric.compare(
            arms[0],
            arms[place],
            control_name=self.names[0],
            treatment_name=self.names[place],
            confidence_level=self.confidence_level,
            **more,
        )

    def _findings(self) -> tuple[Finding, ...]:
        found = [
            (metric, sampled, place, self._compare(metric, sampled, None, place))
            for metric, sampled in zip(self.metrics, self.samples, strict=True)
            for place in range(1, len(self.names))
        ]
        pvalues = [comparison.pvalue for *_, comparison in found]
        corrected, n_tests = list(pvalues), [1] * len(found)
        for role in ("primary", "secondary"):
            family = [at for at, (metric, *_) in enumerate(found) if metric.role == role]
            if self.correction is None or len(family) < 2:
                continue
            new = self._corrected([pvalues[at] for at in family])
            for at, value in zip(family, new, strict=True):
                corrected[at], n_tests[at] = value, len(family)
        return tuple(
            Finding(
                metric=metric,
                variant=self.names[place],
                comparison=comparison,
                pvalue_corrected=corrected[at],
                n_tests=n_tests[at],
                margin_test=metric.margin_test(comparison) if metric.role == "guardrail" else None,
                n_missing=sampled.n_missing[0] + sampled.n_missing[place],
            )
            for at, (metric, sampled, place, comparison) in enumerate(found)
        )

    def _corrected(self, pvalues: Sequence[float]) -> list[float]:
        if self.correction is None:
            return list(pvalues)
        by = {"holm": holm, "bonferroni": bonferroni, "bh": benjamini_hochberg}
        return by[self.correction](pvalues)

    def _segments(
        self, findings: Sequence[Finding]
    ) -> tuple[tuple[SegmentFinding, ...], list[str]]:
        """Compare within every value of every segment, and find where that turns the effect."""
        segments, texts = [], []
        for name in self.rows.roles.segments:
            uneven = cautions.uneven_segments(
                name, self.rows.units_by(name), self.split.shares, self.names
            )
            texts += [uneven] if uneven else []
            sampled = dict(zip(self.metrics, self.rows.samples(self.metrics, by=name), strict=True))
            for metric, one in sampled.items():
                cells = [
                    (value, place, self._compare(metric, one, value, place))
                    for value in one.groups
                    for place in range(1, len(self.names))
                ]
                corrected = self._corrected([found.pvalue for *_, found in cells])
                segments += [
                    SegmentFinding(
                        segment=name,
                        value=value,
                        metric=metric,
                        variant=self.names[place],
                        comparison=found,
                        pvalue_corrected=p,
                    )
                    for (value, place, found), p in zip(cells, corrected, strict=True)
                ]
            for finding in findings:
                by_value = {
                    own.value: own.comparison
                    for own in segments
                    if (own.segment, own.metric, own.variant)
                    == (name, finding.metric, finding.variant)
                }
                text = cautions.reversal(finding, name, by_value)
                texts += [text] if text else []
        return tuple(segments), texts

    def _daily(self) -> DailyEffects | None:
        if self.rows.roles.measured_at is None:
            return None
        metrics = [metric for metric in self.metrics if not metric.from_rows]
        primary = self.metrics[0]
        if primary.from_rows:
            raise InputError(
                f"the primary metric {primary.label!r} is a quantile, which has no effect by days; "
                "leave out measured_at."
            )
        by_day = [
            (metric, self.names[place], int(str(day)), self._compare(metric, sampled, day, place))
            for metric, sampled in zip(metrics, self.rows.samples(metrics, by=DAY), strict=True)
            for day in sampled.groups
            for place in range(1, len(self.names))
        ]
        last = self.rows.last_day()
        novelties = {}
        if last > 0:
            from_day = cautions.NEW_FOR if last >= cautions.NEW_FOR else (last + 1) // 2
            (arms,) = self.rows.halves([primary], from_day)
            for place in range(1, len(self.names)):
                novelties[self.names[place]] = cautions.novelty(
                    primary, arms[0], arms[place], from_day
                )
        return DailyEffects(
            metric=primary,
            variants=self.names[1:],
            by_day=tuple(by_day),
            novelties=novelties,
        )

    def _about_plan(self, findings: Sequence[Finding], plan: Plan | None) -> list[str]:
        if plan is None or plan.effect is None:
            return []
        primaries = [one for one in findings if one.metric.role == "primary"]
        texts = [cautions.winners_curse(one, plan.effect) for one in primaries]
        return [text for text in texts if text]

    def _about_rows(self) -> list[str]:
        rows = self.rows
        texts = []
        if rows.n_dropped:
            texts.append(
                f"{number_of(rows.n_dropped, 'row')} without a unit or a variant "
                f"{'was' if rows.n_dropped == 1 else 'were'} left out. Nobody knows which arm they "
                "belong to; find out why."
            )
        for metric, sampled in zip(self.metrics, self.samples, strict=True):
            if rows.roles.missing == "drop" and rows.roles.cluster is None:
                text = cautions.lost_rows(metric, sampled.n_missing, rows.units)
                texts += [text] if text else []
        return texts

    def _about_findings(self, findings: Sequence[Finding]) -> list[str]:
        means = [
            metric
            for metric in self.metrics
            if isinstance(metric, Mean) and metric.winsorise is None
        ]
        ends = {}
        if self.rows.roles.cluster is None:
            ends = self.rows.extremes([metric.column for metric in means])
        samples = dict(zip(self.metrics, self.samples, strict=True))
        texts: list[str | None] = []
        for finding in findings:
            metric = finding.metric
            named = f"{metric.label}" + (f" in {finding.variant}" if len(self.names) > 2 else "")
            texts += [f"{named}: {text}" for text in finding.comparison.warnings]
            texts.append(cautions.too_large(finding))
            if isinstance(metric, Mean) and metric.winsorise is None and metric.column in ends:
                place = self.names.index(finding.variant, 1)
                whole = samples[metric].whole
                arms = [arm for arm in (whole[0], whole[place]) if isinstance(arm, Moments)]
                pairs = [ends[metric.column][at] for at in (0, place)]
                texts.append(cautions.dominating_row(finding, arms, pairs, metric.column))
        return list(dict.fromkeys(text for text in texts if text))


def _novelty_warnings(daily: DailyEffects | None) -> list[str]:
    if daily is None:
        return []
    return [
        f"{'novelty' if one.fades else 'the effect grows'}: {daily.metric.label} in "
        f"{daily.about(variant)}"
        for variant, one in daily.novelties.items()
        if one.fades is not None and not math.isnan(one.pvalue)
    ]
