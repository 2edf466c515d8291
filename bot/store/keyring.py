"""The keyring: personal keys, wrapped by the instance's key, in a database of their own."""

from __future__ import annotations

import hmac
import secrets
from pathlib import Path
from typing import Any

from bot.seal import KEY_BYTES, InstanceKey, Place, Unreadable, mark, seal, unseal
from bot.store.database import Database, StoreError
from bot.store.queries import load

_QUERIES = Path(__file__).with_name("keyring.sql")

_DAMAGED = (
    "FIRSTHAND_KEYS_DATABASE: it is damaged. Stop the bot, move the state folder with all of its "
    "files aside, and restore the newest backup (docs/operating.md, Damage)."
)
# Otherwise a key made now would be lost, and what can be read would count as unreadable.
_REPLACED = "The instance's key was replaced while this process ran. Start it again."


class Keyring:
    """Seals and opens texts under the keys of the people they concern."""

    def __init__(self, database: Database, instance_key: InstanceKey) -> None:
        self._database = database
        self._instance_key = instance_key
        self._queries: Any = load(_QUERIES, database.driver)

    async def instance(self) -> str | None:
        """The instance these keys belong to, None before the very first start."""
        async with self._database.transaction() as connection:
            row = await self._queries.instance(connection)
        return None if row is None else row[0]

    async def proves(self) -> bool:
        """Whether the instance's key is the one that wrapped the keys in here."""
        async with self._database.transaction() as connection:
            return await self._proves(connection)

    async def found(self, instance: str) -> None:
        """Bind this keyring to a new instance, unless another process was faster."""
        async with self._database.transaction() as connection:
            await self._database.alone(connection)
            if await self._queries.instance(connection) is None:
                await self._queries.found(
                    connection, id=instance, proof=self._instance_key.proof(instance)
                )

    async def empty(self) -> bool:
        """Whether nothing was ever sealed under a key of this keyring."""
        async with self._database.transaction() as connection:
            return await self._queries.held(connection) == 0

    async def examine(self) -> None:
        """Open every key. Raises StoreError when one is damaged."""
        async with self._database.transaction() as connection:
            rows = [row async for row in self._queries.all_keys(connection)]
        try:
            for owner_id, wrapped in rows:
                self._instance_key.unwrap(wrapped, owner_id)
        except Unreadable as error:
            raise StoreError(_DAMAGED) from error

    async def people(self, after: int, most: int) -> list[int]:
        """People who have a key, in the order of their ids, from the one after that: 0, or more."""
        async with self._database.transaction() as connection:
            rows = self._queries.people(connection, after=after, most=most)
            return [row[0] async for row in rows]

    async def ensure(self, person_id: int) -> None:
        """Make a key for somebody who has none, so that having none means having erased."""
        await self._key(person_id, make=True)

    async def seal(self, text: str, place: Place) -> bytes:
        """Seal a text; people who have no key yet get one."""
        keys = [await self._key(person, make=True) for person in sorted(place.people)]
        return seal(text, keys, place)

    async def unseal(self, sealed: bytes, place: Place) -> str:
        """Raises Unreadable: damaged, moved, or somebody's key is gone."""
        keys = [await self._key(person, make=False) for person in sorted(place.people)]
        return unseal(sealed, keys, place)

    async def mark(self, owner_id: int, purpose: str, value: int) -> bytes:
        """A fingerprint of an id under a person's key, made when there is none."""
        return mark(await self._key(owner_id, make=True), purpose, value)

    async def known_mark(self, owner_id: int, purpose: str, value: int) -> bytes | None:
        """Like `mark`, but None for somebody without a key, who has marked nothing either."""
        async with self._database.transaction() as connection:
            row = await self._queries.key_of(connection, person_id=owner_id)
        return None if row is None else await self.mark(owner_id, purpose, value)

    async def keep(self, owner_id: int, secret: bytes) -> None:
        """Hold a secret of any length, wrapped like a personal key, for an owner who has none."""
        async with self._database.transaction() as connection:
            await self._add(connection, owner_id, secret)

    async def kept(self, owner_id: int) -> bytes | None:
        """What `keep` was given; None: nothing, or it is forgotten. Raises Unreadable."""
        try:
            return await self._key(owner_id, make=False)
        except Unreadable:
            async with self._database.transaction() as connection:
                if await self._queries.key_of(connection, person_id=owner_id) is None:
                    return None
            raise

    async def forget(self, person_id: int) -> None:
        """Destroy a person's key. Raises StoreError while a copy may remain in a side file."""
        async with self._database.transaction() as connection:
            await self._queries.forget(connection, person_id=person_id)
        await self._database.scrub()

    async def rewrap(self, new: InstanceKey) -> int:
        """Wrap every key under a new instance's key, in one transaction; returns how many.

        Changes nothing when it raises Unreadable, because a key in here is damaged, or StoreError,
        because another process was first.
        """
        count = 0
        async with self._database.transaction() as connection:
            await self._database.alone(connection)
            if not await self._proves(connection):
                raise StoreError(_REPLACED)
            rows = [row async for row in self._queries.all_keys(connection)]
            for person_id, wrapped in rows:
                personal = self._instance_key.unwrap(wrapped, person_id)
                await self._queries.rewrap(
                    connection, person_id=person_id, wrapped=new.wrap(personal, person_id)
                )
                count += 1
            row = await self._queries.instance(connection)
            await self._queries.prove(connection, id=row[0], proof=new.proof(row[0]))
        self._instance_key = new
        return count

    async def _key(self, person_id: int, *, make: bool) -> bytes:
        async with self._database.transaction() as connection:
            row = await self._queries.key_of(connection, person_id=person_id)
            if row is None and make:
                await self._add(connection, person_id, secrets.token_bytes(KEY_BYTES))
                # Read again: another process may have been first.
                row = await self._queries.key_of(connection, person_id=person_id)
        if row is None:
            raise Unreadable
        try:
            return self._instance_key.unwrap(row[0], person_id)
        except Unreadable:
            if await self.proves():
                raise
            raise StoreError(_REPLACED) from None

    async def _add(self, connection: Any, owner_id: int, secret: bytes) -> None:
        await self._database.alone(connection)
        if not await self._proves(connection):
            raise StoreError(_REPLACED)
        if await self._queries.key_of(connection, person_id=owner_id) is None and (
            await self._queries.lost(connection, person_id=owner_id)
        ):
            # A second key would take the place of the one that opens what they have.
            raise StoreError(_DAMAGED)
        wrapped = self._instance_key.wrap(secret, owner_id)
        await self._queries.add_key(connection, person_id=owner_id, wrapped=wrapped)

    async def _proves(self, connection: Any) -> bool:
        row = await self._queries.instance(connection)
        return row is not None and hmac.compare_digest(row[1], self._instance_key.proof(row[0]))
