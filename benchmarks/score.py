"""Time the 32 indicators over a country of generated counties, in one process.

    python benchmarks/score.py --counties 2800 --schools 70 --out benchmarks/results/score.csv

Counties are generated first (not timed): units of both stages, nine-year schools and teaching points among them, a class
register, a document register with gaps. Timed are the whole scorecards — every verdict with its evidence, variation, class
bands, targets — and, alone, the vectorised judgement of A1–A7 with all coefficients of variation at once.
"""

from __future__ import annotations

import argparse
import gc
import time
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd

from planning.indicators import coefficient_of_variation, score_figures
from planning.indicators.enrolment import even_classes
from planning.indicators.figures import NO_ASSIGNMENT, Figures
from planning.indicators.in_use import why_not
from planning.indicators.units import rates, states, unit_verdicts
from planning.standards import Profile, read_profile

DOCUMENTS = (
    ("B1", "met", 1), ("B2", "met", 1), ("B6", "funded_as_100", 1), ("B7", "special_per_pupil_yuan", 6200),
    ("B8", "teacher_pay_yuan", 98_600), ("B8", "civil_servant_pay_yuan", 97_100), ("B9", "training_rate", 1),
    ("B10", "met", 1), ("B11", "rotation_rate", 0.11), ("B11", "rotation_backbone_rate", 0.21), ("B12", "certified_rate", 1),
    ("B14", "quota_rate", 0.6), ("B15", "migrant_public_rate", 0.9), ("C1", "retention_rate", 0.97),
    ("C2", "disabled_enrolment_rate", 0.97), ("C3", "met", 1), ("C4", "training_budget_rate", 0.06), ("C5", "met", 1),
    ("C6", "met", 1), ("C7", "met", 1), ("C8", "met", 1), ("C9", "level", 3), ("C9", "school_difference", 0.1),
    ("D1", "recognition_rate", 0.9),
)  # fmt: skip


def make_county(rng: np.random.Generator, schools: int, profile: Profile) -> Figures:
    """Return one county: three quarters primary schools, every tenth school nine-year, some teaching points."""
    kind = rng.choice(["primary", "junior", "nine_year", "teaching_point"], schools, p=[0.6, 0.17, 0.1, 0.13])
    rows = [
        (f"S{i:03d}", k, stage)
        for i, k in enumerate(kind)
        for stage in (
            ("primary", "junior") if k == "nine_year" else ("junior" if k == "junior" else "primary",)
        )
    ]
    units = pd.DataFrame(rows, columns=["school", "kind", "stage"])
    n = len(units)
    units["unit"] = units["school"] + "-" + units["stage"].str[0].str.upper()
    units["name"] = units["school"]
    units["locale"] = rng.choice(["urban", "town", "rural"], n, p=[0.4, 0.3, 0.3])
    units["ownership"], units["boarding"], units["admission"], units["senior_pupils"] = (
        "public",
        False,
        "catchment",
        0,
    )
    grades = {"primary": range(1, 7), "junior": range(7, 10)}
    cohort = np.where(units["kind"] == "teaching_point", 6, rng.lognormal(4.3, 0.7, n)).astype(int) + 1
    enrolment = pd.DataFrame(
        [(u, g, c) for u, s, c in zip(units["unit"], units["stage"], cohort, strict=True) for g in grades[s]],
        columns=["unit", "grade", "pupils"],
    )
    enrolment["classes"] = np.ceil(enrolment["pupils"] / 46).astype(int)
    enrolment["own"] = enrolment["pupils"] * 0.99
    units = units.set_index("unit")
    units["pupils"] = enrolment.groupby("unit")["pupils"].sum().astype(float)
    sizes = even_classes(enrolment)
    units["rooms"] = units["classes"] = sizes.groupby("unit").size()
    units["why_not"] = why_not(units, profile)
    units["counted"] = units["why_not"] == ""
    units["music_rooms"] = units["art_rooms"] = rng.integers(1, 5, n)
    for name, standard in profile.resources.items():
        asked = units["stage"].map(standard.threshold).astype(float) * units["pupils"] / standard.per
        units[name] = asked * rng.lognormal(0.25, 0.4, n)
    kept = [d for d in DOCUMENTS if rng.random() > 0.1]
    register = pd.DataFrame(
        [(i, item, float(v), "2021-03-01", "generated") for i, item, v in kept],
        columns=["indicator", "item", "value", "date", "source"],
    )
    return Figures(2021, "layout", units, sizes, enrolment, register, NO_ASSIGNMENT, 500.0)


def core(counties: list[Figures], profile: Profile) -> tuple[float, int, int]:
    """Judge the seven resources of every unit of every county as arrays; return seconds, units passing, units."""
    names = list(profile.resources)
    width = max(len(c.units) for c in counties)
    shape = (len(counties), width)
    amounts, pupils, junior = np.zeros((*shape, 7)), np.zeros(shape), np.zeros(shape, dtype=int)
    for i, county in enumerate(counties):
        units = county.units[county.units["counted"]]
        amounts[i, : len(units)] = units[names].to_numpy()
        pupils[i, : len(units)] = units["pupils"]
        junior[i, : len(units)] = units["stage"] == "junior"
    start = time.perf_counter()
    per = np.array([r.per for r in profile.resources.values()], dtype=float)
    asked = np.array([[r.threshold(s) for r in profile.resources.values()] for s in ("primary", "junior")])
    verdict = unit_verdicts(states(rates(amounts, pupils, per), asked[junior], profile.unit_verdict.floor), 6)
    for stage in (0, 1):
        weight = np.where(junior == stage, pupils, 0)[:, None, :]
        coefficient_of_variation(amounts.transpose(0, 2, 1), np.broadcast_to(weight, (shape[0], 7, width)))
    return time.perf_counter() - start, int((verdict[pupils > 0] == 1).sum()), int((pupils > 0).sum())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--counties", type=int, default=2800)
    parser.add_argument("--schools", type=int, default=70)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, help="CSV file for the measured row")
    asked = parser.parse_args()
    profile = read_profile("litong-2021")
    rng = np.random.default_rng(asked.seed)
    start = time.perf_counter()
    counties = [make_county(rng, asked.schools, profile) for _ in range(asked.counties)]
    print(
        f"generated {len(counties)} counties of {asked.schools} schools in {time.perf_counter() - start:.1f} s (not counted)"
    )
    gc.freeze()  # the generated country is no garbage; do not look through it again and again
    start, cpu = time.perf_counter(), time.process_time()
    tally: Counter[str] = Counter()
    for county in counties:
        tally.update(score_figures(county, profile).indicators["verdict"].tolist())
    wall, cpu = time.perf_counter() - start, time.process_time() - cpu
    classes = sum(len(c.class_sizes) for c in counties)
    print(
        f"scorecards: {wall:.1f} s wall, {cpu:.1f} s CPU, {1000 * cpu / len(counties):.1f} ms a county; {classes} classes"
    )
    print(f"verdicts: {tally['pass']} pass, {tally['fail']} fail, {tally['not_supplied']} not supplied")
    seconds, good, units = core(counties, profile)
    print(f"A1–A7 and all CVs as arrays: {seconds:.2f} s for {units} units, {good} pass")
    if asked.out:
        row = {
            "counties": len(counties), "schools_each": asked.schools, "units": units, "classes": classes,
            "cpu_s": round(cpu, 1), "wall_s": round(wall, 1), "ms_a_county": round(1000 * cpu / len(counties), 2),
            "a1_a7_arrays_s": round(seconds, 2),
        }  # fmt: skip
        pd.DataFrame([row]).to_csv(asked.out, index=False)


if __name__ == "__main__":
    main()
