"""A receiver that is wrong in every way for a day is told everything, in order."""

from __future__ import annotations

import random
import time
from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

from standardwebhooks.webhooks import Webhook

from tests.api_client import Api, make_record, resource
from tests.survival.rounds import CAMPAIGN
from tests.webhooks.conftest import MakeDesk
from tests.webhooks.receiver import Received, reply
from webhooks.endpoints import rotate_secret

PEOPLE = "objects/person/records"
HOURS = 24
PARTS = 24 if CAMPAIGN else 6
"""In how many parts the day is lived, with a change in each."""

SECONDS = 0.1
"""How long an attempt may take here."""


class Moody:
    """A receiver that answers as it likes, and remembers what it took."""

    def __init__(self, secret: str) -> None:
        self.secrets = [secret]
        self.taken: list[Received] = []
        self.moods = ["good", "good", "wrong", "slow", "dripping", "away"]
        self.dice = random.Random(6)

    def answer(self, received: Received, handler: Any) -> None:
        """Take a message, refuse it, or do neither in time."""
        self.verify(received)
        mood = self.dice.choice(self.moods)
        if mood == "good":
            self.taken.append(received)
            reply(handler)
        elif mood == "wrong":
            reply(handler, self.dice.choice([301, 400, 500, 503]))
        elif mood == "slow":
            time.sleep(SECONDS * 2)
        elif mood == "dripping":
            for letter in b"HTTP/1.1 200":
                handler.wfile.write(bytes([letter]))
                time.sleep(SECONDS / 5)
        handler.close_connection = True

    def verify(self, received: Received) -> None:
        """Hold that the official library accepts it by a secret that the receiver has.

        The clock of the test is not the library's, so the time is not looked at.
        """
        made = received.headers["webhook-signature"].split(" ")
        known = [sign(secret, received) for secret in self.secrets]
        assert set(made) & set(known)


def sign(secret: str, received: Received) -> str:
    """Return the signature as the official library makes it."""
    second = int(received.headers["webhook-timestamp"])
    at = datetime.fromtimestamp(second, UTC)
    return Webhook(secret).sign(received.id, at, received.body.decode())


def test_everything_arrives_in_order_within_a_day(api: Api, desk_at: MakeDesk) -> None:
    desk = desk_at(seconds=SECONDS)
    moody = Moody(desk.secret)
    desk.receiver.answer = moody.answer
    people = [make_record(api, "person", f"Person {n}") for n in range(4)]

    for hour in range(PARTS):
        person = people[hour % 4]
        title = resource("person", title=f"Title {hour}")
        assert api.patch(f"{PEOPLE}/{person['id']}", title).status == 200
        if hour == 2:
            new = rotate_secret(endpoint=desk.endpoint)
            moody.secrets = [new.secret]
        desk.work(hours=HOURS / PARTS)
    moody.moods = ["good"]
    desk.work(hours=30)

    versions = defaultdict(list)
    for one in {one.id: one for one in moody.taken}.values():
        versions[one.record].append(one.change["version"])
    assert set(desk.states) == {"delivered"}
    assert len(versions) == 4
    assert all(v == list(range(1, len(v) + 1)) for v in versions.values())
