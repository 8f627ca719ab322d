"""Père et fils, ou deux co-demandeurs, du même prénom : partout où une personne est nommée, on sait laquelle."""

from __future__ import annotations

from datetime import date

import pytest

from portail.choix import OuiNon
from portail.demande.etapes.informations_generales import noms_a_relire
from portail.demande.foyer import appel_de
from portail.demande.listes import Civilite, Ressource, Sexe
from portail.demande.modeles import Personne, Role
from portail.demande.parcours import PARCOURS
from tests.demande.conftest import Foyer
from tests.demande.memoire import ajouter, contexte, declaration
from tests.fabriques import INSTANT
from tests.navigateur import mots

PERE = {"prenoms": "Mohamed", "civilite": Civilite.MONSIEUR, "date_naissance": date(1985, 1, 2)}
FILS = {"prenoms": "Mohamed, Ali", "sexe": Sexe.MASCULIN, "date_naissance": date(2015, 3, 4)}


def foyer_de(*membres: tuple[Role, dict]) -> list[Personne]:
    qui = declaration()
    return [ajouter(qui, role, **identite) for role, identite in membres]


def test_sans_homonyme_un_prenom_suffit():
    tom, lea = foyer_de((Role.CODEMANDEUR, {**PERE, "prenoms": "Tom"}), (Role.A_CHARGE, FILS))
    assert (tom.appel, tom.designation, lea.appel) == ("Tom", "Tom", "Mohamed")


def test_pere_et_fils_se_distinguent_par_leur_annee_de_naissance():
    pere, fils = foyer_de((Role.CODEMANDEUR, PERE), (Role.A_CHARGE, FILS))
    assert (pere.appel, pere.designation) == ("Mohamed, né en 1985", "Mohamed (né en 1985)")
    assert (fils.appel, fils.designation) == ("Mohamed, né en 2015", "Mohamed (né en 2015)")


def test_l_homonyme_du_demandeur_aussi_et_lui_reste_vous():
    qui = declaration()
    ana = ajouter(qui, Role.AUTRE_ENFANT, prenoms="ANA", date_naissance=date(2019, 1, 1))
    assert (qui.personnes[0].appel, ana.appel) == ("vous", "ANA, né(e) en 2019")
    ana.sexe = Sexe.FEMININ
    assert ana.appel == "ANA, née en 2019"


@pytest.mark.parametrize("naissance", [None, date(2015, 12, 31)], ids=["inconnue", "de la même année"])
def test_a_defaut_d_annee_le_role_et_le_rang(naissance):
    premier, second = foyer_de((Role.A_CHARGE, FILS), (Role.A_CHARGE, {**FILS, "date_naissance": naissance}))
    assert second.appel == "Mohamed, personne à charge 2"
    assert premier.appel == ("Mohamed, né en 2015" if naissance is None else "Mohamed, personne à charge 1")


def test_sans_prenom_personne_n_est_l_homonyme_de_personne():
    premier, second = foyer_de((Role.A_CHARGE, {}), (Role.A_CHARGE, {}))
    assert (premier.appel, second.appel) == ("personne à charge 1", "personne à charge 2")


def test_qui_est_retire_ne_fait_plus_un_homonyme_et_se_distingue_encore():
    pere, fils = foyer_de((Role.CODEMANDEUR, PERE), (Role.A_CHARGE, FILS))
    fils.retiree_le = INSTANT
    assert (pere.appel, fils.designation) == ("Mohamed", "Mohamed (né en 2015)")


def test_une_ligne_repliee_ne_fait_pas_un_homonyme():
    """« D'autres enfants ? Oui », puis « Non » : ses réponses attendent, elle n'est plus de la demande."""
    fils, autre = foyer_de((Role.A_CHARGE, FILS), (Role.AUTRE_ENFANT, FILS))
    autre.declaration.foyer.a_autres_enfants = OuiNon.NON
    assert (fils.appel, noms_a_relire(fils)) == ("Mohamed", {})
    autre.declaration.foyer.a_autres_enfants = OuiNon.OUI
    assert fils.appel == "Mohamed, personne à charge 1"
    assert list(noms_a_relire(fils)) == ["date_naissance"]


def test_qui_est_parti_a_la_derniere_mise_a_jour_se_nomme_encore():
    """Ses documents sont encore au dossier : « une personne retirée », deux fois, ne disait pas à qui."""
    pere, fils = foyer_de((Role.CODEMANDEUR, PERE), (Role.A_CHARGE, FILS))
    mise_a_jour = declaration()
    pere.declaration.deposee_le = INSTANT
    pere.declaration.demande.declarations.append(mise_a_jour)
    assert [appel_de(pere.declaration, qui.cle) for qui in (pere, fils)] == [pere.appel, fils.appel]
    assert appel_de(mise_a_jour, pere.cle) == "Mohamed, né en 1985, retiré(e)"
    assert appel_de(mise_a_jour, fils.cle) == "Mohamed, né en 2015, retiré(e)"
    assert appel_de(mise_a_jour, "inconnue") == "une personne retirée"


def test_qui_n_est_encore_que_dans_une_mise_a_jour_commencee_n_est_pas_dit_retire():
    """Le guichet lit la déclaration qui compte : l'acte joint à la suivante y est déjà, le brouillon n'est pas à lire."""
    (pere,) = foyer_de((Role.CODEMANDEUR, PERE))
    pere.declaration.deposee_le = INSTANT
    (_, ne_depuis) = foyer_de((Role.CODEMANDEUR, PERE), (Role.A_CHARGE, {**FILS, "prenoms": "Nour"}))
    pere.declaration.demande.declarations.append(ne_depuis.declaration)
    assert appel_de(pere.declaration, ne_depuis.cle) == "une personne pas encore déclarée"


def test_deux_pieces_de_deux_homonymes_n_ont_jamais_le_meme_libelle(couple):
    _devenir_homonymes(couple)
    page = couple.navigateur(slug="demandeurs").page
    libelles = [mots(lien) for lien in page.select("nav.volet .pieces a")]
    assert "Fiche de paie (Tom, né en 1983)" in libelles
    assert "Fiche de paie (Tom, né en 2013)" in libelles
    assert len(set(libelles)) == len(libelles)
    nav = couple.navigateur().ouvrir(f"{couple.adresse()}/verifier")
    titres = [mots(titre) for titre in nav.page.select("section.recap h3")]
    assert "Personne à charge : Tom, né en 2013" in titres
    assert "Co-demandeur : Tom, né en 1983" in titres


@pytest.mark.parametrize("htmx", [False, True], ids=["page", "htmx"])
def test_taper_le_prenom_d_un_autre_renomme_les_deux(couple, htmx):
    nav = couple.navigateur(htmx=htmx, slug="composition-du-foyer")
    case = next(c["name"] for c in nav.page.select("input[name$=-prenoms]") if c["value"] == "Zoé")
    nav.repondre(**{case: "léo"})
    titres = [mots(titre) for titre in nav.page.select("h3[id^=t-a-charge], h2[id^=t-a-charge]")]
    assert titres[:2] == ["Personne à charge : Léo, né en 2013", "Personne à charge : léo, née en 2014"]
    if htmx:
        assert nav.est_a_jour()


def _devenir_homonymes(couple: Foyer) -> None:
    with couple.declaration() as ouverte:
        leo = ouverte.personnes[2]
        leo.prenoms = "Tom"
        leo.ressources.a_des_ressources, leo.ressources.natures = OuiNon.OUI, (Ressource.SALAIRE,)


@pytest.mark.parametrize("slug", ["situation-professionnelle", "revenu-fiscal", "ressources-mensuelles"])
def test_une_question_posee_sur_un_autre_ne_dit_pas_vous(slug):
    pere, _ = foyer_de((Role.CODEMANDEUR, PERE), (Role.A_CHARGE, FILS))
    etape = PARCOURS.trouver(slug)
    assert etape is not None
    blocs = [bloc for bloc in etape.ouvrir(pere.declaration, contexte()) if bloc.titre != "Vous"]
    assert blocs
    assert [c.libelle for bloc in blocs for c in bloc.formulaire if "vous" in c.libelle.lower()] == []
