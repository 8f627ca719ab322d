"""Compter les passages, page par page, sans suivre personne : ni cookie, ni identifiant, ni adresse."""
