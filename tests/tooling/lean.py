"""A pytest that a test starts, without the plugins that only our own suite needs: it starts in a third of the time.

Whether the course gets along with other people's plugins is tested where that is the question.
"""

LEAN = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_PLUGINS": "poolschool.learner.pytest_plugin"}
