"""Papers of households' archives, for every screen that shows them (S)."""

from __future__ import annotations

from app.actions import Session
from app.actions.archive import PaperForm
from app.domain.times import DAY
from app.ui.subjects.archive_paper.new import draft_key
from app.ui.subjects.archive_paper.paths import CHECK, new_path, paper_path
from tests.support.pictures import picture


async def file(session: Session, home: str, number: int = 4, title: str = "前期物业服务协议", scans: int = 1) -> str:
    """File a paper of a household with its scans; its id."""
    form = PaperForm(session.new_id(), home, number, title)
    for page in range(scans):
        scan = picture(300, 400, seed=10 * number + page)
        await session.photos.hold(form.once, scan, "record", once=session.new_id())
    return (await session.archive.file(form)).subject_id


async def papers(session: Session, elsewhere: Session) -> dict[str, str]:
    """File two papers at a door that no other page is counted at, have somebody else ask for one, and give the paths of
    their pages."""
    home = [one for one in session.store.households().all if one.status == "living"][-2].id
    lent, here = await file(session, home), await file(session, home, 1, "业主身份证明复印件")
    for one in (session, elsewhere):
        await one.sync_now()
    await elsewhere.archive.ask(lent, "法院", "调取", elsewhere.now() + 30 * DAY)
    for one in (elsewhere, session):
        await one.sync_now()
    first = session.archive.view(here).seen.steps[0].entry.id
    begun = session.new_id()
    session.save_draft(draft_key(home), {"number": "4", "title": "", "day": "", "note": "", "_once": begun})
    page, new = "/archive_paper/{paper_id}", "/household/{household_id}/archive/new"
    return {
        CHECK: CHECK,
        page: paper_path(lent),
        f"{page}/answer": paper_path(lent, "answer"),
        **{f"{page}/{step}": paper_path(here, step) for step in ("ask", "move", "propose")},
        "/archive_paper/{subject_id}/amend/{entry_id}": paper_path(here, f"amend/{first}"),
        "/archive_paper/{subject_id}/verify": paper_path(here, "verify"),
        new: new_path(home),
        f"{new}/photo": new_path(home, "photo"),
    }
