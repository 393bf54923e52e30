"""The workbench: server, projects, jobs and pages."""
