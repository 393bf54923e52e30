"""Plan school layout and enrolment: zones, catchments, projects, and the 32 indicators."""

__version__ = "0.1.0"
