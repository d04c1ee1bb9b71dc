#!/usr/bin/env bash
# Gradescope runs this for each submission. Whatever happens, there is a results.json that says so.
root="${POOLSCHOOL_AUTOGRADER:-/autograder}"
python="${POOLSCHOOL_PYTHON:-$root/venv/bin/python}"
export POOLSCHOOL_ROOT="$root/source/course"

mkdir -p "$root/results"
rm -f "$root/results/results.json"
chmod 711 "$root/results" # an answer runs as another user and must not write here

"$python" -P -m poolschool.teaching.autograder.gradescope_run "$root"

if [ ! -s "$root/results/results.json" ]; then
  cat > "$root/results/results.json" <<'JSON'
{
  "score": 0,
  "output": "The grading could not be started. This is not your mistake: please tell your instructor, who finds the reason in the autograder's output.",
  "stdout_visibility": "hidden",
  "tests": []
}
JSON
fi
exit 0
