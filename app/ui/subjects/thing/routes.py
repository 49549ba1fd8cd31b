"""The routes of keys, lent things and tags."""

from __future__ import annotations

from typing import Final

from app.ui.router import Route
from app.ui.subjects.thing.desk import (
    AccountScreen,
    ExtendScreen,
    LocateScreen,
    SettleScreen,
    TagScreen,
    WriteOffScreen,
)
from app.ui.subjects.thing.page import KeyScreen
from app.ui.subjects.thing.rack import DisputedScreen, KeysScreen
from app.ui.subjects.thing.step import NewScreen, NewSignScreen, StepScreen, StepSignScreen
from app.ui.subjects.thing.tags import CountScreen, LabelsScreen, LookUpScreen, TagPathScreen

ROUTES: Final = (
    Route("/keys", KeysScreen),
    Route("/keys/disputed", DisputedScreen, parent="/keys"),
    Route("/keys/count", CountScreen, parent="/keys"),
    Route("/keys/labels", LabelsScreen, parent="/keys"),
    Route("/keys/new/{kind}", NewScreen, parent="/keys"),
    Route("/keys/new/{kind}/sign/{side}", NewSignScreen, parent="/keys/new/{kind}", alone=True),
    Route("/key/{thing_id}", KeyScreen, parent="/keys"),
    Route("/thing/{thing_id}", KeyScreen, parent="/keys"),
    Route("/key/{thing_id}/settle", SettleScreen, parent="/key/{thing_id}"),
    Route("/key/{thing_id}/extended", ExtendScreen, parent="/key/{thing_id}"),
    Route("/key/{thing_id}/tag", TagScreen, parent="/key/{thing_id}"),
    Route("/key/{thing_id}/located", LocateScreen, parent="/key/{thing_id}"),
    Route("/key/{thing_id}/accounted", AccountScreen, parent="/key/{thing_id}"),
    Route("/key/{thing_id}/written_off", WriteOffScreen, parent="/key/{thing_id}"),
    Route("/key/{thing_id}/step/{kind}", StepScreen, parent="/key/{thing_id}"),
    Route("/key/{thing_id}/step/{kind}/sign/{side}", StepSignScreen, parent="/key/{thing_id}/step/{kind}", alone=True),
    Route("/tag", LookUpScreen, parent="/keys"),
    Route("/t/{code}", TagPathScreen),
    Route("/T/{code}", TagPathScreen),
)
