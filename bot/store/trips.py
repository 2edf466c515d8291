"""How named queries reach SQLite.

aiosql's own adapter goes to the connection's thread and back three times for a query: to execute
it, to fetch its rows, and to close its cursor. Here it is once.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any

from aiosql.adapters.aiosqlite import AioSQLiteAdapter


class OneTrip(AioSQLiteAdapter):
    """The kinds of queries that a command makes; the others stay as aiosql has them."""

    async def select(
        self, conn: Any, _query_name: str, sql: str, parameters: Any, record_class: None = None
    ) -> AsyncGenerator[Any]:
        for row in await conn.execute_fetchall(sql, parameters):
            yield row

    async def select_one(
        self, conn: Any, _query_name: str, sql: str, parameters: Any, record_class: None = None
    ) -> Any:
        rows = await conn.execute_fetchall(sql, parameters)
        return rows[0] if rows else None

    async def select_value(self, conn: Any, _query_name: str, sql: str, parameters: Any) -> Any:
        row = await self.select_one(conn, _query_name, sql, parameters)
        return row[0] if row else None

    async def insert_update_delete(
        self, conn: Any, _query_name: str, sql: str, parameters: Any
    ) -> int:
        # A statement that returns no rows is over with its first step: nothing is left to close.
        return (await conn.execute(sql, parameters)).rowcount
