"""Juger les pages qu'un test traverse dans Chromium, sans en recopier la manière : fixture `examiner`, ou `Examen`."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.verificateurs import axe, nu


def debordement(page: Page) -> int:
    """Les pixels dont la page dépasse sa fenêtre de côté ; 0 ou moins : rien à faire défiler."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


class Examen:
    """`examiner("nom")` juge la page présente : entière, axe AAA, rien qui déborde. `finir()` les donne toutes à Nu.

    Le test dit d'abord quelle page il attend (`expect`) : juste après un clic, celle d'avant est encore là. Sans
    JavaScript, axe ne finit jamais et rien ne se mesure : Nu seul juge.
    """

    def __init__(self, page: Page, *, javascript: bool = True) -> None:
        self.page, self.javascript = page, javascript
        self.pages: dict[str, str] = {}

    def __call__(self, nom: str) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_be_visible()
        self.page.wait_for_load_state()
        self.pages[f"{nom} ({len(self.pages) + 1})"] = self.page.content()
        if self.javascript:
            assert axe(self.page, aaa=True) == [], nom
            depasse = debordement(self.page)
            assert depasse <= 0, f"{nom} déborde de {depasse} px"

    def finir(self) -> None:
        assert nu(self.pages) == []


@pytest.fixture
def examiner(page: Page) -> Iterator[Examen]:
    """Juge les pages de `page`, et les donne à Nu à la fin du test."""
    examen = Examen(page)
    yield examen
    examen.finir()
