"""The server's command line. Exit codes: 0 well, 1 problems found, 2 not understood."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from uuid6 import uuid7

from app.domain import roles
from app.domain.subjects.signing import ChainVerdict
from app.domain.subjects.ticket.kinds import TICKET
from app.domain.times import MINUTE, month_span, read_day, to_china
from app.domain.wire import protocol
from app.domain.writing.join_codes import join_address, keeps_offline, only_here, spoken
from app.domain.writing.tags import plain_tag
from sync_server import (
    addresses,
    bills_cli,
    duties_cli,
    export_cli,
    forms_cli,
    handbook_cli,
    https,
    log,
    news_cli,
    patrol_cli,
    register_cli,
    services_cli,
)
from sync_server.api import create_app
from sync_server.auth import passwords
from sync_server.console import WHICH as _WHICH
from sync_server.console import echo as _echo
from sync_server.console import estate_key as _estate
from sync_server.console import named as _named
from sync_server.console import opened_store as _store
from sync_server.console import say as _say
from sync_server.console import stop as _stop
from sync_server.estate.data import EstateData
from sync_server.estate.faults import WorkbookFaults
from sync_server.estate.template import make_template
from sync_server.estate.workbook import Progress, read_workbook
from sync_server.qr import print_qr
from sync_server.register.grids import Unreadable
from sync_server.settings import Settings
from sync_server.store import Store, on_time
from sync_server.store.estate import estates, settling, staffing, tagging
from sync_server.store.estate.importing import ImportConflict, ImportReport, adds_to, import_estate, key_of
from sync_server.store.estate.preparing import is_estate_workbook
from sync_server.store.people import admin, join_codes, leaving
from sync_server.store.subjects import door_requests
from sync_server.store.subjects.follow_up import rates
from sync_server.store.subjects.job import registered
from sync_server.store.subjects.ticket import systems as tickets
from sync_server.store.upkeep import backup, rescue
from sync_server.store.upkeep.verifying import SubjectVerdict


class TagKind(StrEnum):
    """What new tags are for."""

    key = "key"
    thing = "thing"
    unit = "unit"
    point = "point"


app = typer.Typer(
    help="上门服务器 The sync server of Shangmen.\n\n"
    "设置见环境变量 Settings are environment variables: SHANGMEN_DATA_DIR, SHANGMEN_DATABASE_URL, SHANGMEN_BLOBS_DIR, "
    "SHANGMEN_HOST, SHANGMEN_PORT, SHANGMEN_TOKEN_DAYS, SHANGMEN_PERMIT_HOURS, SHANGMEN_PUBLIC_URL, "
    "SHANGMEN_TRUSTED_PROXIES, SHANGMEN_WEB.\n\n"
    "退出码 Exit codes: 0 正常 well, 1 有问题 problems found, 2 用法不对 not understood.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


app.add_typer(duties_cli.calendar, name="calendar")
app.add_typer(duties_cli.duties, name="duties")
app.add_typer(news_cli.news, name="news")
app.add_typer(forms_cli.form, name="form")
app.add_typer(export_cli.export, name="export")
app.add_typer(handbook_cli.handbook, name="handbook")
app.add_typer(patrol_cli.patrol, name="patrol")
app.command()(bills_cli.bills)
app.command()(services_cli.services)
app.command()(services_cli.requests)


def main() -> None:
    """Run one command."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    log.set_up()
    app(prog_name="python -m sync_server")


@app.command(name="estates")
def estates_() -> None:
    """列出小区。List the estates."""
    with _store() as store:
        for one in store.estates():
            _echo(f"{one.code}\t{one.name}")


@app.command()
def init() -> None:
    """建立或升级数据库。Make the database, or bring it up to date."""
    with _store() as store:
        _say(f"✓ 数据库就绪：{store.database.shown}", f"ready, epoch {store.epoch()}")


@app.command()
def run(
    host: Annotated[str | None, typer.Option(help="监听地址 address to listen on")] = None,
    port: Annotated[int | None, typer.Option(help="端口 port", min=0, max=65535)] = None,
    certificate: Annotated[Path | None, typer.Option(help="HTTPS 证书 certificate (PEM)")] = None,
    key: Annotated[Path | None, typer.Option(help="证书的密钥 its key (PEM)")] = None,
    authority: Annotated[
        Path | None, typer.Option(help="给手机安装的根证书 own authority, handed to phones on a plain page (PEM)")
    ] = None,
    authority_port: Annotated[int, typer.Option(help="该页面的端口 port of that page", min=1, max=65535)] = 8080,
) -> None:
    """启动服务器。Serve until interrupted; with --certificate and --key over HTTPS."""
    settings = Settings()
    if (certificate is None) != (key is None) or (authority is not None and certificate is None):
        raise _stop("--certificate 和 --key 要一起给出", "--certificate and --key go together", 2)
    at, number = host or settings.host, settings.port if port is None else port
    tls = https.Tls(certificate, key, authority) if certificate and key else None
    with _store() as store:
        store.fill_calendar()
        try:
            if tls:
                _tell_https(tls, at, number, authority_port)
            else:
                _say(f"同步服务器 {addresses.address('http', at, number)}", "Ctrl+C 停止 stops it")
            https.serve(
                create_app(store, settings),
                at,
                number,
                trusted_proxies=settings.trusted_proxies,
                tls=tls,
                authority_port=authority_port,
            )
        except https.CertificateProblem as problem:
            raise _stop(problem.zh, problem.en) from problem


def _tell_https(tls: https.Tls, host: str, port: int, authority_port: int) -> None:
    names = https.read_names(tls.certificate)
    for name in names:
        _say(f"同步服务器 {addresses.address('https', name, port)}", "Ctrl+C 停止 stops it")
    left = https.days_left(tls.certificate)
    if left < 30:
        _say(f"！证书还有 {left} 天到期，请运行 certificates 续期", f"the certificate ends in {left} days: renew it")
    if tls.authority:
        page = addresses.address("http", names[0], authority_port)
        _say(f"手机安装根证书 {page}", "phones get the authority's certificate there")
        print_qr(page)


@app.command()
def labels(
    out: Annotated[Path, typer.Option(help="存放 PDF 的文件 where the PDF goes")],
    kind: Annotated[TagKind, typer.Option(help="新标签的类别 what new tags are for")] = TagKind.key,
    count: Annotated[int, typer.Option(help="新标签的数量 how many new tags", min=1, max=tagging.MOST)] = 21,
    building: Annotated[str, typer.Option(help="楼栋编号：该楼每扇门的标签 a building's code: its doors")] = "",
    estate: Annotated[str, typer.Option(help=_WHICH)] = "",
    single: Annotated[bool, typer.Option(help="每页一张 one label a page")] = False,
    skip: Annotated[int, typer.Option(help="第一张纸已用掉几格 labels used on the first sheet", min=0, max=20)] = 0,
    door_cards: Annotated[
        bool,
        typer.Option("--door-cards", help="给住户扫码的门牌卡，要写楼栋 cards that residents scan; needs --building"),
    ] = False,
) -> None:
    """打印标签（PDF）：钥匙、物品、房屋、巡检点。Print labels of tags: A4 sheets of 3 x 7, or one a page."""
    from sync_server.labels import printing  # fonts and the PDF library are loaded when somebody prints

    settings = Settings()
    if door_cards:
        _door_cards(out, building, estate, settings.public_url)
        return
    with _store() as store:
        key = _estate(store, estate)
        if building:
            found = tagging.unit_labels(store, None, tagging.building_called(store, building, key))
        else:
            found = tagging.blank_labels(store, None, kind.value, count, key)
        server = settings.public_url or ""
        pdf = printing.singles(found, server=server) if single else printing.sheet(found, server=server, skip=skip)
    out.write_bytes(pdf)
    _say(f"✓ {len(found)} 个标签：{out}", "labels to print")
    if not server:
        _say(
            "二维码里是编码本身；设置 SHANGMEN_PUBLIC_URL 后是网址",
            "the QR codes hold bare codes: no public address is set",
        )


def _door_cards(out: Path, building: str, estate: str, server: str) -> None:
    from sync_server.labels import door_cards

    if not building or not server or only_here(server):
        raise _stop(
            "门牌卡要写 --building，并设置住户手机能打开的 SHANGMEN_PUBLIC_URL",
            "door cards need --building, and SHANGMEN_PUBLIC_URL set to an address that residents' phones open",
            2,
        )
    with _store() as store:
        cards = tagging.door_cards(store, None, tagging.building_called(store, building, _estate(store, estate)))
        out.write_bytes(door_cards.sheet(cards, server))
    _say(f"✓ {len(cards)} 张门牌卡：{out}", "door cards to print")


@app.command(name="renew-door-card")
def renew_door_card(
    tag: Annotated[str, typer.Argument(help="卡片上的编码，如 H3K-7M2-Q9D the code on the card")],
) -> None:
    """作废一扇门已印的门牌卡；再印就是新的。Make the cards of one door useless; those printed from now on are new."""
    with _store() as store:
        edition = door_requests.renew(store, plain_tag(tag))
    _say(f"✓ 已作废；请重新打印，新卡是第 {edition} 版", "print its card again: the ones before open nothing now")


@app.command()
def certificates(
    out: Annotated[Path, typer.Option(help="存放证书的文件夹 folder for the certificates")],
    host: Annotated[
        list[str] | None, typer.Option(help="手机访问的 IP 或域名，可多次 IP or name phones use, may be repeated")
    ] = None,
) -> None:
    """颁发局域网 HTTPS 证书；再次运行即续期。Make HTTPS certificates for the LAN; run again to renew them."""
    try:
        made = https.issue(out, host or ())
    except https.CertificateProblem as problem:
        raise _stop(problem.zh, problem.en) from problem
    if made.new_authority:
        _say(f"✓ 新根证书 {out / 'authority.crt'}，每台手机安装一次", "new authority, to install once on each phone")
    _say(f"✓ 服务器证书 {out / 'server.crt'}，用于 {'、'.join(made.names)}", f"valid until {made.until:%Y-%m-%d}")
    _say(f"根证书指纹 SHA-256 {made.fingerprint}", "the authority's fingerprint, to compare on phones")
    _say("authority.key 请妥善保管，不要放到别处", "keep authority.key to yourself")


@app.command(name="import")
def import_(
    file: Annotated[Path, typer.Argument(help="住户登记表，或填好的小区表格 a register, or a filled workbook")],
    yes: Annotated[bool, typer.Option("--yes", help="不再询问，直接导入 bring it in without asking")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看会改什么 only show what would change")] = False,
    columns: Annotated[
        list[str] | None, typer.Option(help="哪一列是什么，如 '手机=phone'，可多次 which column is what")
    ] = None,
    answer: Annotated[list[str] | None, typer.Option(help="回答存疑的问题 answer a question: key=value")] = None,
    estate: Annotated[
        str,
        typer.Option(
            help="登记表是哪个小区的：代码或名称；首次导入是小区名称 the estate of a register; its name at first"
        ),
    ] = "",
    absent: Annotated[
        str, typer.Option(help="不在表里的住户：keep 保持不变，moved_out 已迁出 households not in the register")
    ] = "",
) -> None:
    """导入住户登记表（先看后导），或小区表格。Bring in a register, shown before anything changes, or an estate."""
    if not file.is_file():
        raise _stop(f"没有这个文件：{file}", f"No such file: {file}", 2)
    try:
        how = register_cli.terms(
            yes=yes, dry_run=dry_run, columns=columns or (), answers=answer or (), estate=estate, absent=absent
        )
    except register_cli.NotUnderstood as wrong:
        raise _stop(wrong.zh, wrong.en, 2) from wrong
    content = file.read_bytes()
    if is_estate_workbook(content):
        _import_workbook(file, how)
        return
    with _store() as store:
        try:
            report = register_cli.import_register(store, content, how, _say, _echo)
        except (Unreadable, register_cli.NotConfirmed) as told:
            raise _stop(told.zh, told.en) from told
    if report is not None:
        _tell_report(report)
        _say("✓ 导入完成", "done")


def _import_workbook(file: Path, how: register_cli.Terms) -> None:
    try:
        data = read_workbook(file, _progress)
    except WorkbookFaults as faults:
        for fault in faults.faults:
            zh, en = (words or file.name for words in fault.where)
            _echo(f"{zh}  「{fault.value}」 {fault.zh}\n    {en}: {fault.en}", err=True)
        raise _stop(
            f"表格有 {len(faults.faults)} 处错误，没有导入任何内容；请改正后再导入",
            f"{len(faults.faults)} errors; nothing was imported. Correct them and import again",
        ) from faults
    with _store() as store:
        _confirm_changes(store, data, how)
        try:
            report = import_estate(store, data, lambda zh, en, rows: _say(f"· {zh} {rows}", en))
        except ImportConflict as conflict:
            raise _stop(conflict.zh, conflict.en) from conflict
    for notice in data.notices:
        _echo(f"· {notice.where[0]} {notice.zh}  {notice.en}")
    _tell_report(report)
    _say(f"✓ 导入完成，新工单 {report.tickets}", f"done, {report.tickets} new tickets")
    if report.leaving:
        n = sum(one.to_hand_over for one in report.leaving)
        _say(f"离职人员还有 {n} 件未交接，仍在他们名下，前台「待交接」可以看到", "still open, on the desk's list")
    if report.passwords:
        _say("初始密码（只显示这一次）：", "initial passwords, shown this once:")
        for login, name, password in report.passwords:
            _echo(f"  {login}\t{name}\t{password}")


def _tell_report(report: ImportReport) -> None:
    for zh, en, counts in (
        ("新增", "added", report.added),
        ("更新", "changed", report.changed),
        ("移除", "removed", report.removed),
    ):
        if counts:
            _say(f"{zh} " + "，".join(f"{name} {count}" for name, count in counts.items()), en)


def _confirm_changes(store: Store, data: EstateData, how: register_cli.Terms) -> None:
    """Show which doors have another family, or another writing, now, what those who leave have open, and a new estate.

    That is confirmed before anything changes.
    """
    with store.read() as connection:
        data = staffing.same_people(connection, data)
        key = key_of(connection, data)
        settled = settling.settle(connection, data, key)
        left = leaving.open_of_leaving(connection, data.staff, key)
        others = adds_to(connection, data)
    if others:
        names = "、".join(f"{one.name}（{one.code}）" for one in others)
        _say(
            f"！这是一个新小区：{data.estate.name}（{data.estate.code}）。库里已有：{names}",
            "a new estate beside those that are here already",
        )
    for address, before, now in settled.replaced:
        _say(f"· {address} 换了住户：{before} → {now}，原住户迁出，档案封存", "another family; the first moved out")
    for before, now in settled.merged:
        _say(f"· {before} 与 {now} 是同一扇门", "one door, written otherwise")
    for address, before, now in settled.corrected:
        _say(f"· {address} {before} → {now}，按同一家改名处理", "taken for the same family, its name put right")
    if left:
        _say("在职=否，导入后账号停用，以下事项还没有交接：", "their accounts end with this import; still open:")
        _tell_open(left)
    if how.dry_run:
        raise _stop("只是看看，没有导入任何内容", "only shown: nothing was brought in")
    if how.yes or not (settled.replaced or settled.merged or settled.corrected or left or others):
        return
    if not (how.ask and typer.confirm("确认导入？Bring it in?")):
        raise _stop(
            "没有导入任何内容；确认以上内容后，加上 --yes 再运行一次",
            "nothing was brought in; look through the above and run it again with --yes",
        )


def _tell_open(people: Sequence[leaving.OpenOf]) -> None:
    for one in people:
        for zh, en in leaving.told(one):
            _say(f"  {zh}", en)


def _progress(progress: Progress) -> None:
    if sys.stdout.isatty():
        typer.echo(f"\r  {progress.sheet} {progress.done}/{progress.total}\033[K", nl=progress.done >= progress.total)


@app.command()
def template(file: Annotated[Path, typer.Argument(help="要写的文件 the file to write (.xlsx)")]) -> None:
    """写出空白的小区表格。Write the empty workbook for an estate."""
    make_template(file)
    _say(f"✓ 已写出 {file}", "written")


@app.command()
def add_user(
    login: Annotated[str, typer.Argument(help="登录名 sign-in name")],
    name: Annotated[str, typer.Option(help="姓名 name")],
    role: Annotated[list[str], typer.Option(help=f"岗位，可多次 role, may be repeated: {', '.join(roles.ROLES)}")],
    number: Annotated[str, typer.Option(help="工号，默认同账号 staff number, the login if not given")] = "",
    phone: Annotated[str, typer.Option(help="电话 phone")] = "",
    building: Annotated[
        list[str] | None, typer.Option(help="负责的楼栋代码，可多次 building code, may be repeated")
    ] = None,
    estate: Annotated[str, typer.Option(help=_WHICH)] = "",
) -> None:
    """添加员工并给出初始密码；在别的小区已有账号的，加上岗位。Add a member of staff, or a post in one more estate."""
    unknown = sorted(set(role) - set(roles.ROLES))
    if unknown:
        raise _stop(f"没有这样的岗位：{'、'.join(unknown)}", f"No such role; one of: {', '.join(roles.ROLES)}", 2)
    with _store() as store:
        password = passwords.new_password()
        try:
            new = admin.add_user(
                store,
                staff_id=str(uuid7()),
                login=login,
                name=name,
                number=number or login,
                held=role,
                phone=phone,
                building_codes=building or [],
                password_hash=passwords.hash_password(password),
                estate=_estate(store, estate),
            )
        except ImportConflict as conflict:
            raise _stop(conflict.zh, conflict.en) from conflict
    if new:
        _say(f"✓ 已添加 {name}（{login}），初始密码 {password}", "added, with this first password")
    else:
        _say(f"✓ {name}（{login}）已有账号，加上了这个小区的岗位", "has an account; given the post in this estate, too")


@app.command()
def set_password(
    login: Annotated[str, typer.Argument(help="登录名 sign-in name")],
    password: Annotated[
        str | None,
        typer.Option(help="新密码；不给则随机产生 the new password; a random one if not given", prompt=False),
    ] = None,
) -> None:
    """给员工换密码。Give a member of staff a new password."""
    if password is not None and len(password) < passwords.LEAST:
        raise _stop(f"密码至少 {passwords.LEAST} 位", f"A password has at least {passwords.LEAST} characters", 2)
    new = password or passwords.new_password()
    with _store() as store:
        if not admin.set_password(store, login, passwords.hash_password(new)):
            raise _stop(f"没有账号 {login}", f"No sign-in {login}")
    _say("✓ 密码已更换" if password else f"✓ 新密码 {new}", "changed")


@app.command()
def end_user(
    login: Annotated[str, typer.Argument(help="登录名 sign-in name")],
    tickets_to: Annotated[str, typer.Option(help="把未完工单改派给这个账号 give the open tickets to this one")] = "",
    anyway: Annotated[
        bool, typer.Option("--anyway", help="还有未交接的事项也停用 end it with work still open")
    ] = False,
    estate: Annotated[
        str, typer.Option(help="只结束在这个小区的岗位 end the post in this estate alone: its code or name")
    ] = "",
) -> None:
    """停用离职员工的账号；先列出未交接的事项。End the account of somebody who leaves; lists what is open first."""
    with _store() as store, _named(f"没有账号 {login}", f"No sign-in {login}"):
        at = _estate(store, estate) if estate else None
        work = admin.open_work(store, login, at)
        if tickets_to:
            with _named(f"没有可用的账号 {tickets_to}", f"No sign-in in use {tickets_to}"):
                moved = tickets.hand_over(store, login, tickets_to, at)
            _say(f"✓ 已改派 {moved} 张工单给 {tickets_to}", "tickets reassigned")
            work = admin.open_work(store, login, at)
        if work is not None:
            _tell_open([work])
        if work is not None and work.to_hand_over and not anyway:
            raise _stop(
                f"还有 {work.to_hand_over} 件未交接，账号没有停用；交接后再运行，或加 --anyway",
                f"{work.to_hand_over} to hand over, the account goes on; hand over first, or add --anyway",
            )
        ended = admin.end_user(store, login, at)
    if ended:
        _say(f"✓ 已停用 {login}；已有的记录和未交接的事项都保留", "ended; what they did and what is open stays")
    else:
        _say(f"✓ {login} 在这个小区的岗位已结束，在别的小区照常", "the post here has ended; the others go on")


@app.command()
def join_code(login: Annotated[str, typer.Argument(help="登录名 sign-in name")]) -> None:
    """给员工一个一次性代码，手机扫码即登录。A one-time code that signs a phone in, with a QR code to scan."""
    settings = Settings()
    with _store() as store:
        with store.read() as connection, _named(f"没有账号 {login}", f"No sign-in {login}"):
            staff_id = join_codes.staff_of_login(connection, login)
        made = store.make_join_code(None, staff_id)
    server = settings.public_url or addresses.address("http", settings.host, settings.port)
    to_scan = join_address(server, made.code)
    until = to_china(made.expires_at).strftime("%H:%M")
    _say(f"✓ {made.name} 的一次性代码 {spoken(made.code)}，{until} 前有效，只能用一次", "one-time code, used once")
    _echo(f"  {to_scan}")
    print_qr(to_scan)
    if only_here(server):
        _say(
            "这个地址只有本机能打开；设置 SHANGMEN_PUBLIC_URL 为手机能访问的地址",
            "this machine alone can open it; set SHANGMEN_PUBLIC_URL to the address phones use",
        )
    elif not keeps_offline(server):
        _say("手机浏览器只有通过 HTTPS 才能安装和离线使用", "phones install it and use it offline over HTTPS only")


@app.command()
def revoke(
    device: Annotated[str, typer.Argument(help="「手机和设备」页的编号，如 3F2A-90BC its number there")],
) -> None:
    """停用一台手机的登录，例如丢失时。End the sign-ins of a phone, e.g. a lost one."""
    none = (f"没有设备 {device}；编号见「手机和设备」页", f"No device {device}; its number stands on 手机和设备")
    with _store() as store, _named(*none):
        store.revoke_device(admin.device_id(store, device))
    _say("✓ 已停用；手机上未上传的记录仍在手机上", "revoked; unsent work stays on the phone")


@app.command()
def add_api_key(name: Annotated[str, typer.Argument(help="对方系统的名称 name of the other system")]) -> None:
    """给公司其他系统一个接口密钥。Make a key for another system; the old one of that name ends."""
    with _store() as store:
        key = admin.add_api_key(store, name)
    _say("✓ 密钥（只显示这一次），放在请求头 X-API-Key：", "the key, shown this once, for the header X-API-Key:")
    _echo(key)


@app.command(name="backup")
def backup_(
    folder: Annotated[Path, typer.Argument(help="备份文件夹 folder of the backups")],
    keep: Annotated[int, typer.Option(help="数据库备份保留多少天 days that database backups are kept", min=1)] = 30,
) -> None:
    """备份数据库和附件，服务不停。Back database and files up while serving; PostgreSQL needs pg_dump."""
    with _tools_told("备份", "backup"):
        database, copied = backup.back_up(Settings(), folder)
        dropped = backup.drop_older(folder, keep)
    _say(f"✓ 已备份 {database}，附件 +{copied}，删除旧备份 {dropped}", "backed up")


@app.command()
def restore(
    kept: Annotated[
        Path, typer.Argument(help="备份文件夹，或其中一个数据库备份 a folder of backups, or one database in it")
    ],
) -> None:
    """把备份恢复到空处；手机会补传之后的记录。Bring a backup back to an empty place; phones send the rest."""
    with _tools_told("恢复", "restore"):
        file = backup.restore(Settings(), kept)
    with _store() as store:
        _say(f"✓ 已恢复 {file.name}，新纪元 {store.new_epoch()}", "restored; phones send what the backup lacks")


@contextmanager
def _tools_told(zh: str, en: str) -> Iterator[None]:
    """Say what files or the database's own tools answered."""
    try:
        yield
    except backup.NotRestored as why:
        raise _stop(why.zh, why.en) from why
    except subprocess.CalledProcessError as error:
        said = str(error.stderr).strip()
        raise _stop(f"{zh}失败：{said}", f"{en} failed: {said}") from error
    except FileNotFoundError as error:
        raise _stop(f"{zh}失败：找不到 {error.filename}", f"{en} failed: there is no {error.filename}") from error
    except (OSError, sqlite3.Error) as error:
        raise _stop(f"{zh}失败：{error}", f"{en} failed: {error}") from error


@app.command()
def new_epoch() -> None:
    """数据库从备份恢复后运行一次：手机会重新上传。Run once after restoring a backup: phones send again."""
    with _store() as store:
        _say(f"✓ {store.new_epoch()}", "new epoch; phones send what the backup lacks")


@app.command()
def verify(
    record: Annotated[
        tuple[str, str] | None,
        typer.Option(
            metavar="TYPE ID",
            help="只查一条记录：类别（ticket、visit、thing、place、count），和它的编号、标签或 id "
            "one record: its type, and its number, tag or id",
        ),
    ] = None,
    ticket: Annotated[str | None, typer.Option(help="只查一张工单：编号或 id one ticket, by number or id")] = None,
) -> None:
    """核验签名和记录链。Verify signatures, and that no entry is missing or altered."""
    asked = (TICKET, ticket) if ticket is not None else record
    with _store() as store:
        bad = 0
        if asked is not None:
            kind, said = asked
            with _named(
                f"没有记录 {kind} {said}；工单编号如 20261121-001", f"No {kind} {said}; give its number, tag or id"
            ):
                found = store.verify((kind, admin.subject_id(store, kind, said)))
            _echo(json.dumps(found.to_wire(), ensure_ascii=False, indent=1))
            bad = 0 if found.sound else 1
        else:
            checked = 0
            for verdict in store.verify_everything():
                checked += 1
                if not (verdict.whole if isinstance(verdict, ChainVerdict) else verdict.sound):
                    bad += 1
                    _echo(f"✗ {_told(verdict)}")
            _say(f"已核验 {checked} 项", "verified (subjects and device chains)")
    if bad:
        raise _stop(f"{bad} 项有问题", f"{bad} with problems")
    _say("✓ 全部完好", "all intact")


def _told(verdict: SubjectVerdict | ChainVerdict) -> str:
    if isinstance(verdict, ChainVerdict):
        return (
            f"设备 device {verdict.device}: 缺号 missing {list(verdict.missing)[:20]}, "
            f"改动 altered {list(verdict.altered)[:20]}, 断链 broken {list(verdict.broken)[:20]}"
        )
    return f"{verdict.subject[0]} {verdict.subject[1]}: {verdict.standing}"


@app.command(name="rescue")
def rescue_(file: Annotated[Path, typer.Argument(help="手机导出的救援文件 the phone's rescue file")]) -> None:
    """收下手机的救援文件；重复收下无害。Take a phone's rescue file in; again is harmless."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise _stop(f"无法读取 {file}：{error.strerror}", f"Can't read {file}", 2) from error
    with _store() as store:
        report = rescue.take_in(store, content)
    words = {
        protocol.ACCEPTED: "已收",
        protocol.KNOWN: "已有",
        protocol.FLAGGED: "已收，待核实",
        protocol.REFUSED: "未收",
    }
    for entry, answer in report.answers:
        kind = entry.get("kind") if isinstance(entry, dict) else None
        why = f"：{answer.problem.message('zh')}  {answer.problem.message('en')}" if answer.problem else ""
        _echo(f"{answer.id} {kind} {words[answer.status]} {answer.status}{why}")
    for digest, problem in report.blobs:
        if problem is not None:
            _echo(f"附件 blob {digest}: {problem.message('zh')}  {problem.message('en')}")
    if not report.whole:
        raise _stop("有内容没有收下，请保留救援文件", "Not everything was taken; keep the file")
    _say(f"✓ {report.staff} 的 {len(report.answers)} 条记录都在服务器上了", "everything in the file is on the server")


@app.command()
def clocks(
    month: Annotated[str, typer.Option(help="月份 the month, 2026-11")],
    clause: Annotated[str | None, typer.Option(help="条款 a clause of the source, A.1")] = None,
    estate: Annotated[str | None, typer.Option(help=_WHICH)] = None,
) -> None:
    """列出一个月各项时限是否按时。List what came of every clock of a month, and count it."""
    with _store() as store:
        now = store.now()
        with store.read() as connection:
            key = None if estate is None else estates.called(connection, estate, None).key
            listed = on_time.outcomes(connection, None, now, month, clause, key)
    for row in listed:
        minutes = "" if row["late_ms"] is None else f" {row['late_ms'] / MINUTE:+.0f} min"
        late = " 补录" + (" withdrawn" if row["withdrawn"] else "") if row["late_entry"] else ""
        said = f"{row['clause']} {row['clock']} {row['called'] or row['subject_id']} {row['owner_name']}"
        _echo(f"{said} {row['standing']}{minutes}{late}")
    for one in on_time.figures(listed, "clause", "clock"):
        due = one["met"] + one["late"] + one["missed"]
        words = " ".join(f"{name} {one[name]}" for name in on_time.STANDINGS)
        _echo(f"{one['clause']} {one['clock']}: {one['met']}/{due} 按时 on time ({words}; 补录 {one['late_entries']})")


@app.command(name="job-register")
def job_register_(
    out: Annotated[Path, typer.Option(help="存放 PDF 的文件 where the PDF goes")],
    day: Annotated[str, typer.Option(help="日期 the day, 2026-11-21; 不写为今天 today where none")] = "",
    estate: Annotated[str, typer.Option(help=_WHICH)] = "",
) -> None:
    """打印一天的工作单登记簿（PDF）。Print the register of the job numbers of a day."""
    from sync_server.papers.job_register import job_register  # fonts and the PDF library load when somebody prints

    with _store() as store:
        asked = read_day(day) if day else to_china(store.now()).date()
        if asked is None:
            raise _stop(f"日期请写成 2026-11-21 这样：{day}", f"Write the day like 2026-11-21: {day}", 2)
        key = _estate(store, estate)
        name = next((one.name for one in store.estates() if one.key == key), "")
        with store.read() as connection:
            lines = registered(connection, asked, key)
    out.write_bytes(job_register(asked, name, lines))
    _say(f"✓ {asked.isoformat()} 共 {len(lines)} 张工作单：{out}", "numbers in the register")


@app.command(name="follow-ups")
def follow_ups_(
    month: Annotated[str, typer.Option(help="月份 the month, 2026-11")],
    estate: Annotated[str | None, typer.Option(help=_WHICH)] = None,
) -> None:
    """统计一个月的回访：三天内、一个月内、满意率、事项办结率。Count the follow-ups of a month, by person."""
    with _store() as store:
        now = store.now()
        since, until = month_span(on_time.checked(month))
        with store.read() as connection:
            keys = None if estate is None else [estates.called(connection, estate, None).key]
            everybody, by_person = rates.of_month(connection, since, until, now, keys)
            names = rates.names_of(connection, by_person)
    for name, found in (("合计 all", everybody), *((names.get(who, who), one) for who, one in by_person.items())):
        told = found.figures()
        shares = (
            ("三天内 in 3 days", told["in_days"], told["owed"], told["in_days_percent"]),
            ("一个月内 in a month", told["in_month"], told["owed"], told["in_month_percent"]),
            ("满意 satisfied", told["satisfied"], told["asked"], told["satisfied_percent"]),
            ("事项办结 raised, closed", told["closed"], told["raised"], told["closed_percent"]),
        )
        words = " ".join(f"{what} {n}/{of}" + ("" if per is None else f" {per}%") for what, n, of, per in shares)
        _echo(f"{name}: {words} 未审阅 unreviewed {told['unreviewed']}")


@app.command()
def openapi() -> None:
    """打印接口说明（OpenAPI JSON）。Print the interface's description."""
    with _store() as store:
        _echo(json.dumps(create_app(store).openapi(), ensure_ascii=False, indent=1))
