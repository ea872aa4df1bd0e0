"""What a funnel counts, written out so plainly that nobody can doubt it.

The library walks each log once, with a small state per unit. Here the same question is
answered the slow way: list every attempt that a unit could have made, then choose. Nothing
here is clever and nothing comes from the library, so where the two disagree, read here first:

- `log`: an event, an exclusion, and a funnel with all its rules;
- `attempts`: every attempt that a log holds, and which of them an exclusion voids;
- `progress`: how far a unit got, and the attempt that stands for it (or each attempt: totals);
- `answers`: counts, segments, periods, open funnels, times to convert.

Where the rules could be read in two ways, this is how they are read.

Attempts
 1. Resolution rounds to the nearest multiple, halves up. `as_of` is not rounded.
 2. Rows without a value of a hold column are left out before anything else, but `as_of` is
    still the latest time of the whole table.
 3. With a tolerance, an attempt still starts at its step-1 event and ends at its last step's
    event, even where another of its events is earlier or later.
 4. The clock of a step's own window starts at the last *required* step before it.
 5. Unordered without an anchor: any step's event enters the funnel, wherever else a rule speaks
    of step-1 events (unfinished windows, periods, time to convert).

Exclusions
 6. Those after the last event that an attempt has count against it too (n events before it),
    except with "stop", where only an exclusion that the attempt goes past does.
 7. `after` and `before` default to the first and the last step.
 8. Under "drop" and "void" a unit all of whose attempts are voided is not in row 1 either.
 9. The attempt that stands for a unit is chosen among those that are not voided.

Optional steps
10. The attempt that stands for a unit is chosen by its required steps. An optional step's time
    is that of the earliest event that fits into this attempt, and missing if none fits, even
    where the unit counts because another attempt of its level includes the step.
11. An optional step between the unit's last required step and the next one fits as well.
12. Whether an exclusion lies between two steps, or at the time of one, is judged by the
    required steps; but under "stop" an optional step is not reached past an exclusion either.
    First and last touch see the optional steps that fit into the attempt.

Totals
13. An attempt that neither converts nor is excluded ends at start + within.
14. With hold, the attempts of each held value follow one another by themselves: a shoe's may
    begin while a hat's is under way.
15. Under "drop" every excluded attempt is left out, however far it got.

Between first and last
16. "The earliest events between" compares step 2 first, then step 3 and so on; "the latest"
    compares the last but one first, then the one before it.

Segments
17. Where events at one time could serve a step of the attempt equally, the value that sorts
    first counts, and a missing one only if there is no other.
18. An unordered attempt reaches a step if any of the equally good attempts does.
19. attribution="all" runs the events without a value as a group of their own. First entries,
    and what lies between the steps of a strict funnel, are those of the value's own events.

Periods and times
20. Periods are half-open; weeks start on Monday. A period is complete when
    end + within <= as_of.
21. entry="first" means the first step-1 event of each period.
22. An attempt of count="totals" counts in the period where it starts.
23. Time to convert runs from the unit's first step-1 event to the end of the attempt that
    stands for it. A conversion later than `within` after that event (one that came of a
    later entry), or later than as_of, is not seen: the unit is censored.
24. Units that first entered after as_of have no time to convert.

Open funnels
25. A move k-1 -> k takes two distinct events (unless reuse), the second no earlier (later, if
    ties are strict) and at most `within` after the first.
"""

from .answers import (
    NOT_REACHED,
    counts,
    open_funnel,
    segment,
    time_to_convert,
    trend,
    values_in,
    with_value,
)
from .attempts import Attempt, attempts
from .log import Event, Exclusion, Funnel
from .progress import Progress, progress, totals

__all__ = [
    "NOT_REACHED",
    "Attempt",
    "Event",
    "Exclusion",
    "Funnel",
    "Progress",
    "attempts",
    "counts",
    "open_funnel",
    "progress",
    "segment",
    "time_to_convert",
    "totals",
    "trend",
    "values_in",
    "with_value",
]
