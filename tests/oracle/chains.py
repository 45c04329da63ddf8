"""Random contracts with the dates of their clocks, and what plain Python says of each clock; knows nothing of the SQL."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta

from oracle.clock import Calendar

ON_TIME, LATE, PENDING, EXEMPT = "ON_TIME", "LATE", "PENDING", "EXEMPT"
SIGN_DAYS, PUBLISH, FILE, RECORD, FINANCE = 30, 2, 7, 2, 5
DEFAULT_TERM, LONGEST_TERM = 30, 60
KNOWN_ON, PAYMENTS_KNOWN_ON = date(2023, 10, 16), date(2023, 11, 20)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Chain:
    """A contract with a procurement: its dates, None where the ledgers are blank."""

    number: int
    is_public: bool
    is_secret: bool
    is_supplementary: bool
    awarded: date | None
    signed: date | None
    published: date | None
    filed: date | None
    with_finance: date | None
    is_sme: bool
    delivered: date | None
    after_acceptance: bool
    accepted: date | None
    acceptance_due: date | None
    term: int | None
    paid: date | None


@dataclass(frozen=True)
class Told:
    """What a clock says: due day, days taken, state, and days late."""

    due: date | None
    taken: int | None
    state: str | None
    late: int | None


def chains(seed: int, count: int) -> list[Chain]:
    """Contracts of 2022 and 2023, a part of each clock done early, on the last days, late or not at all."""
    rng = random.Random(seed)

    def later(day: date | None, most: int, blank: float = 0.15) -> date | None:
        return None if day is None or rng.random() < blank else day + rng.randrange(most) * DAY

    made = []
    for number in range(count):
        awarded = None if rng.random() < 0.05 else date(2022, 1, 4) + rng.randrange(720) * DAY
        signed = later(awarded or date(2022, 3, 1) + rng.randrange(600) * DAY, 45, 0.1)
        delivered = later(signed, 60, 0.2)
        after_acceptance = rng.random() < 0.5
        made.append(
            Chain(
                number, rng.random() < 0.8, rng.random() < 0.05, rng.random() < 0.05, awarded, signed, later(signed, 8),
                later(signed, 16), later(signed, 12), rng.random() < 0.6, delivered, after_acceptance,
                later(delivered, 20, 0.3), later(delivered, 15, 0.3), rng.choice((None, 10, 30, 45, 60, 90)),
                later(delivered, 75, 0.2),
            )
        )  # fmt: skip
    return made


def told(chain: Chain, calendar: Calendar) -> dict[str, Told]:
    """What each clock that runs for a contract says."""
    found: dict[str, Told] = {}
    if chain.is_public and not chain.is_supplementary:
        if chain.awarded is None:
            # Nobody can show that it was signed in time.
            found["signing"] = Told(None, None, LATE, None)
        else:
            due = calendar.days_after(chain.awarded, SIGN_DAYS)
            taken = (chain.signed - chain.awarded).days if chain.signed else None
            found["signing"] = _judged(due, chain.signed, KNOWN_ON, taken, None)
    if chain.signed is None:
        return found
    if chain.is_public:
        recorded = chain.filed
        if not chain.is_secret:
            recorded = max(chain.published, chain.filed) if chain.published and chain.filed else None
        for clock, done, limit in (("publication", chain.published, PUBLISH), ("filing", chain.filed, FILE), ("record", recorded, RECORD)):  # fmt: skip
            found[clock] = _working(chain.signed, done, limit, calendar)
        if chain.is_secret:
            found["publication"] = Told(None, found["publication"].taken, EXEMPT, None)
    found["finance"] = _working(chain.signed, chain.with_finance, FINANCE, calendar)
    if chain.is_sme and chain.delivered:
        start = chain.delivered
        if chain.after_acceptance:
            limit_day, accepted = chain.acceptance_due, chain.accepted
            if accepted and limit_day and accepted <= limit_day:
                start = accepted
            else:
                start = limit_day or accepted or chain.delivered
        due = calendar.days_after(start, min(chain.term or DEFAULT_TERM, LONGEST_TERM))
        taken = (chain.paid - start).days if chain.paid else None
        found["payment"] = _judged(due, chain.paid, PAYMENTS_KNOWN_ON, taken, None)
    return found


def _working(start: date, done: date | None, limit: int, calendar: Calendar) -> Told:
    due = calendar.working_days_after(start, limit)
    taken = _working_days(start, done, calendar) if done else None
    return _judged(due, done, KNOWN_ON, taken, calendar)


def _judged(due: date, done: date | None, known: date, taken: int | None, calendar: Calendar | None) -> Told:
    if done is not None:
        state = ON_TIME if done <= due else LATE
    else:
        state = LATE if known > due else PENDING
    late = None
    if state == LATE:
        end = done or known
        late = _working_days(due, end, calendar) if calendar else (end - due).days
    return Told(due, taken, state, late)


def _working_days(start: date, end: date, calendar: Calendar) -> int:
    return sum(calendar.works(start + (n + 1) * DAY) for n in range((end - start).days))
