"""A pytest that a test starts, without the plugins that only our own suite needs: it starts in half the time or less.

Whether the course gets along with other people's plugins is tested where that is the question.
"""

# Learners have neither: both import for 1.1 s what no test of theirs uses.
WITHOUT_OURS = "-p no:hypothesispytest -p no:examples"

LEAN = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_PLUGINS": "poolschool.learner.pytest_plugin"}
