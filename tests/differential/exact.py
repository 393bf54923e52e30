"""State the whole zoning model by the documents (design.md §4, the docstrings of the rules) and solve it to the optimum.

Contiguity is a flow from the anchors of every catchment; rules the scenario calls hard are hard. Nothing here is the product's.
"""

from __future__ import annotations

from collections import defaultdict

from tests.differential.exact_even import add_balance
from tests.differential.exact_flow import add_contiguity
from tests.differential.exact_locks import add_locks
from tests.differential.exact_resources import add_resources
from tests.differential.facts import Facts
from tests.differential.programme import Optimum, Programme


def optimum(facts: Facts, seconds: float = 60.0) -> Optimum:
    """Return the cheapest plan's price, or that none exists."""
    return Exact(facts).programme.solved(seconds)


class Exact:
    """The programme of a county, rule by rule."""

    def __init__(self, facts: Facts) -> None:
        self.f = facts
        self.programme = Programme()
        self.prices = facts.scenario.prices
        self.n_years = len(facts.years)
        self.last = self.n_years - 1
        self._assignment()
        add_locks(self.programme, facts, self.x)
        self._projects()
        self._closings()
        self._own_zones()
        self._flows()
        self._staying()
        self._classes()
        self._sizes()
        self._nearby()
        self._stability()
        add_resources(self.programme, facts, self.attending)
        add_balance(self.programme, facts, self.attending, self.built, self.closed)
        self._feeder()
        add_contiguity(self.programme, facts, self.x)

    def _assignment(self) -> None:
        """Every zone has one unit per stage; moving, walking and barriers are paid."""
        p, f = self.programme, self.f
        self.x: dict[tuple[int, int], int] = {}
        self.part: dict[tuple[int, int, int, int], int] = {}
        for stage in f.stages:
            for i in range(len(f.zones)):
                if f.shared(stage, i):
                    self._divided(stage, i)
                    continue
                units = f.may_have(stage, i)
                for u in units:
                    self.x[i, u] = p.column(f.price_of(stage, i, u), 1.0, whole=True)
                p.row([(self.x[i, u], 1.0) for u in units], 1.0, 1.0)

    def _divided(self, stage: str, i: int) -> None:
        """The pupils of a shared zone, and nobody else, are divided among the units it names."""
        p, f = self.programme, self.f
        for g in f.grades[stage]:
            for t in range(self.n_years):
                n = float(f.placed[i, g, t])
                row = []
                for u in f.shared(stage, i):
                    each = f.price_each(stage, i, u) / self.n_years
                    self.part[i, u, g, t] = p.column(each, n, whole=True)
                    row.append((self.part[i, u, g, t], 1.0))
                p.row(row, n, n)

    def living(self, u: int, g: int, t: int) -> list[tuple[int, float]]:
        """Pupils who live in a catchment, as terms."""
        whole = [
            (x, float(self.f.placed[i, g, t]))
            for (i, v), x in self.x.items()
            if v == u and self.f.placed[i, g, t]
        ]
        return whole + [(d, 1.0) for (_, *key), d in self.part.items() if key == [u, g, t]]

    def _projects(self) -> None:
        p, f = self.programme, self.f
        self.built: dict[tuple[int, int], int] = {}
        chosen = [k for k, project in enumerate(f.projects) if project["mode"] == "choose"]
        for k, project in enumerate(f.projects):
            million = project["cost_yuan"] / 1e6 * self.prices.million_yuan if k in chosen else 0.0
            for t, year in enumerate(f.years):
                b = self.built[k, t] = p.column(
                    million if t == self.last else 0.0, float(project["open_year"] <= year), whole=True
                )
                if project["mode"] == "build" and project["open_year"] <= year:
                    p.row([(b, 1.0)], 1.0)
                if t:
                    p.row([(self.built[k, t - 1], 1.0), (b, -1.0)], high=0.0)
        setting = f.scenario.projects
        cost = {k: f.projects[k]["cost_yuan"] / 1e6 for k in chosen}
        if setting.budget_yuan is not None:
            p.row([(self.built[k, self.last], cost[k]) for k in chosen], high=setting.budget_yuan / 1e6)
        for t, year in enumerate(f.years):
            if year in setting.budget_by_year:
                spent = [(self.built[k, t], cost[k]) for k in chosen]
                spent += [(self.built[k, t - 1], -cost[k]) for k in chosen if t]
                p.row(spent, high=setting.budget_by_year[year] / 1e6)
        for (_, u), x in self.x.items():
            k = f.units[u]["created"]
            if k >= 0:
                p.row([(x, 1.0), (self.built[k, self.last], -1.0)], high=0.0)

    def _closings(self) -> None:
        """A unit closes by a project, because the scenario says so, or where every pupil keeps an acceptable journey."""
        p, f = self.programme, self.f
        self.closed: dict[tuple[int, int], int] = {}
        decided = f.scenario.small_schools.closed
        for u, unit in enumerate(f.units):
            if u not in f.closed_by and not f.may_close(u):
                continue
            journeys = f.journeys(u)
            for t, year in enumerate(f.years):
                by_project = u in f.closed_by
                saving = self.prices.closure_saving / self.n_years
                alone = by_project and unit["unit"] not in decided
                c = self.closed[u, t] = p.column(0.0 if alone else -saving, 1.0, whole=True)
                if by_project and not alone:  # nothing is saved where the project closes it
                    p.cost[self.built[f.closed_by[u], t]] += saving
                due = year >= decided.get(unit["unit"], year + 1)
                if due:
                    p.row([(c, 1.0)], 1.0, 1.0)
                elif by_project:
                    p.row([(c, 1.0), (self.built[f.closed_by[u], t], -1.0)], 0.0, 0.0)
                elif unit["unit"] in decided or journeys is None:
                    p.row([(c, 1.0)], 0.0, 0.0)
                elif t:  # what is closed stays closed
                    p.row([(self.closed[u, t - 1], 1.0), (c, -1.0)], high=0.0)
        for u, unit in enumerate(f.units):
            if unit["unit"] in decided or (u, 0) not in self.closed or not f.may_close(u):
                continue
            for near in f.journeys(u) or []:
                for t in range(self.n_years):
                    if near and all((v, t) in self.closed for v in near):
                        p.row([(self.closed[v, t], 1.0) for v in (u, *near)], high=float(len(near)))
        for (_, u), x in self.x.items():
            if (u, self.last) in self.closed:
                p.row([(x, 1.0), (self.closed[u, self.last], 1.0)], high=1.0)

    def _own_zones(self) -> None:
        """A unit that is alone of its stage in its zone keeps that zone while it is open, or leaves it to who has it today."""
        p, f = self.programme, self.f
        if f.scenario.catchments != "free":
            return
        for u, unit in enumerate(f.units):
            home = f.home(u)
            if sum(f.home(v) == home for v in f.of_stage(unit["stage"])) > 1 or f.shared(unit["stage"], home):
                continue
            terms, least = [(self.x[home, u], 1.0)], 1.0
            host = f.today(unit["stage"], home)
            if host not in (-1, u) and f.has_catchment(u):
                terms.append((self.x[home, host], 1.0))
            if (u, self.last) in self.closed:
                terms.append((self.closed[u, self.last], 1.0))
            if unit["created"] >= 0:
                terms.append((self.built[unit["created"], self.last], -1.0))
                least = 0.0
            p.row(terms, least)

    def _flows(self) -> None:
        """Pupils sent on from full catchments, and who then attends where."""
        p, f = self.programme, self.f
        self.sent: dict[tuple[int, int, int, int], int] = {}
        for u, v in f.partners:
            each = (self.prices.overflow + f.between(u, v) / 1000.0) / self.n_years
            for g in f.grades[f.units[u]["stage"]]:
                for t in range(self.n_years):
                    self.sent[u, v, g, t] = p.column(each, whole=True)
        out, into = defaultdict(list), defaultdict(list)
        for (u, v, g, t), o in self.sent.items():
            out[u, g, t].append(o)
            into[v, g, t].append(o)
        self.attending: dict[tuple[int, int, int], int] = {}
        for key in f.rows():
            u, g, t = key
            a = self.attending[key] = p.column()
            terms = [
                *self.living(*key),
                *((o, -1.0) for o in out[key]),
                *((o, 1.0) for o in into[key]),
                (a, -1.0),
            ]
            terms += [
                (c, f.staying[v, g, t]) for (v, year), c in self.closed.items() if year == t and f.heir(v) == u and v != u
            ]  # fmt: skip
            if (u, t) in self.closed and f.heir(u) >= 0:
                terms.append((self.closed[u, t], -f.staying[key]))
            p.row(terms, -f.staying[key], -f.staying[key])
            if out[key]:
                p.row([*((o, 1.0) for o in out[key]), *((x, -n) for x, n in self.living(*key))], high=0.0)
        self._standing(into)

    def _standing(self, into: dict[tuple[int, int, int], list[int]]) -> None:
        """Nobody is sent to a unit that is closed or not built yet; no more than it could ever seat."""
        p, f = self.programme, self.f
        cap = max(f.cap(s, g, t) for s in f.stages for g in f.grades[s] for t in range(self.n_years))
        for u, unit in enumerate(f.units):
            rooms = unit["rooms"] + sum(
                f.projects[k]["capacity" if f.in_seats else "rooms"] for k, v in enumerate(f.target) if v == u
            )
            for t in range(self.n_years):
                taken = [(o, 1.0) for g in f.grades[unit["stage"]] for o in into[u, g, t]]
                if taken and unit["created"] >= 0:
                    p.row([*taken, (self.built[unit["created"], t], -float(rooms * cap))], high=0.0)
                if taken and (u, t) in self.closed:
                    p.row([*taken, (self.closed[u, t], float(rooms * cap))], high=float(rooms * cap))
        for (i, u, g, t), d in self.part.items():
            n = float(f.placed[i, g, t])
            if all(self._gone(v, t) for v in f.shared(f.units[u]["stage"], i)):
                continue
            if f.units[u]["created"] >= 0:
                p.row([(d, 1.0), (self.built[f.units[u]["created"], t], -n)], high=0.0)
            if (u, t) in self.closed:
                p.row([(d, 1.0), (self.closed[u, t], n)], high=n)

    def _gone(self, u: int, t: int) -> bool:
        """Tell whether a unit can surely not stand in a year: closed or closing by decision, or not decided to be built by then."""
        f, year = self.f, self.f.years[t]
        built = {k for k, p in enumerate(f.projects) if p["mode"] == "build" and p["open_year"] <= year}
        shut = f.scenario.small_schools.closed.get(f.units[u]["unit"], year + 1) <= year
        created = f.units[u]["created"]
        return shut or f.closed_by.get(u, -1) in built or (created >= 0 and created not in built)

    def _staying(self) -> None:
        """Who was sent on stays there (``enrolled: stay``); only who moves in is sent on later."""
        p, f = self.programme, self.f
        if f.scenario.enrolled != "stay" or self.n_years < 2:
            return
        closing = {u for u, _ in self.closed}
        steps: dict[tuple[int, int, int], list[tuple[int, float]]] = defaultdict(list)
        for (u, v, g, t), o in self.sent.items():
            if t and g != f.grades[f.units[u]["stage"]][0] and not {u, v} & closing:
                step = [(o, 1.0), (self.sent[u, v, g - 1, t - 1], -1.0)]
                p.row(step, 0.0)
                steps[u, g, t] += step
        for (u, g, t), terms in steps.items():
            joining = [(x, -float(f.grown(i, g, t))) for (i, v), x in self.x.items() if v == u]
            for i, v, grade, year in self.part:
                if (v, grade, year) == (u, g, t) and f.grown(i, g, t):
                    joining += [(self.part[i, u, g, t], -1.0), (self.part[i, u, g - 1, t - 1], 1.0)]
            p.row([*terms, *joining], high=0.0)
        self._parts_stay(closing)

    def _parts_stay(self, closing: set[int]) -> None:
        """Nobody changes between the units of a shared zone: a part grows only where the cohort does, and shrinks only where it shrinks."""
        p, f = self.programme, self.f
        for (i, u, g, t), later in self.part.items():
            stage = f.units[u]["stage"]
            members = f.shared(stage, i)
            opens = any(f.units[v]["created"] >= 0 for v in members)
            if not t or g == f.grades[stage][0] or opens or closing & set(members):
                continue
            step = [(later, 1.0), (self.part[i, u, g - 1, t - 1], -1.0)]
            if f.placed[i, g, t] >= f.placed[i, g - 1, t - 1]:
                p.row(step, 0.0)
            else:
                p.row(step, high=0.0)

    def _classes(self) -> None:
        """Classes are whole and belong to one grade; rooms are those there are; who finds no seat is short of one."""
        p, f = self.programme, self.f
        hard = "class_size" in f.scenario.hard
        if f.in_seats:
            self._seats(hard)
            return
        classes = {}
        for u, g, t in f.rows():
            classes[u, g, t] = p.column(self.prices.class_ / self.n_years, whole=True)
            short = p.column(self.prices.shortage / self.n_years, 0.0 if hard else float("inf"))
            cap = float(f.cap(f.units[u]["stage"], g, t))
            p.row([(self.attending[u, g, t], 1.0), (classes[u, g, t], -cap), (short, -1.0)], high=0.0)
        for u, unit in enumerate(f.units):
            for t in range(self.n_years):
                terms = [(classes[u, g, t], 1.0) for g in f.grades[unit["stage"]]]
                self._none_if_closed(u, t, terms)
                for k, v in enumerate(f.target):
                    if v == u and f.projects[k]["kind"] != "closure":
                        terms.append((self.built[k, t], -float(f.projects[k]["rooms"])))
                if (u, t) in self.closed:
                    terms.append((self.closed[u, t], float(unit["rooms"])))
                p.row(terms, high=float(unit["rooms"]))

    def _seats(self, hard: bool) -> None:
        """Whoever is beyond the seats of a unit, over all its grades, is short of one; there are no classes."""
        p, f = self.programme, self.f
        for u, unit in enumerate(f.units):
            for t in range(self.n_years):
                short = p.column(self.prices.shortage / self.n_years, 0.0 if hard else float("inf"))
                terms = [(self.attending[u, g, t], 1.0) for g in f.grades[unit["stage"]]]
                self._none_if_closed(u, t, [*terms, (short, -1.0)])
                for k, v in enumerate(f.target):
                    if v == u and f.projects[k]["kind"] != "closure":
                        terms.append((self.built[k, t], -float(f.projects[k]["capacity"])))
                if (u, t) in self.closed:
                    terms.append((self.closed[u, t], float(unit["rooms"])))
                p.row([*terms, (short, -1.0)], high=float(unit["rooms"]))

    def _none_if_closed(self, u: int, t: int, terms: list[tuple[int, float]]) -> None:
        """A unit that is closed has nothing, whatever projects add to it."""
        if (u, t) not in self.closed:
            return
        each = "capacity" if self.f.in_seats else "rooms"
        adds = [
            p[each]
            for p, v in zip(self.f.projects, self.f.target, strict=True)
            if v == u and p["kind"] != "closure"
        ]
        most = float(self.f.units[u]["rooms"] + sum(adds))
        self.programme.row([*terms, (self.closed[u, t], most)], high=most)

    def _sizes(self) -> None:
        """No school exceeds its limit; one that becomes a nine-year school has the larger limit once it is one."""
        p, f = self.programme, self.f
        hard = "school_size" in f.scenario.hard
        for school in dict.fromkeys(unit["school"] for unit in f.units):
            mine = [u for u, unit in enumerate(f.units) if unit["school"] == school]
            standing = [u for u in mine if f.units[u]["created"] < 0] or mine
            limit = float(max(f.units[u]["limit"] for u in standing))
            larger = [u for u in mine if f.units[u]["created"] >= 0 and f.units[u]["limit"] > limit][:1]
            for t in range(self.n_years):
                over = p.column(self.prices.oversize / self.n_years, 0.0 if hard else float("inf"))
                terms = [(self.attending[u, g, t], 1.0) for u in mine for g in f.grades[f.units[u]["stage"]]]
                terms += [(self.built[f.units[u]["created"], t], limit - f.units[u]["limit"]) for u in larger]
                p.row([*terms, (over, -1.0)], high=limit)

    def _nearby(self) -> None:
        """Pupils whom urban and town public day schools take in from other catchments stay within the share that may."""
        p, f = self.programme, self.f
        hard, setting = "nearby" in f.scenario.hard, f.profile.nearby
        counted = [
            u for u, unit in enumerate(f.units)
            if unit["locale"] in ("urban", "town") and unit["ownership"] == "public" and not unit["boarding"]
        ]  # fmt: skip
        for stage in f.stages:
            ratio = {"primary": setting.primary, "junior": setting.junior}[stage]
            mine = [u for u in counted if f.units[u]["stage"] == stage]
            for t in range(self.n_years):
                outside = p.column(self.prices.nearby / self.n_years, 0.0 if hard else float("inf"))
                terms = [(o, 1.0) for (_, v, _, year), o in self.sent.items() if v in mine and year == t]
                terms += [(self.attending[u, g, t], ratio - 1.0) for u in mine for g in f.grades[stage]]
                p.row([*terms, (outside, -1.0)], high=0.0)

    def _stability(self) -> None:
        p, f = self.programme, self.f
        share = f.scenario.stability.max_moved_share
        if share is None:
            return
        for stage in f.stages:
            total, stay = 0.0, []
            for i in range(len(f.zones)):
                named = f.named[stage][i]
                if not named:
                    continue
                pupils = sum(f.placed[i, g, t] for g in f.grades[stage] for t in range(self.n_years))
                total += pupils / self.n_years
                if not f.shared(stage, i):
                    stay += [(self.x[i, u], pupils / self.n_years) for u in set(named) if (i, u) in self.x]
                else:
                    stay += [(d, 1.0 / self.n_years) for (z, u, g, _), d in self.part.items()
                             if z == i and u in named and g in f.grades[stage]]  # fmt: skip
            p.row(stay, (1.0 - share) * total - 1e-6)

    def _feeder(self) -> None:
        """Every primary unit feeds one junior unit, and zones follow their primary unit."""
        p, f = self.programme, self.f
        if f.scenario.feeder == "off" or set(f.stages) != {"primary", "junior"}:
            return
        for u in f.of_stage("primary"):
            feeds = {v: p.column(0.0, 1.0, whole=True) for v in f.of_stage("junior")}
            p.row([(c, 1.0) for c in feeds.values()], 1.0, 1.0)
            for i in range(len(f.zones)):
                given, surely = f.shared("junior", i), u in f.shared("primary", i)
                for v, c in feeds.items():
                    if v in given or not (surely or (i, u) in self.x):
                        continue  # it lies in that junior catchment whatever is drawn, or never in the primary one
                    after = [(self.x[i, v], -1.0)] if (i, v) in self.x else []
                    before = [] if surely else [(self.x[i, u], 1.0)]
                    p.row([*before, (c, 1.0), *after], high=0.0 if surely else 1.0)
