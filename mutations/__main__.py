"""`python -m mutations`: make the mutants, try them, write docs/mutations.md; ends with 1 where fewer are caught than the goal."""

from __future__ import annotations

import argparse
import csv
import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from dagster_project.settings import PROJECT_ROOT, Settings
from mutations.judge import Judge, Verdict
from mutations.project import Mutant, render
from mutations.report import GOAL_PCT, page, share
from mutations.scope import mutants_of_indicators

TARGET = PROJECT_ROOT / "docs" / "mutations.md"
EQUIVALENT = Path(__file__).with_name("equivalent.csv")
EACH = 5
IN_ALL = 150


def main() -> int:
    """Try mutants and tell what became of them.

    Returns:
        0 where at least the goal was caught, else 1.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--indicator", metavar="N", help="only this one: 1 to 25, D1 to D6, or scoring; the page is not written"
    )
    parser.add_argument("--all", action="store_true", help="every mutant, not a sample of them")
    options = parser.parse_args()
    settings = Settings()
    if not settings.warehouse_path.exists():
        parser.error(f"{settings.warehouse_path} is missing: run `jixiao nightly` first")
    reasons = _reasons()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        warehouse = Path(shutil.copy(settings.warehouse_path, folder / settings.warehouse_path.name))
        print("dbt renders the project with its marks")
        project = render(settings.dbt_project_dir, warehouse, settings.landing_dir, folder)
        scope = mutants_of_indicators(project, settings.dbt_project_dir / "seeds")
        if options.indicator:
            scope = {options.indicator: scope[options.indicator]}
        chosen = set().union(*scope.values()) if options.all or options.indicator else sample(scope, project.mutants)
        verdicts: dict[str, Verdict] = {}
        (folder / "judged").mkdir()
        with Judge(project, Path(shutil.move(warehouse, folder / "judged" / warehouse.name))) as judge:
            for mutant in project.mutants.values():
                if mutant.name in chosen:
                    verdict = judge.judge(mutant)
                    if mutant.key in reasons and verdict.fate == "survived":
                        verdict = Verdict("equivalent", "")
                    verdicts[mutant.name] = verdict
                    what = f"{mutant.file}:{mutant.line} {mutant.before} -> {mutant.after or '(nothing)'}"
                    print(f"{verdict.fate:12} {what} [{mutant.key}] {verdict.seen_by}", flush=True)
    caught, counted = share(list(verdicts.values()))
    print(f"caught {caught} of {counted}: {100 * caught / max(counted, 1):.1f} %")
    if not options.indicator:
        command = "python -m mutations" + (" --all" if options.all else "")
        TARGET.write_text(page(command, verdicts, project.mutants, scope, reasons), encoding="utf-8")
    return 0 if 100 * caught >= GOAL_PCT * counted else 1


def sample(scope: Mapping[str, set[str]], mutants: Mapping[str, Mutant]) -> set[str]:
    """The same mutants every time: some of each indicator, and then any, in the order of their keys, which is as good as random."""
    chosen: set[str] = set()
    for names in scope.values():
        mine = sorted(names, key=lambda name: (mutants[name].key, name))
        chosen.update(mine[:EACH])
    rest = sorted(set().union(*scope.values()) - chosen, key=lambda name: (mutants[name].key, name))
    return chosen | set(rest[: max(0, IN_ALL - len(chosen))])


def _reasons() -> dict[str, str]:
    with EQUIVALENT.open(encoding="utf-8", newline="") as stream:
        return {row["key"]: row["reason"] for row in csv.DictReader(stream)}


if __name__ == "__main__":
    sys.exit(main())
