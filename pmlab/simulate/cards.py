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
        title="Who was in which arm of an experiment, and what they did",
        grain="One row a person and experiment, ordered by time.",
        about=(
            "Larder's four experiments. Arms are drawn by lot, half and half, when a person first "
            "comes to where they differ.\n\n"
            "| experiment | who, from when on | control | treatment | agreed beforehand |\n"
            "|---|---|---|---|---|\n"
            "| Starter plan | accounts made from 2 February to 15 March 2026, at sign-up | no plan "
            "| shown a ready-made first week | primary: `saved_plan` |\n"
            "| Landing page | people whose first visit is from 23 March to 19 April, when the page "
            "is there | the old page | a new page | primary: `signed_up` |\n"
            "| Button colour | people who open a recipe from 20 April to 3 May, when they first do "
            "| green basket button | orange | primary: `filled_basket`, read on 4 May |\n"
            "| Upsell | people with an account who never had Larder Plus and fill a basket from 1 "
            "to 28 June, when they first do | no box | Larder Plus offered in a box beside the "
            "basket | primary: `started_trial`; guardrail: `cancelled` may rise by 1 percentage "
            "point at most |\n\n"
            '"Within a week" is from the assignment until seven times 24 hours later; "before" is '
            "the 28 days up to it."
        ),
        columns={
            "experiment": "What it is called in `calendar`.",
            "user_id": "Who: as in `users`.",
            "variant": "control or treatment.",
            "assigned_at": (
                "When, UTC: the time of the `sign_up`, `visit`, `view_recipe` or `add_to_basket` "
                "event at which it happened."
            ),
            "channel": "What brought the person to that visit: as in `events`.",
            "device": "The device of that visit.",
            "visits_before": "Number of `visit` events before.",
            "orders_before": "Number of orders before.",
            "revenue_before_cents": "Larder's commission on them, in euro cents.",
            "visits": "Number of `visit` events within a week.",
            "recipe_views": "Number of `view_recipe` events within a week.",
            "basket_adds": "Number of `add_to_basket` events within a week.",
            "orders": "Number of orders within a week.",
            "revenue_cents": "Larder's commission on them, in euro cents.",
            "filled_basket": "1: put something into the basket, later in that visit; 0: not.",
            "signed_up": "1: made an account within a week; 0: not. Missing: already had one.",
            "saved_plan": "1: saved a plan within a week; 0: not.",
            "started_trial": "1: began a trial of Larder Plus within a week; 0: not.",
            "cancelled": "1: cancelled Larder Plus, in the trial or after, within a week; 0: not.",
            "back_in_weeks_3_4": (
                "1: came back 14 to 28 days after the assignment; 0: not. Missing: those days are "
                "not over."
            ),
        },
        dirt="None.",
    ),
    "upsell_days": TableCard(
        title="The upsell, day by day",
        grain="One row a person and UTC day with a basket, ordered by time.",
        about=(
            "People of the experiment Upsell (see `assignments`) from 1 to 28 June 2026: the days "
            "on which they filled a basket, so that the box stood beside it, or would have stood "
            "there in control. The days end when a person has Larder Plus. A person has one row or "
            "many; the arm is drawn for the person."
        ),
        columns={
            "user_id": "Who: as in `users`.",
            "variant": "control or treatment.",
            "assigned_at": "When the person came into the experiment, UTC.",
            "device": "The device at that moment.",
            "basket_at": "The first `add_to_basket` event of this day, UTC.",
            "days_since": "Days from the UTC day of `assigned_at` to this one; 0 is the first.",
            "started_trial": "1: began a trial of Larder Plus on this day, after that; 0: not.",
        },
        dirt="None.",
    ),
    "subscriptions": TableCard(
        title="Larder Plus, as billing knows it",
        grain="One row a person who ever began a trial, ordered by time.",
        about=(
            "Larder Plus is the paid plan. A trial is free for 7 days; then a reminder asks to "
            "pay, and who has not paid after 14 days is back on the free plan."
        ),
        columns={
            "user_id": "Who: as in `users`.",
            "source": "Where the trial was begun: plus_page, or basket_box beside the basket.",
            "trial_started_at": "When, UTC.",
            "paid_from": "When the first payment was made, UTC. Missing: none so far.",
            "cancelled_at": (
                "When the person cancelled, in the trial or after, UTC. Missing: not so far."
            ),
        },
        dirt=(
            "The box beside the basket writes no events: its trials, and the payments after them, "
            "are here and not in `events`. Nor are cancellations."
        ),
    ),
    "orders": TableCard(
        title="Orders, as finance books them",
        grain="One row an order, ordered by time.",
        about=(
            "The value of the basket is what the customer pays for groceries and goes to the "
            "delivery partner; Larder earns a commission of 8% of it."
        ),
        columns={
            "order_id": "Which order.",
            "user_id": "Who: as in `users`.",
            "ordered_at": "When, UTC: the time of the `purchase` event.",
            "basket_cents": "Value of the basket, in euro cents.",
            "commission_cents": "What Larder earns by it, in euro cents.",
            "paid_by": "card, or invoice.",
        },
        dirt="Orders by invoice are agreed by telephone and are not in `events`.",
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
    "segments": TableCard(
        title="Households that plan and buy online, in segments",
        grain="One row a household and segment, ordered by segment and household.",
        about=(
            "An extract of the Helia household panel, bought by finance in June 2026: households "
            "in Larder's five countries that plan their meals and buy groceries online, wherever "
            "they do. The segments are the research firm's: Families (children at home), Working "
            "couples (two who work, no children), Student flats, Weekend cooks (who cook for "
            "several days at once) and Special diets (somebody at the table must leave something "
            "out). The firm, like its panel, is invented."
        ),
        columns={
            "household_id": "Which household; these ids are the panel's and are not in `users`.",
            "country": "Two-letter code (ISO 3166).",
            "segment": "Families, Special diets, Student flats, Weekend cooks or Working couples.",
            "households": (
                "How many households of the country this one stands for, to the ten: the panel's "
                "weight of the household."
            ),
            "orders_per_month": (
                "Orders of groceries online, from a meal plan, by the household in May 2026, with "
                "any seller."
            ),
            "basket_cents": "Mean value of these orders, in euro cents.",
        },
        dirt="The panel answers unevenly by country and segment; the weights are made for that.",
        zone="no times here; UTC elsewhere",
    ),
    "markets": TableCard(
        title="Finance's sheet of market figures",
        grain="One row a figure, in the order of Luc's sheet.",
        about=(
            "What Luc has collected for a sizing, each figure as its source gives it. Grocery "
            "sales are of all sellers, in shops and online. Reports and firms are invented, and "
            "so are the figures. The commission is what `orders` is booked with."
        ),
        columns={
            "figure": "What it is.",
            "country": (
                "Two-letter code (ISO 3166), or all for Larder's five: BE, DE, FR, IE and NL."
            ),
            "value": "The figure, in the unit of its row.",
            "low": "Lower end of its range. Missing: no range is given.",
            "high": "Upper end of its range, likewise.",
            "credibility": "Probability with which the range holds the true value.",
            "unit": "cents (of `currency`), share (0 to 1), households, or EUR per GBP.",
            "currency": "EUR or GBP. Missing: not money.",
            "per": "The time that the figure is of: year or month. Missing: of no time.",
            "basis": (
                "Of sales: GMV, the value of what customers buy, or revenue, what the seller of "
                "the service keeps. Missing: not sales."
            ),
            "year": "The year that the figure is of. Missing: nobody noted it.",
            "source": "Where it stands. Missing: nobody noted it.",
        },
        dirt="As found: units, periods and years are those of each source.",
        zone="no times here; UTC elsewhere",
    ),
    "backlog": TableCard(
        title="What Larder could build next",
        grain="One row an idea, in the order in which they were written down.",
        about=(
            "The guesses of product and engineering in the last week of June 2026, each with the "
            "range that holds it with a probability of 80%, and what people said about the need "
            "behind it. Importance and satisfaction come from Maeve's survey of 400 customers: ten "
            "times the share who find the need important, and who are satisfied with how they meet "
            "it today. They belong to the need, and are the same for ideas that serve one need."
        ),
        columns={
            "item": "What a user would get.",
            "what": "What it is, in a line.",
            "asked_by": "Who at Larder asks for it.",
            "need": "Which need of a customer it serves.",
            "reach": "How many people it would reach in the time that `reach_per` names.",
            "reach_low": "Lower end of the range.",
            "reach_high": "Upper end of the range.",
            "reach_per": "The time in which so many are reached: month or quarter.",
            "impact": (
                "On one whom it reaches: 3 massive, 2 high, 1 medium, 0.5 low, 0.25 minimal."
            ),
            "confidence": "How sure the team is of reach and impact, as a share.",
            "effort_weeks": "Work of one person, in weeks.",
            "effort_low": "Lower end of the range.",
            "effort_high": "Upper end of the range.",
            "importance": "Of the need, 0 to 10.",
            "satisfaction": "With how the need is met today, 0 to 10.",
            "vendor_cents_a_year": (
                "Where it could be bought: the price a year, in euro cents. Missing: nobody asked."
            ),
            "partner_share": (
                "Where a partner could do it: the share of Larder's commission on such orders "
                "that the partner would keep. Missing: nobody asked."
            ),
        },
        dirt="Everything but importance and satisfaction is a guess.",
        zone="no times here; UTC elsewhere",
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
