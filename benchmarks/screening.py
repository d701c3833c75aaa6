"""Median time of ``screen()`` on a full set of answers; the target is at most 5 ms.

Run with ``python -m benchmarks.screening`` in the project's folder; it needs no database. Exit code 1: too slow.
The calm set raises nothing; the busy one is a long history with check-in, findings and clearances.
"""

import os
import statistics
import sys
import time
from datetime import timedelta
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")
django.setup()

from intake.rules.screening import screen  # noqa: E402
from tests.answers import DAY, all_clear, check_in_clear  # noqa: E402

TARGET_MS = 5.0
ROUNDS = 500

BUSY: dict[str, Any] = {
    "ab_dob": "1955-03-01",
    "hx_aaa_fam": "unsure",
    "sf_minor_fall": "no",
    "sf_preg": None,
    "pn_map": ["BTM:R", "LBK:R", "LBK:L", "THB:R", "CLF:R", "FTO:R", "GRO:R", "HPL:R"],
    "pn_worst_at": "BTM:R",
    "pn_refer": "foot",
    "pn_sit_free": "no",
    "pn_worse": ["sit", "walk", "cough", "bend_back"],
    "pn_walk_rest": "yes",
    "pn_walk": "sit",
    "pn_numb": "always",
    "pn_numb_at": ["FTO:R"],
    "hx_dx": ["spondylolisthesis", "disc", "stenosis", "osteoporosis", "gtps"],
    "hx_spl_grade": "1",
    "hx_spl_stable": "yes",
    "hx_disc_now": "yes",
    "hx_surg": [{"code": "hip_replace", "date": "2019-05", "region": ["HPL:L"]}, {"code": "knee", "date": "2010"}],
    "hx_thr": [{"side": "L", "approach": "posterior", "date": "2019-05", "still_rules": "no", "dislocated": "no"}],
    "hx_heart": ["hbp_ok", {"code": "mi", "date": "2020-01-01"}, "varicose"],
    "hx_hf_stable": "yes",
    "hx_bp": {"sys": 150, "dia": 85, "when": "last_week"},
    "hx_diab": "t2",
    "hx_diab_feet": "no",
    "hx_skin": [{"code": "eczema", "region": ["ARM:L"]}],
    "md_any": "yes",
    "md_list": [{"name": "Apixaban"}, {"name": "Amlodipine"}],
    "md_class": ["doac", "bp", "nsaid"],
    "gl_pos": ["face_down"],
}
LETTERS = [
    {"entries": [code], "kind": "written", "date": DAY - timedelta(days=20), "massage": "yes", "regions": "all"}
    for code in ("A_SPL_NEURO", "C_ANTICOAG", "C_OSTEO")
]
FINDINGS = {
    "T_SLR": [{"side": "R", "result": "pos_familiar", "angle": 50}],
    "T_PALP_NOTCH": [{"side": "R", "result": "2"}],
}


def median_ms(answers: dict[str, Any], **rest: Any) -> tuple[float, int]:
    """Median milliseconds of one call, and how many entries it raised."""
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        result = screen(answers, on=DAY, **rest)
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times), len(result.flags) + len(result.cleared)


def main() -> int:
    """Measure both sets and say how they compare with the target."""
    sets = {
        "calm": median_ms(all_clear(), check_in=check_in_clear()),
        "busy": median_ms(all_clear(**BUSY), check_in=check_in_clear(), clearances=LETTERS, findings=FINDINGS),
    }
    for name, (figure, raised) in sets.items():
        print(f"screen() {name}: {figure:.2f} ms median of {ROUNDS}, {raised} entries raised (target {TARGET_MS:g} ms)")
    return int(max(figure for figure, _raised in sets.values()) > TARGET_MS)


if __name__ == "__main__":
    sys.exit(main())
