"""The services, each made when it is first asked for, together with those it stands on.

Loading all of them takes a tenth of a start. The first answers need few; the first look for due
work, a second after the bot is ready, asks for nearly all the others.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from bot.affinity import NEWS
from bot.consent import SAID
from bot.governance.service import Governance
from bot.journal import BROUGHT, SHARED
from bot.people.roster import Roster
from bot.reading import ANSWERED, POSTED, TOLD
from bot.store.store import Facts, Store
from bot.work.notices import Notices
from bot.work.posts import Posts
from bot.work.queue import Queue

if TYPE_CHECKING:
    from bot.affinity.asking import Asking
    from bot.affinity.deciding import Deciding
    from bot.affinity.questions import Questions
    from bot.affinity.service import Groups
    from bot.affinity.upkeep import Upkeep
    from bot.consent.boundaries import Boundaries
    from bot.consent.grants import Grants
    from bot.consent.service import Consents
    from bot.consent.speaking import Speaking
    from bot.journal.keys import Keys
    from bot.journal.notebook import Notebook
    from bot.journal.reminders import Reminders
    from bot.journal.service import Journal
    from bot.journal.sharing import Sharing
    from bot.noticing.doors import Doors
    from bot.noticing.service import Nudges
    from bot.privacy.service import Privacy
    from bot.reading.circles import Circles
    from bot.reading.curating import Curating
    from bot.reading.lists import ServerLists
    from bot.reading.shelves import Shelves
    from bot.reading.suggesting import Suggesting
    from bot.reading.suggestions import Suggestions


class Services:
    """What the cogs call. `store` is set before the first service is asked for."""

    store: Store
    clock: Callable[[], int]
    """Seconds UTC."""

    @cached_property
    def facts(self) -> Facts:
        return Facts(self.store.main)

    @cached_property
    def queue(self) -> Queue:
        return Queue(self.store, self.clock)

    @cached_property
    def notices(self) -> Notices:
        notices = Notices(self.store, self.queue, self.posts, self.clock)
        notices.when_seen(SHARED, lambda connection, notice: self.sharing.seen(connection, notice))
        notices.when_seen(
            NEWS, lambda connection, notice: self.groups.news_seen(connection, notice)
        )
        notices.when_seen(
            ANSWERED, lambda connection, notice: self.suggesting.seen(connection, notice)
        )
        notices.when_seen(TOLD, lambda connection, notice: self.circles.seen(connection, notice))
        return notices

    @cached_property
    def posts(self) -> Posts:
        posts = Posts(self.store, self.queue, self.clock)
        posts.while_wanted(BROUGHT, lambda connection, key: self.sharing.is_wanted(connection, key))
        posts.when_up(SAID, lambda connection, post: self.speaking.when_up(connection, post))
        posts.when_up(POSTED, lambda connection, post: self.circles.when_up(connection, post))
        posts.when_gone(SAID, lambda connection, post: self.speaking.when_gone(connection, post))
        posts.when_gone(BROUGHT, lambda connection, post: self.sharing.when_gone(connection, post))
        return posts

    @cached_property
    def roster(self) -> Roster:
        return Roster(self.store, self.queue, self.clock)

    @cached_property
    def governance(self) -> Governance:
        governance = Governance(self.store, self.queue, self.posts, self.clock)
        governance.also.append(lambda connection, change: self.doors.follow(connection, change))
        governance.also.append(lambda connection, change: self.nudges.follow(connection, change))
        return governance

    # -- consent ----------------------------------------------------------------------------

    @cached_property
    def consents(self) -> Consents:
        from bot.consent.service import Consents

        return Consents(self.store, self.governance, self.notices, self.posts, self.clock)

    @cached_property
    def boundaries(self) -> Boundaries:
        from bot.consent.boundaries import Boundaries

        boundaries = Boundaries(self.store, self.consents, self.notices, self.clock)
        boundaries.also_hide.append(
            lambda connection, one, other: self.journal.shares.hide_from(connection, one, other)
        )
        return boundaries

    @cached_property
    def speaking(self) -> Speaking:
        from bot.consent.speaking import Speaking

        return Speaking(self.store, self.consents, self.governance, self.notices, self.clock)

    @cached_property
    def grants(self) -> Grants:
        from bot.consent.grants import Grants

        return Grants(self.store, self.consents, self.clock)

    # -- affinity groups --------------------------------------------------------------------

    @cached_property
    def groups(self) -> Groups:
        from bot.affinity.service import Groups

        return Groups(
            self.store,
            self.governance,
            self.consents,
            self.grants,
            self.queue,
            self.notices,
            self.posts,
            self.clock,
        )

    @cached_property
    def questions(self) -> Questions:
        from bot.affinity.questions import Questions

        return Questions(self.store, self.groups, self.clock)

    @cached_property
    def deciding(self) -> Deciding:
        from bot.affinity.deciding import Deciding

        return Deciding(
            self.store, self.groups, self.questions, self.grants, self.governance, self.clock
        )

    @cached_property
    def group_asking(self) -> Asking:
        from bot.affinity.asking import Asking

        return Asking(self.store, self.groups, self.questions, self.deciding, self.clock)

    @cached_property
    def upkeep(self) -> Upkeep:
        from bot.affinity.upkeep import Upkeep

        return Upkeep(self.store, self.groups, self.clock)

    # -- journal ----------------------------------------------------------------------------

    @cached_property
    def notebook(self) -> Notebook:
        from bot.journal.notebook import Notebook

        return Notebook(self.store.main.driver, self.queue)

    @cached_property
    def journal_keys(self) -> Keys:
        from bot.journal.keys import Keys

        return Keys(self.store, self.notebook, self.clock)

    @cached_property
    def reminders(self) -> Reminders:
        from bot.journal.reminders import Reminders

        return Reminders(self.store, self.queue, self.clock)

    @cached_property
    def journal(self) -> Journal:
        from bot.journal.service import Journal

        return Journal(
            self.store,
            self.queue,
            self.notices,
            self.posts,
            self.notebook,
            self.journal_keys,
            self.reminders,
            self.clock,
        )

    @cached_property
    def sharing(self) -> Sharing:
        from bot.journal.sharing import Sharing

        return Sharing(
            self.store,
            self.notebook,
            self.journal_keys,
            self.journal,
            self.consents.limits,
            self.governance,
            self.roster,
            self.posts,
            self.clock,
        )

    # -- reading ----------------------------------------------------------------------------

    @cached_property
    def server_lists(self) -> ServerLists:
        from bot.reading.lists import ServerLists

        return ServerLists(self.store)

    @cached_property
    def suggestions(self) -> Suggestions:
        from bot.reading.suggestions import Suggestions

        return Suggestions(self.store)

    @cached_property
    def suggesting(self) -> Suggesting:
        from bot.reading.suggesting import Suggesting

        return Suggesting(self.store, self.server_lists, self.suggestions)

    @cached_property
    def curating(self) -> Curating:
        from bot.reading.curating import Curating

        return Curating(self.store, self.notices, self.server_lists, self.suggestions, self.clock)

    @cached_property
    def shelves(self) -> Shelves:
        from bot.reading.shelves import Shelves

        return Shelves(self.store)

    @cached_property
    def circles(self) -> Circles:
        from bot.reading.circles import Circles

        return Circles(self.store, self.queue, self.notices, self.posts, self.clock)

    # -- noticing ---------------------------------------------------------------------------

    @cached_property
    def nudges(self) -> Nudges:
        from bot.noticing.service import Nudges

        return Nudges(self.store, self.consents, self.notices, self.clock)

    @cached_property
    def doors(self) -> Doors:
        from bot.noticing.doors import Doors

        return Doors(self.store, self.queue)

    # -- privacy ----------------------------------------------------------------------------

    @cached_property
    def privacy(self) -> Privacy:
        """Every family's part in showing, exporting and erasing what belongs to a person."""
        from bot.affinity.keeping import Keeping as GroupKeeping
        from bot.consent.keeping import Keeping as ConsentKeeping
        from bot.journal.keeping import Keeping as JournalKeeping
        from bot.privacy.service import Privacy
        from bot.reading.circle_keeping import Keeping as CircleKeeping
        from bot.reading.list_keeping import Keeping as ListKeeping

        privacy = Privacy(
            self.store,
            self.roster,
            self.governance,
            ConsentKeeping(self.store, self.consents, self.clock),
            GroupKeeping(self.store, self.groups, self.questions, self.clock),
            JournalKeeping(
                self.notebook, self.journal_keys, self.journal, self.reminders, self.posts
            ),
            self.posts,
            self.queue,
            self.clock,
        )
        privacy.also += (
            self.shelves,
            CircleKeeping(self.store, self.queue, self.posts),
            ListKeeping(self.server_lists, self.suggestions),
            self.nudges,
            self.doors,
            self.notices,
        )
        return privacy
