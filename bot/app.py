"""The bot: its intents, its services, its cogs, start and stop. Importing this runs nothing."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot import replies, suggestions, words
from bot.inbox import Inbox
from bot.people import DEPARTED
from bot.services import Services
from bot.settings import Settings
from bot.store.store import Store, open_store
from bot.work.doorbell import Doorbell
from bot.work.posting import Posting
from bot.work.worker import Worker

log = logging.getLogger(__name__)

#: Seconds that what runs has to come to its end when the program is told to end. Docker kills after
#: ten, systemd much later.
ENDING = 8.0
#: What discord.py calls the tasks in which a click, a form or a command is answered.
_ANSWERING = ("discord.py: on_interaction", "CommandTree-invoker")
#: The least that the invite link has to ask for.
PERMISSIONS = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    read_message_history=True,
    # For affinity groups only; the rest works without.
    manage_channels=True,
    manage_roles=True,
    manage_messages=True,
    create_public_threads=True,
    # For the events of reading circles only.
    create_events=True,
)
COGS = (
    "cogs.consent",
    "cogs.affinity",
    "cogs.journal",
    "cogs.reading",
    "cogs.rules",
    "cogs.noticing",
    "cogs.privacy",
    "cogs.help",
)


def now() -> int:
    """The one clock: seconds UTC."""
    return int(discord.utils.utcnow().timestamp())


def intents(settings: Settings) -> discord.Intents:
    """Only what is needed: servers and DMs, AutoMod rules, and message content if switched on."""
    wanted = discord.Intents.none()
    wanted.guilds = True
    wanted.dm_messages = True
    # Events that somebody moves or cancels by hand: of reading circles, only those matter.
    wanted.guild_scheduled_events = True
    # Changes of AutoMod rules: rare, and only where the bot has Manage Server.
    wanted.auto_moderation_configuration = True
    if settings.message_content:
        wanted.guild_messages = True
        wanted.message_content = True
    return wanted


def create_bot(settings: Settings) -> Firsthand:
    """A bot that is ready to start. It opens its databases when it logs in."""
    # Else discord.py warns at every start that two packages for voice, which nothing here uses, are
    # not installed.
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
    return Firsthand(settings)


def invite_link(client_id: int) -> str:
    """The link that adds the bot to a server with the least permissions."""
    return discord.utils.oauth_url(
        client_id, permissions=PERMISSIONS, scopes=("bot", "applications.commands")
    )


class Firsthand(Services, commands.Bot):
    """The bot. Its services work once it has logged in."""

    doorbell: Doorbell
    posting: Posting
    worker: Worker
    clock = staticmethod(now)

    def __init__(self, settings: Settings) -> None:
        super().__init__(
            command_prefix=(),
            help_command=None,
            tree_cls=Tree,
            intents=intents(settings),
            allowed_mentions=replies.NOBODY,
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            # Seconds; the least that discord.py takes. It would wait for hours, and all due work
            # with it: what is not possible now is tried again later.
            max_ratelimit_timeout=30,
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True),
            allowed_installs=app_commands.AppInstallationType(guild=True),
        )
        self.settings = settings
        self.controls = replies.Controls()
        self.inbox = Inbox(self)
        self.controls.add(self.inbox)
        self._store: Store | None = None
        self._later: set[asyncio.Task[None]] = set()
        #: Nothing new is taken any more.
        self.ending = False

    async def setup_hook(self) -> None:
        """Open the store, load the cogs.

        Raises StoreError or KeyFileError, each with a line for the operator.
        """
        self.store = self._store = await open_store(self.settings, now)
        self.worker = Worker(self.queue, now, replies.UNREACHED, replies.trace)
        self.posting = Posting(self, self.posts, self.worker, now)
        self.doorbell = Doorbell(
            self, self.notices, self.roster, self.governance, self.posting, self.worker, now
        )
        await self.tree.set_translator(Translator())
        for name in COGS:
            await self.load_extension(name)
        # A second after the start, so that nobody's click waits for it.
        self.worker.each_look(self.controls.load)
        self.worker.every(3600, "notices", lambda: self.notices.forget_old())
        self.worker.every(3600, "rules", lambda: self.governance.forget_old())
        self.worker.handle(DEPARTED, lambda piece: self.privacy.departed(piece))
        self.add_listener(self.controls.dispatch, "on_interaction")
        self.add_listener(self._begin, "on_ready")
        for event in ("on_ready", "on_resumed", "on_guild_available"):
            self.add_listener(self._is_back, event)

    async def add_cog(self, cog: commands.Cog, /, **options: Any) -> None:
        await super().add_cog(cog, **options)
        self.controls.add(cog)

    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:
        if self.ending:
            return
        if event == "message" and args[0].guild is not None and "<@" not in args[0].content:
            # Only messages that mention somebody, and DMs, concern anything here. Most of what is
            # written in a server is neither, and would cost a task for every listener.
            return
        super().dispatch(event, *args, **kwargs)

    async def on_message(self, message: discord.Message, /) -> None:
        """Nothing: there are no text commands."""

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        import sys

        error = sys.exc_info()[1]
        if error is not None:
            log.error("event %s: %s", event_method, replies.trace(error))

    async def close(self) -> None:
        """Take nothing new, finish what runs (`ENDING` seconds at most), and end."""
        try:
            if not self.ending:
                self.ending = True
                until = asyncio.get_running_loop().time() + ENDING
                await asyncio.gather(self._finish(until), self._answer())
                await self._finish(until)  # what was answered meanwhile may have begun more
            for task in self._later:
                task.cancel()
            await super().close()
        finally:
            # Also where somebody is impatient: a database that stays open keeps the process alive.
            if self._store is not None:
                store, self._store = self._store, None
                await store.close()

    async def _finish(self, until: float) -> None:
        """Let due work that has been begun come to its end, until then by the loop's clock."""
        if self._store is not None:
            await self.worker.stop(max(0, until - asyncio.get_running_loop().time()))

    async def _answer(self) -> None:
        """Let what people have done already come to its end: each waits for an answer."""
        running = {
            task
            for task in asyncio.all_tasks() - {asyncio.current_task()}
            if task.get_name() in _ANSWERING
        }
        if running:
            await asyncio.wait(running, timeout=ENDING)

    async def _begin(self) -> None:
        """Once connected: due work, and Discord's list of our commands. Later connects: nothing."""
        self.remove_listener(self._begin, "on_ready")
        self.worker.start()
        task = asyncio.create_task(self.tell_commands(), name="firsthand commands")
        self._later.add(task)
        task.add_done_callback(self._later.discard)

    async def _is_back(self, *_: discord.Guild) -> None:
        """Discord, or a server, can be reached again."""
        await self.queue.try_again()

    async def tell_commands(self) -> None:
        """Tell Discord our commands when they, or their translations, have changed."""
        hasher = hashlib.sha256()
        for command in sorted(self.tree.walk_commands(), key=lambda each: each.qualified_name):
            if command.parent is None:
                hasher.update(json.dumps(command.to_dict(self.tree), sort_keys=True).encode())
        for menu in (discord.AppCommandType.user, discord.AppCommandType.message):
            for command in self.tree.get_commands(type=menu):
                hasher.update(json.dumps(command.to_dict(self.tree), sort_keys=True).encode())
        for language in words.LANGUAGES[1:]:
            hasher.update(words.catalogue_file(language).read_bytes())
        digest = f"{self.application_id}:{hasher.hexdigest()}"
        try:
            while await self.facts.get("commands") != digest:
                try:
                    await self.tree.sync()
                except discord.RateLimited as limited:
                    # Discord takes so many changes of commands a day; nobody waits for these.
                    await asyncio.sleep(limited.retry_after)
                    continue
                await self.facts.set("commands", digest)
        except (*replies.UNREACHED, app_commands.AppCommandError) as error:
            log.error("Discord did not take our commands: %s", replies.trace(error))


class Tree(app_commands.CommandTree[Firsthand]):
    """The commands. Each is acknowledged before it runs, unless it opens a form."""

    async def interaction_check(self, interaction: replies.Interaction, /) -> bool:
        command = interaction.command
        if self.client.ending:
            return False
        is_command = interaction.type is discord.InteractionType.application_command
        if is_command and command is not None and not command.extras.get("opens_form"):
            try:
                await replies.acknowledge(interaction)
            except replies.UNREACHED as error:
                # Nothing has been done, and nothing will be: discord.py would only log it.
                typed = replies.typed_options(interaction)
                await replies.fail(interaction, error, command.qualified_name, typed)
                return False
        if is_command:
            await suggestions.understand(interaction)
        return True

    async def on_error(
        self, interaction: replies.Interaction, error: app_commands.AppCommandError, /
    ) -> None:
        command = interaction.command
        where = command.qualified_name if command is not None else "an unknown command"
        if interaction.type is discord.InteractionType.autocomplete:
            log.error("suggestions for %s: %s", where, replies.trace(error))
            return
        if isinstance(error, app_commands.CommandNotFound | app_commands.TransformerError):
            error = replies.not_found(interaction)  # type: ignore[assignment]
        await replies.fail(interaction, error, where, replies.typed_options(interaction))


class Translator(app_commands.Translator):
    """Names and descriptions of commands, from the catalogues."""

    async def translate(
        self,
        string: app_commands.locale_str,
        locale: discord.Locale,
        context: app_commands.TranslationContextTypes,
    ) -> str | None:
        if words.language_of(locale.value) == "en":
            return None
        speak = words.speak(locale.value)
        places = app_commands.TranslationContextLocation
        named = (places.command_name, places.group_name, places.parameter_name)
        translate = speak.name if context.location in named else speak
        return translate(string.message)
