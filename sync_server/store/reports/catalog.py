"""Every report there is: one module each, one line here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from app.domain import roles
from app.domain.rules.archive import reads_all
from app.domain.rules.periods import DAY, LENGTHS, MONTH, QUARTER, WEEK, YEAR
from app.domain.subjects.training.kinds import SUPERVISORS
from sync_server.store.reports import (
    archive,
    cleaning,
    clocks,
    events,
    fees,
    follow_ups,
    jobs,
    matters,
    meters,
    notices,
    owed,
    patrols,
    repairs,
    requests,
    surveys,
    things,
    trainings,
    vacant,
)
from sync_server.store.reports.chains import of_chains
from sync_server.store.reports.report import Report

CLEANERS: Final = roles.OVERSEERS | {roles.ENVIRONMENT_SUPERVISOR, roles.CLEANING_LEAD}
"""Who reads what cleaning comes to: the environment department leads it."""
COMPLAINTS: Final = "complaints"
"""The report of complaints (C.7)."""
CULTURE: Final = roles.OVERSEERS | {roles.CULTURE_CLERK}
ARCHIVE: Final = frozenset(post for post in roles.ROLES if reads_all((post,)))
"""Who reads what archives come to: those who read every class of them (S2)."""
_FROM_MONTH: Final = (MONTH, QUARTER, YEAR)

_ALL: Final = (
    Report("month-end", ("分类统计", "By class"), "W", matters.month_end, LENGTHS),
    Report("on-time", ("时限统计", "On time"), "A.1", clocks.clocks, (MONTH, WEEK, QUARTER, YEAR)),
    Report(COMPLAINTS, ("投诉统计", "Complaints"), "C.7", matters.complaints, (DAY, WEEK, MONTH, QUARTER, YEAR)),
    Report("door-requests", ("住户扫码统计", "By door cards"), "X", requests.requests_at_doors, LENGTHS),
    Report("follow-ups", ("回访统计", "Follow-ups"), "D.6", follow_ups.follow_up_rates, (MONTH, WEEK, QUARTER, YEAR)),
    Report("visits", ("走访统计", "Visits"), "E.1", owed.visiting, (MONTH, WEEK, QUARTER)),
    Report("patrols", ("巡检统计", "Patrols"), "I", patrols.patrol_rounds, (MONTH, WEEK, DAY)),
    Report("vacant-units", ("空置房统计", "Vacant units"), "H", vacant.vacant_units, _FROM_MONTH),
    Report("job-breaches", ("工作单违规", "Breaches of jobs"), "B.7", jobs.job_breaches, _FROM_MONTH),
    Report(
        "free-repairs",
        ("有偿与无偿维修", "Free and paid repairs"),
        "A.8",
        repairs.free_repairs,
        _FROM_MONTH,
        roles.BILLERS,
    ),
    Report("survey", ("满意度调查发放回收", "Survey sheets"), "F", surveys.survey, (MONTH, QUARTER, YEAR)),
    Report("move-ins", ("入住统计", "Move-ins"), "J", of_chains("move_in"), _FROM_MONTH),
    Report("decoration", ("装修统计", "Decoration"), "K", of_chains("decoration"), _FROM_MONTH),
    Report("mail", ("邮件代收", "Mail"), "L", of_chains("mail"), (MONTH, WEEK, QUARTER, YEAR)),
    Report(
        "gate", ("物品放行和来访", "Goods and visitors"), "N", of_chains("goods", "goods_code", "visitor"), _FROM_MONTH
    ),
    Report("meters", ("抄表统计", "Meter rounds"), "M", meters.meter_rounds, (MONTH, QUARTER)),
    Report("fees-at-doors", ("上门收费统计", "Fees at the door"), "O", fees.fees_at_doors, _FROM_MONTH, roles.BILLERS),
    Report("notices", ("通知撤除统计", "Notices taken down"), "P", notices.notice_removal, (MONTH, WEEK, QUARTER)),
    Report("cleaning", ("保洁统计", "Cleaning"), "Q", cleaning.cleaning, (MONTH, WEEK, QUARTER), CLEANERS),
    Report("events", ("社区活动统计", "Community events"), "U", events.community_events, _FROM_MONTH, CULTURE),
    Report("training", ("培训考核", "Training"), "V", trainings.training, _FROM_MONTH, SUPERVISORS),
    Report("archive", ("档案统计", "Archives"), "S", archive.archive, _FROM_MONTH, ARCHIVE),
    Report("keys", ("钥匙借还", "Keys and lent things"), "G.2", things.keys, (MONTH, WEEK, QUARTER)),
    Report("duties", ("应办事项", "Duties"), "D.1", owed.duties, (MONTH, WEEK, QUARTER)),
)
REPORTS: Final[Mapping[str, Report]] = {report.id: report for report in _ALL}
"""All reports by their names, in the order in which people see them."""
