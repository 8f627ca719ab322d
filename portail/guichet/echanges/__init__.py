"""Échanger par fichiers avec les bailleurs : évènements reçus et donnés, demandes données (docs/echanges.md)."""
