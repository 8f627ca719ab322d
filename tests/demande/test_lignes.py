"""Lignes répétées : ajouter, retirer avec confirmation, annuler, ranger ; toujours par leur numéro, jamais par leur rang."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from portail.choix import OuiNon
from portail.demande.modeles import AnnexeHandicap
from tests.demande.conftest import contenu, les_deux_moteurs
from tests.demande.test_depot import joindre_l_identite, soumettre
from tests.navigateur import mots

LES_DEUX_FACONS = pytest.mark.parametrize("htmx", [False, True], ids=["page", "fragments"])


def groupes(nav) -> list[str]:
    """Les lignes de l'étape, par le nom qu'annonce un lecteur d'écran."""
    noms = []
    for groupe in nav.page.select(".ligne[role=group]"):
        titre = groupe.get("aria-labelledby")
        noms.append(mots(nav.page.find(id=titre)) if titre else groupe["aria-label"].replace("\u00a0", " "))
    return noms


def boutons(nav) -> list[str]:
    return [mots(bouton) for bouton in nav.formulaire().find_all("button") if ":" in bouton.get("value", "")]


def ouvrir_les_enfants(foyer, *, htmx: bool = False):
    nav = foyer.navigateur(htmx=htmx, slug="composition-du-foyer")
    nav.repondre(a_personnes_a_charge="oui")
    return nav


def numero(nav, prefixe: str) -> list[int]:
    return [int(action.rpartition(":")[2]) for action in nav.boutons(prefixe)]


# --- Ajouter --------------------------------------------------------------------------------------------------------


@les_deux_moteurs
@LES_DEUX_FACONS
def test_repondre_oui_ouvre_une_ligne_et_on_en_ajoute_par_un_bouton(ana, htmx):
    nav = ouvrir_les_enfants(ana, htmx=htmx)
    assert groupes(nav) == ["Personne à charge"]
    if htmx:
        assert nav.est_a_jour()
    (premier,) = numero(nav, "retirer:a-charge")
    nav.repondre(**{f"a-charge-{premier}-prenoms": "Léo"})
    assert groupes(nav) == ["Personne à charge : Léo"]
    assert boutons(nav) == ["Retirer Léo", "Ajouter une personne à charge"]
    if htmx:
        assert nav.est_a_jour(), "le titre et les boutons suivent le prénom sans rechargement"
    nav.envoyer(bouton="Ajouter une personne à charge")
    assert groupes(nav) == ["Personne à charge : Léo", "Personne à charge 2"]
    assert boutons(nav) == ["Retirer Léo", "Retirer la personne à charge 2", "Ajouter une personne à charge"]
    neuve = nav.page.find(id=f"t-a-charge-{numero(nav, 'retirer:a-charge')[1]}")
    assert neuve.has_attr("autofocus"), "le focus va à la ligne neuve"


def test_ajouter_garde_ce_qui_vient_d_etre_tape(ana):
    nav = ouvrir_les_enfants(ana)
    (premier,) = numero(nav, "retirer:a-charge")
    nav.taper(f"a-charge-{premier}-prenoms", "Léo")
    nav.taper("attend_un_enfant", "oui")
    nav.envoyer(bouton="Ajouter une personne à charge")
    assert nav.valeur(f"a-charge-{premier}-prenoms") == "Léo"
    assert nav.valeur("attend_un_enfant") == "oui"


def test_le_maximum_vient_des_donnees_et_se_dit(ana):
    nav = ana.navigateur(slug="motifs")
    nav.envoyer(bouton="Ajouter un motif")
    nav.envoyer(bouton="Ajouter un motif")
    assert groupes(nav) == ["Motif 1 sur 3", "Motif 2 sur 3", "Motif 3 sur 3"]
    assert "Ajouter un motif" not in boutons(nav)
    assert "Vous avez atteint le nombre maximum : 3." in nav.texte()
    nav.forger("ajouter:motif")
    assert ana.nombre("motif_declare") == 3
    nav.ouvrir(ana.adresse("souhaits"))
    for _ in range(9):
        nav.forger("ajouter:commune")
    assert ana.nombre("commune_souhaitee") == 8


def test_une_partie_qui_ne_se_pose_pas_n_accepte_pas_d_ajout(ana):
    nav = ana.navigateur(slug="composition-du-foyer")
    for section in ("a-charge", "autre-enfant", "annexe", "inconnue", "charge"):
        nav.forger(f"ajouter:{section}")
        assert nav.statut == 200
    assert ana.nombre("personne") == 1
    assert ana.nombre("annexe_handicap") == 0


# --- Retirer, annuler -------------------------------------------------------------------------------------------------


@les_deux_moteurs
@LES_DEUX_FACONS
def test_retirer_demande_confirmation_puis_s_annule(couple, htmx):
    nav = couple.navigateur(htmx=htmx, slug="composition-du-foyer")
    nav.envoyer(bouton="Retirer Zoé")
    confirmation = nav.page.find(id="confirmation")
    assert confirmation.has_attr("autofocus")
    assert mots(confirmation.p).startswith("Retirer Zoé de votre demande ? Ses réponses seront mises de côté.")
    assert len(groupes(nav)) == 4, "rien n’est encore retiré"
    nav.envoyer(bouton="Oui, retirer Zoé")
    assert groupes(nav) == [f"Personne à charge : {prenom}" for prenom in ("Léo", "Max", "Lou")]
    assert mots(nav.page.find(id="retrait").p) == "Retrait fait : Zoé. Annuler le retrait"
    if htmx:
        assert mots(nav.page.find(id="annonce")) == "Retrait fait : Zoé. Vous pouvez annuler."
    nav.envoyer(bouton="Annuler le retrait")
    assert len(groupes(nav)) == 4
    zoe = couple.valeur("personne", "id", "WHERE prenoms = 'Zoé' AND retiree_le IS NULL")
    assert nav.valeur(f"a-charge-{zoe}-nom_naissance") == "Martin", "ses réponses sont revenues avec elle"


@pytest.mark.parametrize(("slug", "ligne"), [("souhaits", "la commune"), ("motifs", "le motif")])
def test_une_ligne_vide_retiree_ne_porte_pas_le_numero_d_une_autre(ana, slug, ligne):
    nav = ana.navigateur(slug=slug)
    for _ in range(2):
        nav.envoyer(bouton="Ajouter un motif" if slug == "motifs" else "Ajouter une commune")
    nav.envoyer(bouton=f"Retirer {ligne} n° 2")
    nav.envoyer(bouton=f"Oui, retirer {ligne} n° 2")
    assert mots(nav.page.find(id="retrait").p) == f"Retrait fait : {ligne}. Annuler le retrait"


def test_renoncer_au_retrait(couple):
    nav = couple.navigateur(slug="composition-du-foyer")
    nav.envoyer(bouton="Retirer Zoé")
    nav.envoyer(bouton="Non, garder Zoé")
    assert nav.page.find(id="confirmation") is None
    assert couple.nombre("personne", "WHERE retiree_le IS NOT NULL") == 0


def test_retirer_deux_fois_la_meme_ligne_n_en_retire_qu_une(couple):
    nav = couple.navigateur(slug="composition-du-foyer")
    zoe = couple.valeur("personne", "id", "WHERE prenoms = 'Zoé'")
    nav.forger(f"retirer-oui:a-charge:{zoe}")
    nav.forger(f"retirer-oui:a-charge:{zoe}")
    assert nav.statut == 200
    assert couple.nombre("personne", "WHERE retiree_le IS NOT NULL") == 1


def test_le_retrait_vise_la_personne_pas_le_rang(couple):
    """Un autre onglet a retiré Léo : « Retirer Zoé » retire toujours Zoé, et la page périmée le signale d'abord."""
    premier, second = couple.navigateur(slug="composition-du-foyer"), couple.navigateur(slug="composition-du-foyer")
    leo, zoe = (couple.valeur("personne", "id", f"WHERE prenoms = '{prenom}'") for prenom in ("Léo", "Zoé"))
    premier.forger(f"retirer-oui:a-charge:{leo}")
    second.forger(f"retirer-oui:a-charge:{zoe}")
    assert second.statut == 409
    second.ouvrir(couple.adresse("composition-du-foyer"))
    second.forger(f"retirer-oui:a-charge:{zoe}")
    restent = {ligne[0] for ligne in couple.lire(sa.text("SELECT prenoms FROM personne WHERE retiree_le IS NULL"))}
    assert restent == {"Léa", "Tom", "Max", "Lou"}


def test_les_numeros_se_suivent_apres_un_retrait(ana):
    nav = ouvrir_les_enfants(ana)
    nav.envoyer(bouton="Ajouter une personne à charge")
    nav.envoyer(bouton="Ajouter une personne à charge")
    assert groupes(nav) == ["Personne à charge 1", "Personne à charge 2", "Personne à charge 3"]
    nav.forger(f"retirer-oui:a-charge:{numero(nav, 'retirer:a-charge')[1]}")
    assert groupes(nav) == ["Personne à charge 1", "Personne à charge 2"]
    assert boutons(nav)[:2] == ["Retirer la personne à charge 1", "Retirer la personne à charge 2"]


def test_annuler_referme_la_ligne_vide_ouverte_a_la_place(ana):
    nav = ouvrir_les_enfants(ana)
    (premier,) = numero(nav, "retirer:a-charge")
    nav.repondre(**{f"a-charge-{premier}-prenoms": "Léo"})
    nav.forger(f"retirer-oui:a-charge:{premier}")
    assert groupes(nav) == ["Personne à charge"], "la réponse est toujours « oui » : une ligne vide attend"
    nav.envoyer(bouton="Annuler le retrait")
    assert groupes(nav) == ["Personne à charge : Léo"]
    assert ana.nombre("personne", "WHERE role = 'a_charge'") == 1


def test_annuler_n_efface_pas_ce_qui_a_ete_tape_entre_temps(ana):
    nav = ouvrir_les_enfants(ana)
    (premier,) = numero(nav, "retirer:a-charge")
    nav.repondre(**{f"a-charge-{premier}-prenoms": "Léo"})
    nav.forger(f"retirer-oui:a-charge:{premier}")
    (neuve,) = numero(nav, "retirer:a-charge")
    nav.taper(f"a-charge-{neuve}-date_naissance-jour", "32")  # invalide, donc gardé tel que tapé
    nav.envoyer(bouton="Annuler le retrait")
    assert groupes(nav) == ["Personne à charge : Léo", "Personne à charge 2"]
    assert nav.valeur(f"a-charge-{neuve}-date_naissance-jour") == "32"


def test_annuler_un_retrait_ne_depasse_pas_le_maximum(ana):
    nav = ana.navigateur(slug="motifs")
    (premier,) = [int(n.split("-")[1]) for n in nav.saisie(nav.formulaire()) if n.startswith("motif-")]
    nav.repondre(**{f"motif-{premier}-motif": "13"})
    nav.forger("ajouter:motif")
    nav.forger("ajouter:motif")
    nav.forger(f"retirer-oui:motif:{premier}")
    nav.forger("ajouter:motif")
    nav.forger(f"retablir:motif:{premier}")
    assert ana.nombre("motif_declare", "WHERE retiree_le IS NULL") == 3
    assert "Vous avez atteint le nombre maximum : 3." in nav.texte()


@pytest.mark.parametrize(
    ("slug", "section", "table"), [("motifs", "motif", "motif_declare"), ("souhaits", "commune", "commune_souhaitee")]
)
def test_la_derniere_ligne_obligatoire_se_vide_mais_ne_disparait_pas(ana_remplie, slug, section, table):
    nav = ana_remplie.navigateur(slug=slug)
    assert not nav.boutons(f"retirer:{section}"), "rien à retirer tant qu’il n’y en a qu’une"
    derniere = ana_remplie.valeur(table, "id")
    nav.forger(f"retirer-oui:{section}:{derniere}")
    assert ana_remplie.nombre(table, "WHERE retiree_le IS NULL") == 1
    nav.ouvrir(f"{ana_remplie.adresse()}/verifier")
    assert ("Commune souhaitée n° 1" in mots(nav.page.find(id="manques"))) is (section == "commune")


# --- Ranger --------------------------------------------------------------------------------------------------------


@les_deux_moteurs
@LES_DEUX_FACONS
def test_monter_et_descendre_une_commune(ana_remplie, htmx):
    nav = ana_remplie.navigateur(htmx=htmx, slug="souhaits")
    for nom in ("Lyon", "Bron"):
        nav.envoyer(bouton="Ajouter une commune")
        nav.ouvrir(ana_remplie.adresse("souhaits"))
        cases = [n for n in nav.saisie(nav.formulaire()) if n.endswith("-commune") and not nav.valeur(n)]
        nav.repondre(**{cases[0]: f"{nom} (69)" if nom == "Lyon" else "Bron (69500)"})
    assert [bouton for bouton in boutons(nav) if "commune" not in bouton] == [
        "Descendre Villeurbanne", "Retirer Villeurbanne",
        "Monter Lyon", "Descendre Lyon", "Retirer Lyon",
        "Monter Bron", "Retirer Bron",
    ]  # fmt: skip
    nav.envoyer(bouton="Monter Bron")
    assert communes(ana_remplie) == ["69266", "69029", "69123"]
    nav.envoyer(bouton="Descendre Villeurbanne")
    assert communes(ana_remplie) == ["69029", "69266", "69123"]
    assert nav.page.find(attrs={"autofocus": True})["id"].startswith("l-commune-"), "le focus suit la ligne"
    premiere, derniere = numero(nav, "retirer:commune")[0], numero(nav, "retirer:commune")[-1]
    nav.forger(f"monter:commune:{premiere}")
    nav.forger(f"descendre:commune:{derniere}")
    assert communes(ana_remplie) == ["69029", "69266", "69123"], "au bout, plus rien ne bouge"


def communes(foyer) -> list[str]:
    requete = "SELECT commune FROM commune_souhaitee WHERE retiree_le IS NULL ORDER BY rang, id"
    return [ligne[0] for ligne in foyer.lire(sa.text(requete))]


def test_les_personnes_ne_se_rangent_pas(couple):
    nav = couple.navigateur(slug="composition-du-foyer")
    assert not nav.boutons("monter")
    zoe = couple.valeur("personne", "id", "WHERE prenoms = 'Zoé'")
    avant = groupes(nav)
    nav.forger(f"monter:a-charge:{zoe}")
    assert groupes(nav) == avant


# --- Numéros inconnus, ou d'ailleurs -----------------------------------------------------------------------------------


def test_un_numero_inconnu_est_sans_effet(couple):
    nav = couple.navigateur(slug="souhaits").forger("")
    avant = contenu(couple)
    for verbe in ("retirer", "retirer-oui", "retablir", "monter", "descendre", "garder"):
        for ligne in ("0", "-1", "999999", "9" * 30, "abc", "", "1 OR 1=1"):
            nav.forger(f"{verbe}:commune:{ligne}")
            assert nav.statut == 200
            assert contenu(couple) == avant, f"{verbe}:commune:{ligne}"


def test_une_ligne_d_une_autre_demande_est_sans_effet(couple, autre):
    ligne = autre.valeur("commune_souhaitee", "id", f"WHERE declaration_id = {autre.declaration_id}")
    nav = couple.navigateur(slug="souhaits")
    nav.forger(f"retirer-oui:commune:{ligne}", **{f"commune-{ligne}-quartier": "Ailleurs"})
    assert nav.statut == 200
    assert autre.nombre("commune_souhaitee", f"WHERE id = {ligne} AND retiree_le IS NULL AND quartier IS NULL") == 1


def test_une_ligne_d_une_autre_section_est_sans_effet(couple):
    """Un enfant retiré ne revient pas comme co-demandeur ou colocataire."""
    nav = couple.navigateur(slug="composition-du-foyer")
    zoe = couple.valeur("personne", "id", "WHERE prenoms = 'Zoé'")
    nav.forger(f"retirer-oui:a-charge:{zoe}")
    nav.ouvrir(couple.adresse("demandeurs"))
    nav.repondre(a_colocataires="oui")
    for section in ("codemandeur", "colocataire"):
        nav.forger(f"retablir:{section}:{zoe}")
        nav.forger(f"retirer-oui:{section}:{zoe}")
    assert couple.nombre("personne", f"WHERE id = {zoe} AND retiree_le IS NOT NULL AND role = 'a_charge'") == 1
    assert couple.valeur("declaration", "nb_codemandeurs") == 1


def test_une_adresse_forgee_ne_montre_la_ligne_de_personne(couple, autre):
    ligne = autre.valeur("commune_souhaitee", "id", f"WHERE declaration_id = {autre.declaration_id}")
    nav = couple.navigateur()
    for parametres in (
        f"retirer=commune-{ligne}",
        f"retiree=commune-{ligne}",
        "retirer=commune-" + "9" * 5000,
        "nouvelle=x",
    ):
        nav.ouvrir(f"{couple.adresse('souhaits')}?{parametres}")
        assert nav.statut == 200
        assert nav.page.find(id="confirmation") is None
        assert nav.page.find(id="retrait") is None


# --- Le nombre de co-demandeurs ------------------------------------------------------------------------------------------


@les_deux_moteurs
def test_le_compteur_replie_et_rouvre_sans_rien_perdre(ana):
    """2 → 1 → 2 : le second co-demandeur revient avec ses réponses."""
    nav = ana.navigateur(slug="informations-generales")
    nav.repondre(nb_codemandeurs="2")
    nav.ouvrir(ana.adresse("demandeurs"))
    assert groupes(nav) == ["Co-demandeur 1", "Co-demandeur 2"], "ouverts dès la première visite"
    premier, second = numero(nav, "retirer:codemandeur")
    nav.repondre(**{f"codemandeur-{premier}-prenoms": "Tom", f"codemandeur-{second}-prenoms": "Max"})
    nav.ouvrir(ana.adresse("informations-generales")).repondre(nb_codemandeurs="1")
    nav.ouvrir(ana.adresse("demandeurs"))
    assert groupes(nav) == ["Co-demandeur : Tom"]
    assert "Max" not in nav.texte()
    nav.ouvrir(ana.adresse("informations-generales")).repondre(nb_codemandeurs="2")
    nav.ouvrir(ana.adresse("demandeurs"))
    assert groupes(nav) == ["Co-demandeur : Tom", "Co-demandeur : Max"]
    assert ana.nombre("personne", "WHERE role = 'codemandeur'") == 2


def test_ajouter_et_retirer_un_codemandeur_tiennent_le_compte(ana):
    nav = ana.navigateur(slug="demandeurs")
    nav.envoyer(bouton="Ajouter un co-demandeur")
    assert ana.valeur("declaration", "nb_codemandeurs") == 1
    (tom,) = numero(nav, "retirer:codemandeur")
    nav.forger(f"retirer-oui:codemandeur:{tom}")
    assert ana.valeur("declaration", "nb_codemandeurs") == 0
    assert groupes(nav) == []
    nav.envoyer(bouton="Annuler le retrait")
    assert ana.valeur("declaration", "nb_codemandeurs") == 1
    assert len(groupes(nav)) == 1
    nav.ouvrir(ana.adresse("informations-generales"))
    assert nav.valeur("nb_codemandeurs") == "1"


def test_ajouter_rouvre_d_abord_le_codemandeur_replie(ana):
    nav = ana.navigateur(slug="informations-generales")
    nav.repondre(nb_codemandeurs="1")
    nav.ouvrir(ana.adresse("demandeurs"))
    (tom,) = numero(nav, "retirer:codemandeur")
    nav.repondre(**{f"codemandeur-{tom}-prenoms": "Tom"})
    nav.ouvrir(ana.adresse("informations-generales")).repondre(nb_codemandeurs="0")
    nav.ouvrir(ana.adresse("demandeurs")).envoyer(bouton="Ajouter un co-demandeur")
    assert groupes(nav) == ["Co-demandeur : Tom"]


# --- Annexe handicap -------------------------------------------------------------------------------------------------------


def test_l_annexe_nomme_la_personne_et_suit_son_prenom(couple):
    nav = couple.navigateur(htmx=True, slug="composition-du-foyer")
    nav.repondre(a_handicap="oui")
    nav.repondre(nb_handicapes="1")
    nav.repondre(logement_a_adapter="oui")
    assert "Besoins liés au handicap" in groupes(nav)
    assert nav.est_a_jour()
    (annexe,) = numero(nav, "retirer:annexe")
    zoe = couple.valeur("personne", "cle", "WHERE prenoms = 'Zoé'")
    nav.repondre(**{f"annexe-{annexe}-personne": zoe})
    assert "Besoins liés au handicap : Zoé" in groupes(nav)
    assert "Retirer l’annexe de Zoé" in boutons(nav)
    assert nav.est_a_jour()
    numero_zoe = couple.valeur("personne", "id", "WHERE prenoms = 'Zoé'")
    nav.repondre(**{f"a-charge-{numero_zoe}-prenoms": "Zoé-Lou"})
    assert nav.est_a_jour(), "la liste « Pour qui ? », le titre et les boutons suivent"
    assert "Retirer l’annexe de Zoé-Lou" in boutons(nav)


def test_l_annexe_d_une_personne_retiree_attend_avec_elle(couple):
    with couple.declaration() as declaration:
        declaration.foyer.a_handicap = declaration.foyer.logement_a_adapter = OuiNon.OUI
        leo, zoe = declaration.personnes[2:4]
        for rang, enfant in enumerate((leo, zoe), 1):
            declaration.annexes.append(AnnexeHandicap(rang=rang, personne=enfant.cle, besoins="Un lit médicalisé"))
    nav = couple.navigateur(slug="composition-du-foyer")
    annexes = ["Besoins liés au handicap : Léo", "Besoins liés au handicap : Zoé"]
    assert groupes(nav)[-2:] == annexes
    nav.envoyer(bouton="Retirer Léo")
    nav.envoyer(bouton="Oui, retirer Léo")
    assert [groupe for groupe in groupes(nav) if "handicap" in groupe] == annexes[1:]
    nav.envoyer(bouton="Annuler le retrait")
    assert groupes(nav)[-2:] == annexes
    nav.envoyer(bouton="Retirer Léo")
    nav.envoyer(bouton="Oui, retirer Léo")
    joindre_l_identite(couple)
    assert soumettre(couple).h1 == "Votre demande est soumise"
    assert couple.valeur("annexe_handicap", "personne") == couple.valeur("personne", "cle", "WHERE prenoms = 'Zoé'")


def test_une_personne_n_a_qu_une_annexe(couple):
    with couple.declaration() as declaration:
        declaration.foyer.a_handicap = declaration.foyer.logement_a_adapter = OuiNon.OUI
        declaration.annexes += [AnnexeHandicap(rang=1, personne=declaration.personnes[2].cle), AnnexeHandicap(rang=2)]
    nav = couple.navigateur(htmx=True, slug="composition-du-foyer")
    seconde = numero(nav, "retirer:annexe")[1]
    nav.repondre(**{f"annexe-{seconde}-personne": couple.valeur("personne", "cle", "WHERE prenoms = 'Léo'")})
    assert "Cette personne a déjà une annexe." in nav.texte()
    assert nav.est_a_jour()
    nav.repondre(**{f"annexe-{seconde}-personne": couple.valeur("personne", "cle", "WHERE prenoms = 'Zoé'")})
    assert nav.erreurs() == []


def test_deux_boutons_d_une_page_ne_portent_jamais_le_meme_nom(couple):
    with couple.declaration() as declaration:
        from portail.choix import OuiNon

        declaration.foyer.a_autres_enfants = declaration.coordonnees.a_colocataires = OuiNon.OUI
        declaration.foyer.a_handicap = declaration.foyer.logement_a_adapter = OuiNon.OUI
    for slug, sections in (
        ("demandeurs", ("codemandeur", "colocataire")),
        ("composition-du-foyer", ("a-charge", "autre-enfant", "annexe")),
        ("motifs", ("motif",)),
        ("souhaits", ("commune",)),
    ):
        nav = couple.navigateur(slug=slug)
        for section in sections:
            nav.forger(f"ajouter:{section}")
            nav.forger(f"ajouter:{section}")
        nav.ouvrir(couple.adresse(slug))
        noms = [mots(bouton) for bouton in nav.formulaire().find_all("button")]
        assert len(set(noms)) == len(noms), sorted(noms)
        assert len(set(groupes(nav))) == len(groupes(nav))
