"""Photos of a visit that is still being filled in (E): kept at once, saved with it or thrown away with it."""

from __future__ import annotations

import asyncio
from pathlib import Path

from app.actions.models import VisitForm
from app.domain.subjects.visit import VISIT
from app.store import PhoneStore
from tests.actions.phones import STEWARD, phone_of, uid
from tests.support.pictures import picture


def test_photos_of_a_visit_are_saved_in_one_with_it(tmp_path: Path) -> None:
    """What was thrown away is not there; of the others picture, thumbnail and their own time are."""
    steward = phone_of(tmp_path, STEWARD)
    visit, pictures = steward.new_id(), [picture(640, 480, seed=n) for n in range(3)]

    async def play() -> None:
        ids = [steward.new_id() for _ in pictures]
        for once, one in zip(ids, pictures, strict=True):
            await steward.photos.hold(visit, one, "record", once=once, draft="photo:x")
        assert [held.picture for held in steward.photos.held(visit)] == pictures
        assert steward.photos.held(steward.new_id()) == [] and steward.store.outbox_counts()[0] == 0
        steward.photos.drop(visit, ids[1])
        form = VisitForm(visit, uid("home", "3栋1单元203"), met_name="张伟", unsigned_reason="没空")
        saved = await steward.visits.record(form)
        assert [entry.kind for entry in saved.entries] == ["visited", "photo_taken", "photo_taken"]
        assert [entry.id for entry in saved.entries[1:]] == [ids[0], ids[2]]
        assert [steward.photos.whole(entry) for entry in saved.entries[1:]] == [pictures[0].data, pictures[2].data]
        assert [entry.body.get("taken_at") for entry in saved.entries[1:]] == [
            pictures[0].taken_at, pictures[2].taken_at
        ]  # fmt: skip
        assert steward.photos.held(visit) == []
        again = await steward.visits.record(form)  # a double tap
        assert again.entries[0] == saved.entries[0]

    asyncio.run(play())
    assert len(steward.store.state(VISIT, visit).steps) == 3


def test_held_photos_outlive_the_app_and_go_with_their_form(tmp_path: Path) -> None:
    steward = phone_of(tmp_path, STEWARD)
    visit, one = steward.new_id(), picture(320, 240, seed=4)
    asyncio.run(steward.photos.hold(visit, one, "record", once=steward.new_id()))
    path = steward.store.file.path
    steward.store.close()
    steward.store = PhoneStore(path)
    assert [held.picture for held in steward.photos.held(visit)] == [one]
    steward.photos.drop(visit)
    assert steward.photos.held(visit) == [] and steward.drafts() == {}
