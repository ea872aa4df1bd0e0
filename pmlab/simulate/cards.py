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
