"""Every address of the console and what answers it."""

from aiohttp import web

from bot.console import (
    agreements,
    alerts,
    answer,
    approve,
    case,
    claim,
    close,
    counter,
    invitation,
    keep,
    lift,
    live,
    members,
    notes,
    offered,
    offers,
    override,
    pass_on,
    profile,
    queue,
    release,
    sign_in,
    sign_out,
    times,
)
from bot.console.assets import load_assets
from bot.console.deps import Deps
from bot.console.gate import (
    Desk,
    OfficerHandler,
    Visit,
    for_anybody,
    for_officers,
    not_found,
    see_other,
)
from bot.console.pages import load_pages

CASE = "/console/requests/{reference}"
INVITATION = "/console/invitation/{token:[A-Za-z0-9_-]+}"
ALERT = "/console/alerts/{alert:[0-9]{1,18}}/tick"
PARTNER = "/{partner:[a-z0-9-]{1,64}}"
OFFER = "/{offer:[0-9a-f-]{36}}"
MEMBER = "/console/members/{officer:[0-9a-f-]{36}}"
FORMS: dict[str, OfficerHandler] = {
    "claim": claim.send,
    "answer": answer.send,
    "note": notes.send,
    "approve": approve.send,
    "close": close.send,
    "release": release.send,
    "pass-on": pass_on.send_offer,
    "pass-office": pass_on.send_office,
}


def routes(deps: Deps) -> list[web.RouteDef]:
    """Return the routes of the console."""
    assets = load_assets()
    desk = Desk(deps, load_pages(deps.catalogs, assets))
    return [
        web.get("/console/static/{name}", assets.serve),
        *_open_routes(desk),
        *_officer_routes(desk),
        web.get(offered.PATH, offered.for_partners(desk, offered.show)),
        web.post(offered.PATH, offered.for_partners(desk, offered.send)),
        web.route("*", "/console/{rest:.*}", for_anybody(desk, _nothing)),
    ]


def _open_routes(desk: Desk) -> list[web.RouteDef]:
    return [
        web.get("/console/sign-in", for_anybody(desk, sign_in.show)),
        web.post("/console/sign-in", for_anybody(desk, sign_in.send)),
        web.get(INVITATION, for_anybody(desk, invitation.show)),
        web.get(INVITATION + "/password", for_anybody(desk, _to_invitation)),
        web.post(INVITATION + "/password", for_anybody(desk, invitation.send_password)),
        web.post(INVITATION, for_anybody(desk, invitation.send_code)),
    ]


def _officer_routes(desk: Desk) -> list[web.RouteDef]:
    forms = [web.post(f"{CASE}/{name}", for_officers(desk, one)) for name, one in FORMS.items()]
    reloads = [web.get(f"{CASE}/{name}", for_officers(desk, case.back)) for name in FORMS]
    asked = [
        route
        for name, one in (("lift", lift), ("keep", keep), ("override", override))
        for route in (
            web.get(f"{CASE}/{name}", for_officers(desk, one.ask)),
            web.post(f"{CASE}/{name}", for_officers(desk, one.send)),
        )
    ]
    return [
        web.get("/console", for_officers(desk, _to_requests)),
        web.get("/console/", for_officers(desk, _to_requests)),
        web.post("/console/sign-out", for_officers(desk, sign_out.send)),
        web.get(queue.ADDRESS, for_officers(desk, queue.show)),
        web.get(f"{queue.ADDRESS}/events", live.stream(desk)),
        web.get(CASE, for_officers(desk, case.show)),
        *forms,
        *reloads,
        *asked,
        web.get("/console/alerts", for_officers(desk, alerts.show)),
        web.get(ALERT, for_officers(desk, alerts.back)),
        web.post(ALERT, for_officers(desk, alerts.send_tick)),
        web.get(profile.ADDRESS, for_officers(desk, profile.show)),
        web.post(profile.ADDRESS, for_officers(desk, profile.send)),
        web.get(counter.ADDRESS, for_officers(desk, counter.show)),
        web.post(counter.ADDRESS, for_officers(desk, counter.send)),
        *_times_routes(desk),
        web.get(agreements.ADDRESS, for_officers(desk, agreements.show)),
        web.post(agreements.ADDRESS + PARTNER, for_officers(desk, agreements.send)),
        web.get(offers.ADDRESS, for_officers(desk, offers.show)),
        web.get(offers.ADDRESS + OFFER, for_officers(desk, offers.open_one)),
        web.post(offers.ADDRESS + OFFER, for_officers(desk, offers.send)),
        *_member_routes(desk),
    ]


def _times_routes(desk: Desk) -> list[web.RouteDef]:
    forms = {"leave": times.send_leave, "stay": times.send_stay}
    return [
        web.get(times.ADDRESS, for_officers(desk, times.show)),
        web.post(times.ADDRESS, for_officers(desk, times.send)),
        *(web.get(f"{times.ADDRESS}/{name}", for_officers(desk, times.back)) for name in forms),
        *(
            web.post(f"{times.ADDRESS}/{name}", for_officers(desk, one))
            for name, one in forms.items()
        ),
    ]


def _member_routes(desk: Desk) -> list[web.RouteDef]:
    forms = {
        "/console/members/recover": members.send_shares,
        "/console/members/renew": members.send_renew,
        f"{MEMBER}/admit": members.send_admit,
        f"{MEMBER}/remove": members.send_remove,
    }
    return [
        web.get("/console/members", for_officers(desk, members.show)),
        web.get(MEMBER, for_officers(desk, members.ask)),
        *(web.post(address, for_officers(desk, one)) for address, one in forms.items()),
        *(web.get(address, for_officers(desk, members.back)) for address in forms),
    ]


async def _to_requests(_visit: Visit, _officer: object) -> web.StreamResponse:
    return see_other(queue.ADDRESS)


async def _to_invitation(visit: Visit) -> web.StreamResponse:
    return see_other(f"{invitation.PREFIX}/{visit.request.match_info['token']}")


async def _nothing(visit: Visit) -> web.StreamResponse:
    return not_found(visit)
