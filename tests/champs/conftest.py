"""Fixtures des champs."""

from tests.socle.applications import app, app_deux_moteurs, autre_client, client

__all__ = ["app", "app_deux_moteurs", "autre_client", "client"]
