"""Build the documentation site: ``make docs``; pages that follow from the code are written first (docs/_site)."""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from _site import pages

from planning.version import __version__

project = "xuequ"
author = "The planning contributors"
copyright = "2026, the planning contributors"
version = release = __version__
extensions = [
    "myst_nb",
    "numpydoc",
    "matplotlib.sphinxext.mathmpl",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
]
exclude_patterns = ["_build", "_site"]
source_suffix = {".rst": "restructuredtext", ".md": "myst-nb", ".ipynb": "myst-nb"}
language = "en"

myst_enable_extensions = ["deflist"]
myst_heading_anchors = 4
myst_links_external_new_tab = False
nb_execution_mode = "off"  # notebooks are executed by `make notebooks`; the site shows them as they came out

autosummary_generate = True
autodoc_typehints = "none"  # numpydoc sections say the types, with shapes and units
numpydoc_show_class_members = False
numpydoc_xref_param_type = False

html_theme = "pydata_sphinx_theme"
html_title = "xuequ · 学校布局与招生规划"
html_static_path = ["_static"]
html_css_files = ["gallery.css"]
html_show_sourcelink = False
html_theme_options = {
    "navbar_align": "left",
    "navbar_persistent": ["search-button"],
    "show_prev_next": False,
    "secondary_sidebar_items": ["page-toc"],
    "footer_start": ["copyright"],
    "footer_end": [],
    "use_edit_page_button": False,
}
html_sidebars = {"index": []}
mathmpl_fontsize = 12.0
mathmpl_srcset = ["2x"]


def setup(app):
    pages.write(HERE / "generated", HERE.parent)
    app.connect("source-read", pages.lead_home)
