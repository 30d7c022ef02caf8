"""What endpoints get from the app: the database and the time."""

from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request

from database import Database


async def _database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


async def _current_time(request: Request) -> datetime:
    time: datetime = request.app.state.now()
    return time


AppDatabase = Annotated[Database, Depends(_database)]
Now = Annotated[datetime, Depends(_current_time)]
