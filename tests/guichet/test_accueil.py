"""L'accueil des agents mène à ce que leur rôle ouvre."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(("role", "echange"), [("accueil", False), ("instructeur", True), ("responsable", True)])
def test_chaque_role_a_ses_liens(monde, naviguer, role, echange):
    nav = naviguer(getattr(monde, role)).ouvrir("/guichet")
    liens = {a["href"] for a in nav.page.select("main a")}
    assert {"/guichet/tableau-de-bord", "/guichet/appeler-ou-ecrire"} <= liens
    assert ("/guichet/echanges" in liens) is echange
    assert all(nav.ouvrir(lien).statut == 200 for lien in liens)
