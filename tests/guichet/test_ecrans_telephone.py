"""L'espace des agents au téléphone : l'en-tête laisse la place au travail."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.ecrans.conftest import portail
from tests.guichet.test_ecrans_suivi import connecter, monde

__all__ = ["monde", "portail"]

pytestmark = pytest.mark.navigateur


@pytest.mark.parametrize("page", [(360, 740), (320, 640)], indirect=True, ids=["360px", "320px"])
def test_le_menu_des_agents_se_replie(page, portail, monde, examiner):
    connecter(page, portail, monde.instructeur)
    page.goto(f"{portail.url}/guichet/a-verifier")
    assert page.locator("header").bounding_box()["height"] <= 200
    menu = page.get_by_role("navigation", name="Menu principal")
    expect(menu).to_be_hidden()
    page.locator("summary", has_text="Menu").click()
    expect(menu.get_by_role("link", name="Rechercher une demande")).to_be_visible()
    expect(page.get_by_role("button", name="Se déconnecter")).to_be_visible()
    examiner("menu ouvert")


@pytest.mark.parametrize("page", [(768, 900), (1280, 900)], indirect=True, ids=["768px", "1280px"])
def test_ailleurs_le_menu_des_agents_est_a_plat(page, portail, monde):
    connecter(page, portail, monde.instructeur)
    page.goto(f"{portail.url}/guichet/a-verifier")
    expect(page.locator("summary", has_text="Menu")).to_be_hidden()
    expect(page.get_by_role("navigation", name="Menu principal")).to_be_visible()
