"""What `run_autograder` starts in Gradescope's container: grade /autograder/submission, write results/results.json."""

import json
import sys
import time
import traceback
from pathlib import Path

from poolschool.course.files import write_whole
from poolschool.course.lessons import load_course
from poolschool.course.truths import truths
from poolschool.teaching.autograder.results import gradescope
from poolschool.teaching.autograder.run import PLAN, Plan, grade_submission

BROKEN = "The grading could not be run. This is not your mistake: please tell your instructor, who finds the reason in the autograder's output."


def main() -> int:
    """Grade in the folder `sys.argv[1]`, /autograder on the service, laid out as Gradescope documents it."""
    root, began = Path(sys.argv[1]).resolve(), time.monotonic()
    answer = root / "results" / "results.json"
    try:
        plan = Plan.load(root / "source" / PLAN)
        course = load_course()
        results, notes = grade_submission(course, plan, root / "submission")
        seconds = time.monotonic() - began
        content = gradescope(results, notes, truths(course), points=plan.points, site=plan.site, seconds=seconds)
    except Exception:  # the service must get its answer; the reason goes where only the instructor reads
        traceback.print_exc()
        content = {"score": 0, "output": BROKEN, "stdout_visibility": "hidden", "tests": []}
    write_whole(answer, (json.dumps(content, indent=2) + "\n").encode("ascii"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
