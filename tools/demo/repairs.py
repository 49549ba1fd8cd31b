"""Past repairs of the demo estate, from the call to the signature (A.1-A.7), and repairs of public areas (A.9)."""

from __future__ import annotations

from typing import Any

from app.domain.subjects.ticket.facts import DECLINE, REPAIR_DONE
from app.domain.subjects.ticket.kinds import FAIL, JOB, PASS, PUBLIC_REPAIR, TICKET
from app.domain.times import DAY, SECOND
from app.domain.writing.money import fee_line
from sync_server.estate.data import PriceItem, StaffMember
from tools.demo import phrases as say
from tools.demo.calls import (
    LAST_CALL,
    Job,
    Raised,
    called,
    find_worker,
    judging,
    open_ticket,
    registering,
    send_worker,
)
from tools.demo.plot import CAPACITY_OF, Plot, Thread


def repair(plot: Plot, raised: Raised | None = None, *, declined: bool = False, unlisted: bool = False) -> Thread:
    """Add a repair that was done and signed for; with ``declined`` one whose price the resident declined; with
    ``unlisted`` one that was judged on site."""
    item = plot.item(say.REPORTED)
    job = called(plot, item, raised)
    listed = None if unlisted else _really(plot, item)
    job.thread.act(job.worker, "accepted", job.accept)
    job.thread.act(job.worker, "arrived", job.arrive)
    quote = _judged_on_site(plot, job) if listed is None else _find(plot, job, listed)
    _agree(plot, job, quote, declined=declined)
    if declined:
        _sign_decline(plot, job)
    else:
        _do(plot, job, quote, None if listed is None else listed.code)
    return job.thread


def judged_first(plot: Plot) -> Thread:
    """Add a repair that is reported as not on the price list: judged, the resident asked, then done (A.2)."""
    case = plot.pick(say.UNLISTED)
    home = plot.household()
    person = plot.person(home)
    asked = plot.moment(8, 17, plot.now - LAST_CALL)
    thread = plot.thread(TICKET, asked)
    desk = plot.cast.desk_at(asked)
    open_ticket(plot, thread, desk, home, person, asked, case.reported, None)
    judged = thread.act(
        plot.cast.supervisor,
        "judged",
        thread.end + judging(plot),
        feasible=True,
        work=case.work,
        price_fen=case.yuan * 100,
    )
    if plot.chance(0.2):
        answer: dict[str, Any] = {"agreed": False, "name": person.name, "reason": plot.pick(say.ASKED_NO)}
        thread.act(desk, "resident_asked", judged.at + plot.minutes(1, 6), **answer)
        return thread
    thread.act(desk, "resident_asked", judged.at + plot.minutes(1, 6), agreed=True, name=person.name)
    job = send_worker(plot, thread, desk, home, person, None)
    thread.act(job.worker, "accepted", job.accept)
    thread.act(job.worker, "arrived", job.arrive)
    thread.act(job.worker, "found", job.arrive + plot.minutes(2, 6), listed=False, description=case.found)
    quote = [fee_line(case.work, "1", case.yuan * 100, "项")]
    _agree(plot, job, quote)
    _do(plot, job, quote, None)
    return thread


def infeasible(plot: Plot) -> Thread:
    """Add a request that the supervisor judged not feasible, and that was closed (A.2)."""
    case = plot.pick(say.INFEASIBLE)
    home = plot.household()
    asked = plot.moment(8, 17, plot.now - LAST_CALL)
    thread = plot.thread(TICKET, asked)
    desk = plot.cast.desk_at(asked)
    open_ticket(plot, thread, desk, home, plot.person(home), asked, case.reported, None)
    thread.act(plot.cast.supervisor, "judged", thread.end + judging(plot), feasible=False, reason=case.reason)
    thread.act(desk, "closed", thread.end + plot.minutes(1, 8), reason=f"已告知住户：{case.reason}")
    return thread


def public_repair(plot: Plot, *, job: bool = False) -> Thread:
    """Add a finished public repair 公共维修, or with ``job`` a job 任务: nobody signs for it (A.9)."""
    where, content, result = plot.pick(say.JOBS if job else say.PUBLIC)
    building = plot.pick([b for b in plot.cast.estate.buildings if any(h.building_id == b.id for h in plot.cast.homes)])
    entrances = sorted({u.entrance for u in plot.cast.estate.units if u.building_id == building.id and u.entrance}) or [
        "1"
    ]
    asked = plot.moment(7, 18, plot.now - LAST_CALL)
    thread = plot.thread(TICKET, asked)
    desk = plot.cast.desk_at(asked)
    opened = thread.act(
        desk,
        "ticket_opened",
        asked + registering(plot),
        sent=asked + plot.minutes(3, 8),
        ticket_kind=JOB if job else PUBLIC_REPAIR,
        building_id=building.id if "{building}" in where else None,
        address=where.format(building=building.name, entrance=plot.pick(entrances)),
        content=content,
        requested_at=asked,
        due_at=asked + DAY if job else None,
        channel="desk" if job else plot.pick(("phone", "message", "desk")),
    )
    worker, arrive = find_worker(plot, opened.sent + plot.minutes(5, 13))
    thread.act(desk, "assigned", opened.at + plot.minutes(0.3, 1.5), sent=opened.sent, worker_id=worker.id)
    thread.act(worker, "accepted", max(thread.end + plot.minutes(0.5, 2), arrive - plot.minutes(4, 12)))
    thread.act(worker, "arrived", arrive)
    if plot.chance(0.15):
        thread.act(worker, "progress_reported", arrive + plot.minutes(8, 15), note="正在处理，需要更换配件")
    thread.act(worker, "finished", arrive + plot.minutes(16, 60), result=result, tidied=True)
    _leave(plot, thread)
    return thread


def taken_over(plot: Plot, *, settled: bool) -> Thread:
    """Add a repair that its first worker accepted without a network after it had been reassigned to a second one.

    The first worker's acceptance is kept and flagged; with ``settled`` the desk sets it aside.
    """
    item = plot.item(say.REPORTED)
    first = plot.pick(plot.cast.workers)
    job = called(plot, item, None, first=first)
    desk = plot.cast.desk_at(job.accept)
    late = job.thread.act(first, "accepted", job.thread.end + plot.minutes(0.2, 0.8))
    late.sent = late.at + plot.minutes(2, 3)
    plot.flagged.add(late.id)
    job.thread.act(job.worker, "accepted", max(job.accept, late.sent + 5 * SECOND))
    job.thread.act(job.worker, "arrived", job.arrive)
    quote = _find(plot, job, item)
    _agree(plot, job, quote)
    _do(plot, job, quote, item.code)
    if settled:
        job.thread.act(
            desk,
            "flag_settled",
            job.thread.end + plot.minutes(5, 30),
            entry_id=late.id,
            decision="set_aside",
            note="已与两位师傅核实",
        )
    return job.thread


def _leave(plot: Plot, thread: Thread) -> None:
    """Let the phone send what was done at the door: mostly at once, later in buildings without a network."""
    thread.send_together(thread.acts[-1].at + (4 * SECOND if plot.chance(0.8) else plot.minutes(10, 75)))


def _really(plot: Plot, item: PriceItem) -> PriceItem:
    """Return the item that the fault turns out to be: mostly ``item``, now and then another of its category (A.3)."""
    if not plot.chance(0.12):
        return item
    return plot.pick([other for other in plot.cast.items if other.category == item.category])


def _quantity(plot: Plot, item: PriceItem) -> str:
    if item.unit in ("米", "平方米"):
        return f"{plot.rng.randrange(2, 16) / 2:g}"
    if item.code in ("D01", "D03", "Q01", "Q03", "J01"):
        return str(plot.rng.randrange(1, 5))
    return "2" if plot.chance(0.06) else "1"


def _find(plot: Plot, job: Job, item: PriceItem) -> list[dict[str, Any]]:
    """Record what was really found (A.3); return the lines to quote."""
    qty = _quantity(plot, item)
    row = {"item_id": item.id, "name": item.name, "unit": item.unit, "qty": qty, "price_fen": item.price_fen}
    words = plot.pick((None, None, "与报修一致", "配件老化", "接口锈蚀", "使用年限已久"))
    at = job.arrive + plot.minutes(2, 6)
    job.thread.act(job.worker, "found", at, listed=True, items=[row], description=words)
    return [fee_line(item.name, qty, item.price_fen, item.unit, item.id)]


def _judged_on_site(plot: Plot, job: Job) -> list[dict[str, Any]]:
    """Record a fault that is found on site not to be on the price list, and the supervisor's judgement while the worker
    waits (A.2); return the lines to quote."""
    case = plot.pick(say.UNLISTED)
    job.thread.act(job.worker, "found", job.arrive + plot.minutes(2, 5), listed=False, description=case.found)
    job.thread.act(
        plot.cast.supervisor,
        "judged",
        job.thread.end + plot.minutes(1.5, 9),
        feasible=True,
        work=case.work,
        price_fen=case.yuan * 100,
    )
    return [fee_line(case.work, "1", case.yuan * 100, "项")]


def _agree(plot: Plot, job: Job, quote: list[dict[str, Any]], *, declined: bool = False) -> None:
    """Show the price; the resident agrees or, with ``declined``, declines (A.4)."""
    at = job.thread.acts[-1].at + plot.minutes(1, 3)
    capacity = CAPACITY_OF[job.person.relation]
    job.thread.act(job.worker, "priced", at, lines=quote, total_fen=sum(line["amount_fen"] for line in quote))
    job.thread.act(
        job.worker,
        "consent",
        at + plot.minutes(0.5, 3),
        agreed=not declined,
        name=job.person.name,
        capacity=capacity,
        reason=plot.pick(say.DECLINED) if declined else None,
    )


def _sign_decline(plot: Plot, job: Job) -> None:
    """Let worker and supervisor sign that the resident declined (A.4)."""
    at = job.thread.acts[-1].at + plot.minutes(1, 3)
    worker, boss = job.worker, plot.cast.supervisor
    job.thread.sign(worker, at, DECLINE, "worker", worker.name, "staff", worker.id)
    _leave(plot, job.thread)
    at = job.thread.end + plot.minutes(10, 90)
    job.thread.sign(boss, at, DECLINE, "supervisor", boss.name, "staff", boss.id)


def _do(plot: Plot, job: Job, quote: list[dict[str, Any]], code: str | None) -> None:
    """Do the work: materials (A.5), fees (A.6), trial and signature (A.7)."""
    thread, worker = job.thread, job.worker
    own = code in say.MATERIALS and plot.chance(0.42)
    if own:
        assert code is not None
        _check_material(plot, job, code)
    at = thread.acts[-1].at
    if not own and code in say.PARTS and plot.chance(0.55):
        # The company's part was in the price that the resident agreed to, not only in the fees.
        name, fen, unit = say.PARTS[code]
        quote.append(fee_line(name, quote[0]["qty"], fen, unit))
        priced = next(act for act in thread.acts if act.kind == "priced")
        priced.body["total_fen"] = sum(line["amount_fen"] for line in quote)
    thread.act(worker, "work_started", at + plot.minutes(0.5, 2), own_materials=own)
    _write_fees(plot, thread, worker, quote, thread.acts[-1].at + plot.minutes(8, 28))
    how = "tried" if plot.chance(0.8) else "inspected"
    if plot.chance(0.06):
        bad = plot.pick(say.TRIED_BAD)
        thread.act(worker, "tried", thread.acts[-1].at + plot.minutes(1, 3), ok=False, how=how, remarks=bad)
        _write_fees(plot, thread, worker, quote, thread.acts[-1].at + plot.minutes(4, 9))
    well = plot.pick(say.TRIED_OK) or None
    thread.act(worker, "tried", thread.acts[-1].at + plot.minutes(1, 3), ok=True, how=how, remarks=well)
    signer = job.person if plot.chance(0.85) else plot.person(job.home)
    at = thread.acts[-1].at + plot.minutes(0.5, 2.5)
    capacity = CAPACITY_OF[signer.relation]
    thread.sign(worker, at, REPAIR_DONE, "resident", signer.name, capacity, signer.id)
    _leave(plot, thread)


def _write_fees(plot: Plot, thread: Thread, worker: StaffMember, quote: list[dict[str, Any]], at: int) -> None:
    thread.act(
        worker,
        "fees_written",
        at,
        lines=[dict(line) for line in quote],
        total_fen=sum(line["amount_fen"] for line in quote),
        remarks=plot.pick(say.FEE_REMARKS) or None,
    )


def _check_material(plot: Plot, job: Job, code: str) -> None:
    name = plot.pick(say.MATERIALS[code])
    bought: dict[str, Any] = {"name": name, "brand": plot.pick(say.BRANDS), "qty": "1"}
    at = job.thread.acts[-1].at + plot.minutes(1, 3)
    if plot.chance(0.66):
        job.thread.act(job.worker, "material_checked", at, **bought, verdict=PASS)
        return
    fault = plot.pick([one for one in say.FAULTS if code[0] in one.of])
    bought["brand"] = plot.pick(say.CHEAP_BRANDS)
    choice = plot.rng.choices(("use_anyway", "replace"), (1, 6) if fault.verdict == FAIL else (3, 1))[0]
    job.thread.act(
        job.worker,
        "material_checked",
        at,
        **bought,
        verdict=fault.verdict,
        remarks=fault.remarks,
        warned=True,
        consequences=fault.consequences,
        choice=choice,
    )
    if choice == "replace":
        better: dict[str, Any] = {"name": name, "brand": "住户已换货，有合格证", "qty": "1"}
        job.thread.act(job.worker, "material_checked", at + plot.minutes(4, 9), **better, verdict=PASS)
