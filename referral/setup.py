"""Adds the hand-off to the app."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from flask import Flask

from accounts.cli.keys import KEYS_RESTORED
from accounts.queries.audit.names import register_names
from accounts.wording.audit import say_actions
from agencies.commands.searches import SEARCH_FOUND_NOTHING
from agencies.queries.hops import register_hops
from core.actors import OPERATOR, SYSTEM
from core.backup.database import RESTORED
from core.events import subscribe
from core.worker import register_duty
from referral import api, models  # noqa: F401 (its tables belong to the app)
from referral.cli import (  # noqa: F401 (add to other groups)
    export,
    keys,
    moves,
    places,
    publish,
    routes,
    simulate,
)
from referral.cli.graph import give_shell_the_graph
from referral.cli.unmet import referral
from referral.commands.asking import batch_arrival, cascading, declined
from referral.commands.case.erasing import repeat_erasures, wipe_restored
from referral.commands.consent import withdrawing
from referral.commands.consent.glass import remind_of_glass
from referral.commands.duty import clocks
from referral.commands.hand_over import follow_ups, hand_overs
from referral.commands.moves import after
from referral.commands.notices import announcing, links
from referral.commands.routes import agreement_ends
from referral.commands.unmet import log_unmet_need
from referral.graph.ways import bring_ways
from referral.jobs import clocks as clock_jobs
from referral.jobs import publishing
from referral.jobs import telling as telling_jobs
from referral.pages import (
    answering,
    askings,
    batches,
    board,
    cases,
    channels,
    consents,
    duty,
    follow_up_tasks,
    glass,
    handing,
    late,
    notices,
    papers,
    walk_ins,
)
from referral.pages.referrals import desk, thread
from referral.pages.routes import agreements, network
from referral.pages.writing import attachments, draft, new, preview
from referral.queries.cases import codes_of_cases
from referral.queries.holes import register_channels_check
from referral.queries.ways import KnownWays
from referral.wording.audit import SENTENCES
from referral.wording.routes import hops_in_words

REMINDED = timedelta(minutes=5)
ERASURES_REPEATED = timedelta(hours=1)
GLASS_REMINDED = timedelta(days=1)
ENDS_LOOKED_AT = timedelta(hours=1)
CONSENTS_LOOKED_AT = timedelta(minutes=1)

# In this order: the clocks after the places they run for, and before anybody asks anything, so that
# a referral is written once.
LISTENERS = (
    after,
    clocks,
    declined,
    announcing,
    links,
    withdrawing,
    follow_ups,
    cascading,
    batch_arrival,
)
# In the order in which the navigation and the page of a referral show them.
PAGES = (
    board, cases, desk, draft, follow_up_tasks, duty, late, glass, new, preview, attachments,
    walk_ins, askings, batches, handing, thread, papers, consents, answering, channels, notices,
    network, agreements,
)  # fmt: skip


def init_app(app: Flask) -> None:
    """Register every door of the package and listen to what happens below."""
    _listen()
    _register_work()
    app.cli.add_command(referral)
    give_shell_the_graph(app)
    for pages in PAGES:
        pages.register(app)
    api.register(app)
    register_channels_check()
    register_hops(hops_in_words)
    register_names("case", codes_of_cases)
    say_actions(SENTENCES)


def _listen() -> None:
    bring_ways(KnownWays)
    subscribe(SEARCH_FOUND_NOTHING, log_unmet_need)
    subscribe(RESTORED, wipe_restored)
    subscribe(KEYS_RESTORED, _repeat_after_restore)
    for listener in LISTENERS:
        listener.listen()


def _register_work() -> None:
    """What the worker does by itself, and how often."""
    telling_jobs.register()
    clock_jobs.register()
    publishing.register()
    register_duty("unconfirmed", REMINDED, hand_overs.remind_unconfirmed)
    register_duty("follow-ups", REMINDED, follow_ups.tell_due_follow_ups)
    register_duty("erasures", ERASURES_REPEATED, partial(repeat_erasures, SYSTEM))
    register_duty("consents", CONSENTS_LOOKED_AT, withdrawing.end_what_ended)
    register_duty("agreements", ENDS_LOOKED_AT, partial(agreement_ends.announce_ends, SYSTEM))
    register_duty("glass", GLASS_REMINDED, partial(remind_of_glass, SYSTEM))


def _repeat_after_restore() -> None:
    repeat_erasures(OPERATOR)
