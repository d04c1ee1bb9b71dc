"""A hook of MkDocs, named in mkdocs.yml: the pages that mkdocs-jupyter makes of notebooks are rendered as all others are.

mkdocs-jupyter finds the notebooks, gives each a page and a place in the nav, and would convert it by itself: with 99 kB of
styles in each page, figures as pictures that cannot follow dark colours and have no text, headings without links, and links
that nobody checks. So it gets the notebook as Markdown (notebooks.py), which MkDocs then converts with the site's extensions.
"""

from pathlib import Path
from typing import Any

from poolschool.course.faults import CourseFault
from poolschool.site.notebooks import Notebook


def on_page_markdown(markdown: str, page: Any, **_: object) -> str:
    """Give the text of a page: of a notebook its Markdown, of any other what it was."""
    if not page.file.src_uri.endswith(".ipynb"):
        return markdown
    from mkdocs.exceptions import PluginError

    try:
        notebook = Notebook(Path(page.file.abs_src_path))
        text = notebook.markdown(beside_page=True)  # include_source puts it there
        page.meta = dict(notebook.front_matter)
    except CourseFault as faults:
        raise PluginError(str(faults)) from None
    vars(page).pop("render", None)  # the plugin's own conversion; what is left is MkDocs's
    return text
