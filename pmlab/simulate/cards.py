"""What a reader of each table must know: the words on its card. No planted truth stands here."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["CARDS", "TableCard"]


@dataclass(frozen=True, kw_only=True)
class TableCard:
    """The words on the card of one table."""

    title: str
    grain: str
    about: str
    columns: dict[str, str]
    """What each column means, with its unit."""
    dirt: str
    zone: str = "UTC"
    """Of its times."""


SUS_STATEMENTS = (
    "I think that I would like to use Larder frequently.",
    "I found Larder unnecessarily complex.",
    "I thought Larder was easy to use.",
    "I think that I would need the support of a technical person to be able to use Larder.",
    "I found the various functions in Larder were well integrated.",
    "I thought there was too much inconsistency in Larder.",
    "I would imagine that most people would learn to use Larder very quickly.",
    "I found Larder very cumbersome to use.",
    "I felt very confident using Larder.",
    "I needed to learn a lot of things before I could get going with Larder.",
)
"""Brooke, "SUS: a quick and dirty usability scale" (1996), with Larder for "this system"."""

CARDS = {
    "users": TableCard(
        title="People who came to Larder",
        grain="One row a person, also those who never made an account.",
        about=(
            "Everybody whose first visit was in the 26 weeks from Monday 5 January 2026. Country, "
            "channel, device and browser are those of the first visit."
        ),
        columns={
            "user_id": "Who: the same id in every table. It says nothing about order or origin.",
            "first_visit_at": "Time of the first `visit` event, UTC.",
            "signed_up_at": "Time of the `sign_up` event, UTC. Missing: no account so far.",
            "country": "Two-letter code (ISO 3166).",
            "channel": (
                "What brought the person the first time: direct, organic_search, paid_search or "
                "paid_social."
            ),
            "device": "desktop, mobile or tablet.",
            "browser": "Chrome, Edge, Firefox, Safari or Samsung Internet.",
        },
        dirt="None: each person has exactly one id.",
    ),
    "events": TableCard(
        title="What people did in Larder",
        grain="One row an event, ordered by time.",
        about=(
            "`visit` opens a visit; `search`, `view_recipe`, `sign_up` (makes an account), "
            "`save_plan`, `add_to_basket`, `start_checkout`, `purchase`, `start_trial` and "
            "`subscribe` (to Larder Plus, the paid plan) follow in it. One can buy as a guest, "
            "without an account. Times are to the second, so two events of a person can fall in "
            "the same one."
        ),
        columns={
            "user_id": "Who: as in `users`.",
            "event": "What happened, one of the ten above.",
            "time": "When, UTC.",
            "channel": "What brought the person to this visit: as in `users`, or email.",
            "device": "The device of this visit: desktop, mobile or tablet.",
            "browser": "The browser of this visit.",
            "basket_cents": (
                "Value of the grocery basket after this event, in euro cents; on `add_to_basket`, "
                "`start_checkout` and `purchase` only, otherwise missing."
            ),
        },
        dirt="None: this is the cleaned log, without bots, test accounts or repeated events.",
    ),
    "events_raw": TableCard(
        title="What Larder's collectors wrote down in weeks 1 to 4",
        grain="One row an event received, ordered by arrival.",
        about=(
            "The raw log from Monday 5 January to Sunday 1 February 2026, just as browsers, apps "
            "and anything else sent it. `events` was made from it by cleaning; since then the "
            "collectors clean by themselves. The events are those of `events`."
        ),
        columns={
            "event_id": "Made by the client, one for each event.",
            "user_id": "Who: made by the client too, and kept in a cookie or in the app.",
            "device_id": (
                "The installation of the browser or app; a person may have several, and each "
                "belongs to one person."
            ),
            "event": "What happened: as in `events`.",
            "time": (
                "When, by the client's clock: ISO 8601, with the offset from UTC at which the "
                "client writes."
            ),
            "received_at": "When it reached the collectors, by their clock, UTC.",
            "channel": "As in `events`.",
            "device": "desktop, mobile or tablet.",
            "browser": "As the client names itself; in the app, the browser inside it.",
            "app_version": "Version of the client: of the web site (web-) or the app (app-).",
            "basket_cents": "As in `events`.",
        },
        dirt="Yes: this is the raw log. Finding out what is wrong with it is chapter 01's work.",
        zone="`time` is mixed, see the offset of each; `received_at` is UTC",
    ),
    "assignments": TableCard(
        title="Who was in which arm of an experiment",
        grain="One row a person and experiment, ordered by time.",
        about=(
            "Starter plan: of the accounts made from Monday 2 February to Sunday 15 March 2026, "
            "half, drawn by lot at that moment, were shown a ready-made first week (treatment), "
            "and the others were not (control)."
        ),
        columns={
            "experiment": "What it is called in `calendar`.",
            "user_id": "Who: as in `users`.",
            "variant": "control or treatment.",
            "assigned_at": "When, UTC: for the starter plan, the time of the `sign_up` event.",
        },
        dirt="None.",
    ),
    "surveys": TableCard(
        title="What people answered when Larder asked them",
        grain="One row an invitation, also those that nobody answered, ordered by time.",
        about=(
            "Two waves, each from a Wednesday to the Sunday: before is 29 April to 3 May 2026 "
            "(week 17), after is 27 to 31 May (week 21), when the redesign of release 5.0 was a "
            "day old. Whoever had had an account for at least a week and came while a wave ran was "
            "asked once, in the visit; some people were asked in both waves. The questions come in "
            "the order of the columns."
        ),
        columns={
            "wave": "before or after.",
            "user_id": "Who: as in `users`.",
            "invited_at": "When the invitation was shown, UTC.",
            "answered_at": "When the answers were sent, UTC. Missing: not answered.",
            "nps": (
                '"How likely are you to recommend Larder to a friend?" 0, not at all likely, to '
                "10, extremely likely."
            ),
            "csat": (
                '"How satisfied were you with your last order?" 1, very dissatisfied, to 5, very '
                "satisfied. Asked only of people who had ordered."
            ),
            "umux_1": (
                '"Larder\'s capabilities meet my requirements." 1, strongly disagree, to 7, '
                "strongly agree."
            ),
            "umux_2": '"Larder is easy to use." 1 to 7, likewise.',
            **{
                f"sus_{item}": f'"{words}" 1, strongly disagree, to 5, strongly agree.'
                if item == 1
                else f'"{words}" 1 to 5, likewise.'
                for item, words in enumerate(SUS_STATEMENTS, start=1)
            },
        },
        dirt=(
            "Some break off before the end, so their last answers are missing; a few give the same "
            "answer to all ten SUS statements without reading them."
        ),
    ),
    "usability": TableCard(
        title="What happened in usability tests",
        grain="One row a participant and task, ordered by time.",
        about=(
            "Old design: 20 April to 1 May 2026; new design: 27 May to 7 June. Participants use "
            "Larder already, were recruited by an agency and paid, and see one design only. All do "
            "the same five tasks, in the same order. A moderator sits beside some and asks them to "
            "think aloud, which takes time; the others are alone with a tool."
        ),
        columns={
            "participant_id": "Who; these ids are the agency's and are not in `users`.",
            "kind": "moderated or unmoderated.",
            "design": "old or new.",
            "session_at": "When the session began, UTC.",
            "task": (
                "find_recipe, save_plan, repeat_last_week (put last week's basket together again), "
                "share_list (send somebody the shopping list) or check_out."
            ),
            "success": "1: reached the goal; 0: gave up, or took something else for it.",
            "seconds": (
                "From reading the task to the end of it, also for those who did not succeed; the "
                "tool stops after 1,800."
            ),
            "errors": "Wrong turns.",
            "error_opportunities": "Steps of the task at which one can take a wrong turn.",
        },
        dirt=(
            "Nobody watches the unmoderated ones: now and then somebody walks away in the middle "
            "of a task, and the clock runs on."
        ),
    ),
    "calendar": TableCard(
        title="What happened at Larder",
        grain="One row a release, campaign or experiment, ordered by its start.",
        about="The weeks are numbered 1 to 26; week 1 begins on Monday 5 January 2026.",
        columns={
            "kind": "release, campaign or experiment.",
            "name": "What it is called; releases have version numbers.",
            "start": "When it began, UTC.",
            "end": "The first moment after it, UTC. Missing for releases.",
            "first_week": "Week, 1 to 26, in which it began.",
            "last_week": "Last week, 1 to 26, in which it ran.",
            "note": "A line from the team.",
        },
        dirt="None.",
    ),
}
