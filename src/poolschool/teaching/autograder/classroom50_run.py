"""What the exported `autograder.py` starts on GitHub Actions: grade the checkout, write result.json and release-body.md.

Exit 0 when the grading ran, whatever it found; 1 when a task could not be judged, which Classroom 50 shows as an error of
the grader and not as a score.
"""

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from poolschool.course.faults import UserMistake
from poolschool.course.files import write_whole
from poolschool.course.lessons import load_course
from poolschool.course.truths import truths
from poolschool.grading.words import NOT_YOURS
from poolschool.teaching.autograder.results import classroom50, markdown
from poolschool.teaching.autograder.run import PLAN, Plan, grade_submission


def main() -> int:
    """Grade the working folder by the export in the folder `sys.argv[1]`."""
    bundle, checkout = Path(sys.argv[1]).resolve(), Path.cwd()
    try:
        plan = Plan.load(bundle / PLAN)
        course = load_course()
        results, notes = grade_submission(course, plan, checkout)
        known = truths(course)
        content = classroom50(results, known, identity(os.environ), points=plan.points, site=plan.site)
        write_whole(checkout / "result.json", (json.dumps(content, indent=2) + "\n").encode("ascii"))
        write_whole(checkout / "release-body.md", markdown(results, notes, known, plan.site).encode())
    except UserMistake as mistake:
        print(f"::error::{mistake}")  # noqa: T201 - GitHub Actions shows such lines to the instructor
        return 1
    print(f"{content['score']} of {content['max-score']} points")  # noqa: T201
    if any(test["status"] == "error" for test in content["tests"]):
        print(f"::error::{NOT_YOURS}")  # noqa: T201
        return 1
    return 0


def identity(given: "os._Environ[str] | dict[str, str]") -> dict[str, str]:
    """Say whose work this is, from Classroom 50's variables; outside it from those of GitHub Actions."""
    server = given.get("GITHUB_SERVER_URL", "https://github.com")
    repository = given.get("GITHUB_REPOSITORY", "nobody/nothing")
    owner, _, name = repository.partition("/")
    sha = given.get("GITHUB_SHA", "0" * 40)
    tag = given.get("SUBMISSION_TAG") or f"submit/{sha[:7]}"
    commit = given.get("COMMIT_URL") or f"{server}/{repository}/commit/{sha}"
    return {
        "classroom": given.get("CLASSROOM") or owner,
        "assignment": given.get("ASSIGNMENT") or name,
        "assignment_type": given.get("ASSIGNMENT_TYPE") or "individual",
        "owner": given.get("OWNER") or given.get("USERNAME") or given.get("GITHUB_ACTOR") or owner,
        "submission": tag,
        "commit": commit,
        "release": given.get("RELEASE_URL") or f"{server}/{repository}/releases/tag/{quote(tag, safe='')}",
        "review": given.get("REVIEW_URL") or commit,
        "datetime": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


if __name__ == "__main__":
    sys.exit(main())
