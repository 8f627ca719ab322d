"""Un papier reçu en décembre, recopié en janvier : ses revenus et ses avis d'impôt sont ceux de l'année du dépôt."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from portail.choix import OuiNon
from portail.db import db
from portail.demande.contexte import contexte_de
from portail.demande.copie import copier
from portail.demande.modeles import Declaration, Demande
from portail.demande.parcours import PARCOURS
from tests.demande.gestes import NavigateurQuiTape
from tests.guichet.gestes import presser
from tests.guichet.monde import Monde, entrer
from tests.guichet.papier import brouillon, deposer, remplir
from tests.guichet.test_numerisation import envoyer, numerise, option, ranger

DECEMBRE, JANVIER = datetime(2026, 12, 20, 10, tzinfo=UTC), datetime(2027, 1, 5, 10, tzinfo=UTC)


@pytest.fixture
def au_guichet(app, monde: Monde, horloge):
    """Un agent connecté ce jour-là."""
    rang = iter(range(700, 800))

    def venir(instant: datetime) -> NavigateurQuiTape:
        horloge.instant = instant
        client = app.test_client()
        entrer(app, client, monde.accueil, jeton=f"{next(rang):043d}")
        return NavigateurQuiTape(client)

    return venir


def commencer(nav: NavigateurQuiTape, recue_le: date | None = None) -> int:
    """Ouvre une saisie ; sans date, celle que la page propose."""
    nav.ouvrir("/guichet/saisie")
    reponses = {"commune": "Villeurbanne"}
    if recue_le is not None:
        parties = {"jour": recue_le.day, "mois": recue_le.month, "annee": recue_le.year}
        reponses |= {f"recue_le-{partie}": str(valeur) for partie, valeur in parties.items()}
    nav.envoyer(reponses, "Commencer la saisie")
    assert nav.h1 == "Informations générales", nav.texte()[:300]
    demande_id = int(nav.adresse.split("/")[3])
    remplir(demande_id)
    return demande_id


def declarer(demande_id: int, *, n2: int | None, n1: int | None) -> None:
    with db.sessionmaker() as session, session.begin():
        revenu = brouillon(session, demande_id).personnes[0].revenu
        revenu.rfr_n2, revenu.rfr_n1 = n2, n1
        revenu.a_un_avis_n2, revenu.a_un_avis_n1 = (None if rfr is None else OuiNon.OUI for rfr in (n2, n1))


def revenus(declaration: Declaration) -> tuple[int | None, int | None]:
    return declaration.personnes[0].revenu.rfr_n2, declaration.personnes[0].revenu.rfr_n1


def avis(declaration: Declaration) -> list[str]:
    """Les avis d'impôt qu'elle attend."""
    codes = [piece.code for _, piece in PARCOURS.pieces(declaration, contexte_de(declaration))]
    return [code for code in codes if code.startswith("AIS")]


def deposee(demande_id: int) -> Declaration:
    declaration = db.session.get_one(Demande, demande_id).declaration_deposee
    assert declaration is not None
    return declaration


def etape(nav: NavigateurQuiTape, demande_id: int) -> str:
    return nav.ouvrir(f"/guichet/saisie/{demande_id}/etapes/revenu-fiscal").texte()


def test_recu_en_decembre_recopie_en_janvier(au_guichet):
    nav = au_guichet(JANVIER)
    demande_id = commencer(nav, DECEMBRE.date())
    assert "l’avis d’impôt 2025 (revenus 2024)" in etape(nav, demande_id)
    declarer(demande_id, n2=19_000, n1=None)
    envoyer(nav, demande_id, (numerise("red"), "avis.pdf"))
    ranger(nav, demande_id, option(nav, "impôt 2025"))
    nav.ouvrir(f"/guichet/saisie/{demande_id}/verifier")
    assert [nav.page.find(id=f"recue_le-{partie}")["value"] for partie in ("jour", "mois", "annee")] == [
        "20", "12", "2026",
    ]  # fmt: skip
    assert deposer(nav, demande_id, "20", "12", "2026")
    declaration = deposee(demande_id)
    assert (revenus(declaration), avis(declaration)) == ((19_000, None), ["AIS2025"])
    assert [piece.code for piece in declaration.demande.pieces if piece.fichiers_gardes] == ["AIS2025"]
    # Corrigé ou mis à jour ensuite, c'est l'année d'alors qui compte : 2024 n'est plus demandé.
    assert revenus(copier(declaration, JANVIER)) == (None, None)


def test_commence_en_decembre_depose_en_janvier_rien_ne_glisse(au_guichet):
    demande_id = commencer(au_guichet(DECEMBRE))
    declarer(demande_id, n2=19_000, n1=20_000)
    nav = au_guichet(JANVIER)
    presser(nav.ouvrir("/guichet/saisie"), f"Reprendre la saisie du dossier {demande_id}")
    assert "l’avis d’impôt 2025 (revenus 2024)" in etape(nav, demande_id)
    assert deposer(nav, demande_id, "20", "12", "2026")
    declaration = deposee(demande_id)
    assert (revenus(declaration), avis(declaration)) == ((19_000, 20_000), ["AIS2025", "AIS2026"])


def test_une_date_d_une_autre_annee_change_les_cases_et_fait_relire_les_revenus(au_guichet):
    """L'agent a laissé la date du jour : ce qu'il a écrit sous 2025 y reste, 2024 se demande, puis le dépôt passe."""
    nav = au_guichet(JANVIER)
    demande_id = commencer(nav)
    assert "l’avis d’impôt 2026 (revenus 2025)" in etape(nav, demande_id)
    declarer(demande_id, n2=20_000, n1=None)
    nav.ouvrir(f"/guichet/saisie/{demande_id}/verifier")
    valeurs = nav.saisie(nav.formulaire("signee"))
    for partie, valeur in (("jour", "20"), ("mois", "12"), ("annee", "2026")):
        valeurs.setlist(f"recue_le-{partie}", [valeur])
    valeurs.add("signee", "oui")
    nav.poster(f"/guichet/saisie/{demande_id}/verifier", valeurs)
    assert "Si le papier a bien été reçu en 2026, déposez de nouveau" in nav.texte()
    with db.sessionmaker() as session:
        assert revenus(brouillon(session, demande_id)) == (20_000, None), "rien n’a changé avant d’être confirmé"
    nav.envoyer(signee="oui", bouton="Déposer")
    assert nav.statut == 422
    assert "Reçue en 2026, la demande déclare les revenus de 2024 et de 2025." in nav.texte()
    with db.sessionmaker() as session:
        ouvert = brouillon(session, demande_id)
        assert (revenus(ouvert), ouvert.demande.deposee_le) == ((None, 20_000), None)
    assert "l’avis d’impôt 2025 (revenus 2024)" in etape(nav, demande_id)
    assert deposer(nav, demande_id, "20", "12", "2026")
    declaration = deposee(demande_id)
    assert (revenus(declaration), avis(declaration)) == ((None, 20_000), ["AIS2025", "AIS2026"])


def test_recu_et_recopie_en_janvier_compte_de_janvier(au_guichet):
    nav = au_guichet(JANVIER)
    demande_id = commencer(nav)
    assert deposer(nav, demande_id, "5", "1", "2027")
    assert avis(deposee(demande_id)) == ["AIS2026"]


def test_une_faute_de_frappe_sur_l_annee_n_efface_aucun_revenu(au_guichet):
    nav = au_guichet(JANVIER)
    demande_id = commencer(nav, JANVIER.date())
    declarer(demande_id, n2=19_000, n1=20_000)
    assert not deposer(nav, demande_id, "4", "2", "2026")
    assert nav.statut == 422
    assert deposer(nav, demande_id, str(JANVIER.day), "1", "2027")
    assert revenus(deposee(demande_id)) == (19_000, 20_000)


def test_revenir_en_arriere_et_corriger_la_date_avant_d_ecrire(au_guichet, horloge):
    nav = au_guichet(JANVIER)
    nav.ouvrir("/guichet/saisie")
    saisie = nav.saisie(nav.formulaire("commune"))
    saisie["commune"] = "Villeurbanne"
    numeros = []
    for jour in (JANVIER.date(), DECEMBRE.date()):
        for partie, valeur in (("jour", jour.day), ("mois", jour.month), ("annee", jour.year)):
            saisie.setlist(f"recue_le-{partie}", [str(valeur)])
        nav.poster("/guichet/saisie", saisie)
        numeros.append(int(nav.adresse.split("/")[3]))
        horloge.avancer(seconds=20)
    assert numeros[0] == numeros[1]
    with db.sessionmaker() as session:
        assert brouillon(session, numeros[0]).recue_le == DECEMBRE.date()
