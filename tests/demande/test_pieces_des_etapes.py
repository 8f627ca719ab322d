"""Les pièces que chaque étape demande : une ligne des tables de la fiche domaine (§ 2.1, § 2.2) = un cas, avec et sans."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest

from portail.choix import OuiNon
from portail.demande.etapes import revenu_fiscal
from portail.demande.listes import (
    LienACharge,
    LienCodemandeur,
    Motif,
    Nationalite,
    Occupation,
    RegimeGarde,
    Ressource,
    SituationFamiliale,
    Statut,
)
from portail.demande.modeles import MotifDeclare, Role
from portail.demande.parcours import PARCOURS
from portail.demande.pieces_attendues import etat_de_la_piece
from portail.pieces.explications import explications
from tests.demande.memoire import JOUR, ajouter, codes_du_catalogue, contexte, declaration

OUI, NON = OuiNon.OUI, OuiNon.NON
TOUJOURS = {("ID", "vous"), ("AIS2", "vous")}


def pieces(qui, jour: date = JOUR) -> dict[tuple[str, str], str]:
    """{(code, personne): slug de l'étape} de tout ce que la déclaration attend."""
    trouvees = [(piece, etape.slug) for etape, piece in PARCOURS.pieces(qui, contexte(jour))]
    attendues = {(piece.ligne, piece.appel): slug for piece, slug in trouvees}
    assert len(attendues) == len(trouvees), "la même pièce est demandée deux fois"
    assert {code for code, _ in attendues} <= codes_du_catalogue()
    return attendues


def en_plus(qui) -> dict[tuple[str, str], str]:
    return {cle: slug for cle, slug in pieces(qui).items() if cle not in TOUJOURS}


# --- Toujours -------------------------------------------------------------------------------------------


def test_une_demande_vide_attend_l_identite_et_l_avis_d_impot():
    assert pieces(declaration()) == {("ID", "vous"): "informations-generales", ("AIS2", "vous"): "revenu-fiscal"}


def test_seule_la_piece_d_identite_du_demandeur_est_exigible():
    """CCH R441-2-3 : aucune autre pièce ne conditionne l'enregistrement."""
    qui = couple_avec_enfants()
    assert [(piece.ligne, piece.appel) for _, piece in PARCOURS.pieces(qui, contexte()) if piece.requise] == [
        ("ID", "vous")
    ]


def couple_avec_enfants():
    qui = declaration()
    qui.coordonnees.situation_familiale = SituationFamiliale.MARIE
    tom = ajouter(qui, Role.CODEMANDEUR, prenoms="Tom", lien=LienCodemandeur.MARIE)
    tom.ressources.a_des_ressources, tom.ressources.natures = OUI, (Ressource.SALAIRE,)
    ajouter(qui, Role.A_CHARGE, prenoms="Léo", date_naissance=date(2015, 5, 1), lien_a_charge=LienACharge.ENFANT)
    ajouter(qui, Role.A_CHARGE, prenoms="Zoé", date_naissance=date(2018, 5, 1), lien_a_charge=LienACharge.ENFANT)
    return qui


def test_les_pieces_d_un_couple_sont_demandees_par_personne():
    assert pieces(couple_avec_enfants()) == {
        ("ID", "vous"): "informations-generales",
        ("ID", "Tom"): "demandeurs",
        ("MARIE", "vous"): "demandeurs",
        ("MIN", "Léo"): "composition-du-foyer",
        ("MIN", "Zoé"): "composition-du-foyer",
        ("AIS2", "vous"): "revenu-fiscal",
        ("SAL", "Tom"): "ressources-mensuelles",
    }


# --- § 2.1 : identité, selon la nationalité ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("nationalite", "libelle", "extrait"),
    [
        (None, "Pièce d’identité", "Vous êtes français"),
        (Nationalite.FRANCAISE, "Pièce d’identité", "même périm"),
        (Nationalite.UNION_EUROPEENNE, "Pièce d’identité", "en cours de validité"),
        (Nationalite.HORS_UNION_EUROPEENNE, "Titre de séjour", "Carte de résident"),
    ],
    ids=["inconnue", "française", "européenne", "hors Union"],
)
@pytest.mark.parametrize("role", [Role.DEMANDEUR, Role.CODEMANDEUR])
def test_les_documents_d_identite_suivent_la_nationalite(en_contexte, role, nationalite, libelle, extrait):
    from portail.demande.contexte import contexte_au
    from portail.demande.pieces_attendues import entree_du_catalogue

    qui = declaration()
    concernee = qui.personnes[0] if role is Role.DEMANDEUR else ajouter(qui, role, prenoms="Tom")
    concernee.nationalite = nationalite
    reel = contexte_au(JOUR)
    piece = next(p for _, p in PARCOURS.pieces(qui, reel) if (p.ligne, p.appel) == ("ID", concernee.appel))
    assert etat_de_la_piece(piece, None, reel).libelle == f"{libelle} ({concernee.appel})"
    assert extrait in entree_du_catalogue(piece, reel).acceptees[0]


def test_un_suisse_ou_un_norvegien_n_a_pas_a_produire_un_titre_de_sejour(en_contexte):
    """Notice : Espace économique européen et Suisse se prouvent comme l'Union ; leur case de nationalité est inconnue."""
    from portail.demande.contexte import contexte_au

    acceptees = contexte_au(JOUR).catalogue["ID-3"].acceptees
    assert [a for a in acceptees if "Suisse" in a and "passeport en cours de validité" in a.replace("\u00a0", " ")]
    assert len(acceptees) == 16 + 1, "les seize titres de la notice, et celui-là"


def test_l_identite_d_un_majeur_a_charge_est_attendue_celle_d_un_mineur_non():
    qui = declaration()
    ajouter(qui, Role.A_CHARGE, prenoms="Rosa", date_naissance=date(2008, 11, 24), lien_a_charge=LienACharge.ENFANT)
    ajouter(qui, Role.A_CHARGE, prenoms="Léo", date_naissance=date(2008, 11, 25), lien_a_charge=LienACharge.ENFANT)
    assert en_plus(qui) == {("ID", "Rosa"): "composition-du-foyer", ("MIN", "Léo"): "composition-du-foyer"}


def test_une_personne_d_age_inconnu_n_appelle_encore_aucune_piece():
    qui = declaration()
    ajouter(qui, Role.A_CHARGE, prenoms="Léo")
    assert en_plus(qui) == {}


def test_un_colocataire_fait_sa_propre_demande_aucune_piece_pour_lui():
    qui = declaration()
    ajouter(qui, Role.COLOCATAIRE, prenoms="Max", date_naissance=date(1990, 1, 1))
    assert en_plus(qui) == {}


# --- § 2.2 : étapes 2 et 3 --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("situation", "code"),
    [
        (SituationFamiliale.CELIBATAIRE, None),
        (SituationFamiliale.CONCUBIN, None),
        (SituationFamiliale.MARIE, "MARIE"),
        (SituationFamiliale.PACSE, "PACS"),
        (SituationFamiliale.DIVORCE, "DIV"),
        (SituationFamiliale.SEPARE, "M11"),
        (SituationFamiliale.VEUF, "VEUF"),
    ],
    ids=lambda valeur: getattr(valeur, "name", valeur),
)
def test_la_situation_familiale_appelle_sa_preuve(situation, code):
    qui = declaration()
    qui.coordonnees.situation_familiale = situation
    assert en_plus(qui) == ({(code, "vous"): "demandeurs"} if code else {})


@pytest.mark.parametrize(
    ("situation", "attendues"),
    [
        (SituationFamiliale.CELIBATAIRE, {("M11", "vous"): "motifs"}),
        (SituationFamiliale.MARIE, {("MARIE", "vous"): "demandeurs", ("M11", "vous"): "motifs"}),
        (SituationFamiliale.DIVORCE, {("DIV", "vous"): "demandeurs"}),
        (SituationFamiliale.SEPARE, {("M11", "vous"): "demandeurs"}),
    ],
    ids=lambda valeur: getattr(valeur, "name", ""),
)
def test_le_motif_separation_n_est_prouve_qu_une_fois(situation, attendues):
    qui = declaration()
    qui.coordonnees.situation_familiale = situation
    qui.motifs_declares[0].motif = Motif.SEPARATION
    assert en_plus(qui) == attendues


@pytest.mark.parametrize("regime", RegimeGarde)
def test_un_enfant_accueilli_une_partie_du_temps_appelle_la_preuve_de_garde(regime):
    qui = declaration()
    enfant = ajouter(qui, Role.AUTRE_ENFANT, prenoms="Lou", date_naissance=date(2015, 1, 1))
    assert en_plus(qui) == {}
    enfant.regime_garde = regime
    assert en_plus(qui) == {("GARDE", "Lou"): "composition-du-foyer"}
    qui.foyer.a_autres_enfants = NON
    assert en_plus(qui) == {}


@pytest.mark.parametrize(("reponse", "attendu"), [(OUI, {"GROSS"}), (NON, set()), (None, set())])
def test_une_grossesse_appelle_le_certificat(reponse, attendu):
    qui = declaration()
    qui.foyer.attend_un_enfant, qui.foyer.nb_naissances = reponse, 1
    assert {code for code, _ in en_plus(qui)} == attendu


# --- étape 4 ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.DEMANDEUR, Role.CODEMANDEUR])
@pytest.mark.parametrize(
    ("statut", "apprenti", "code"),
    [
        (Statut.ETUDIANT, NON, "ETU"),
        (Statut.ETUDIANT, None, "ETU"),
        (Statut.ETUDIANT, OUI, "APP"),
        (Statut.AUTRE, None, "PROF"),
        *((statut, None, None) for statut in Statut if statut.name not in {"ETUDIANT", "AUTRE", "INDEPENDANT"}),
    ],
    ids=lambda valeur: getattr(valeur, "name", str(valeur)),
)
def test_la_situation_professionnelle_appelle_sa_preuve(role, statut, apprenti, code):
    qui = declaration()
    qui.nb_codemandeurs = 0
    concernee = qui.personnes[0] if role is Role.DEMANDEUR else ajouter(qui, role, prenoms="Tom")
    concernee.situation.statuts, concernee.situation.apprenti = (statut,), apprenti
    trouvees = {cle: slug for cle, slug in en_plus(qui).items() if cle[0] in {"ETU", "APP", "PROF"}}
    assert trouvees == ({(code, concernee.appel): "situation-professionnelle"} if code else {})


# --- étape 5 : années calculées ----------------------------------------------------------------------------


@pytest.mark.parametrize("annee", [2024, 2026, 2031])
def test_les_annees_des_avis_se_calculent_du_jour(en_contexte, annee):
    from portail.demande.contexte import contexte_de

    qui = declaration()
    qui.personnes[0].revenu.a_un_avis_n1 = OUI
    catalogue = contexte_de().catalogue
    reel = contexte(date(annee, 1, 1))
    reel = type(reel)(reel.jour, reel.parametre, catalogue)
    libelles = [etat_de_la_piece(piece, None, reel).libelle for piece in revenu_fiscal.pieces(qui, reel)]
    assert libelles == [f"Avis d’impôt {annee - 1} (vous)", f"Dernier avis d’impôt {annee} (vous)"]


def test_l_avis_n_2_est_attendu_meme_de_qui_dit_ne_pas_en_avoir():
    """« Toujours » : un avis de situation déclarative, ou le document d'un autre pays, en tient lieu."""
    qui = declaration()
    qui.personnes[0].revenu.a_un_avis_n2 = NON
    assert ("AIS2", "vous") in pieces(qui)


@pytest.mark.parametrize(("reponse", "attendu"), [(OUI, True), (NON, False), (None, False)])
def test_l_avis_n_1_est_attendu_s_il_est_disponible(reponse, attendu):
    qui = declaration()
    qui.personnes[0].revenu.a_un_avis_n1 = reponse
    assert (("AIS1", "vous") in pieces(qui)) is attendu


@pytest.mark.parametrize(
    ("lien", "a_son_avis"),
    [
        (LienCodemandeur.MARIE, False),
        (LienCodemandeur.PACSE, False),
        *((lien, True) for lien in LienCodemandeur if lien.name not in {"MARIE", "PACSE"}),
        (None, True),
    ],
    ids=lambda valeur: getattr(valeur, "name", str(valeur)),
)
def test_le_conjoint_marie_ou_pacse_est_sur_l_avis_du_demandeur(lien, a_son_avis):
    qui = declaration()
    ajouter(qui, Role.CODEMANDEUR, prenoms="Tom", lien=lien)
    assert (("AIS2", "Tom") in pieces(qui)) is a_son_avis


@pytest.mark.parametrize(
    ("mensuel", "attendu"),
    [("1350", True), ("1350.01", False), ("0", True), (None, False)],
    ids=["90 % exactement", "un centime de plus", "plus rien", "montant pas encore donné"],
)
def test_une_baisse_d_un_dixieme_appelle_sa_preuve(mensuel, attendu):
    """Revenu N-2 : 18 000 € par an ; 90 % font 1 350 € par mois."""
    qui = declaration()
    ana = qui.personnes[0]
    ana.revenu.rfr_n2 = 18_000
    ana.ressources.a_des_ressources, ana.ressources.natures = OUI, (Ressource.CHOMAGE,)
    ana.ressources.chomage = None if mensuel is None else Decimal(mensuel)
    assert (("BAISSE", "vous") in pieces(qui)) is attendu


def test_sans_revenu_n_2_ou_sans_reponse_il_n_y_a_pas_de_baisse():
    qui = declaration()
    ana = qui.personnes[0]
    ana.ressources.a_des_ressources = NON
    assert ("BAISSE", "vous") not in pieces(qui)
    ana.revenu.rfr_n2 = 0
    assert ("BAISSE", "vous") not in pieces(qui)
    ana.revenu.rfr_n2, ana.ressources.a_des_ressources = 18_000, None
    assert ("BAISSE", "vous") not in pieces(qui)
    ana.ressources.a_des_ressources, ana.ressources.natures = OUI, None
    assert ("BAISSE", "vous") not in pieces(qui)
    ana.ressources.a_des_ressources = NON
    assert ("BAISSE", "vous") in pieces(qui)


def test_la_baisse_d_un_couple_marie_compte_les_deux_et_attend_les_deux_reponses():
    qui = declaration()
    ana = qui.personnes[0]
    tom = ajouter(qui, Role.CODEMANDEUR, prenoms="Tom", lien=LienCodemandeur.MARIE)
    ana.revenu.rfr_n2, ana.ressources.a_des_ressources = 40_000, NON
    assert ("BAISSE", "vous") not in pieces(qui), "Tom n’a pas répondu"
    tom.ressources.a_des_ressources, tom.ressources.natures = OUI, (Ressource.SALAIRE,)
    tom.ressources.salaire = Decimal("3200")
    assert ("BAISSE", "vous") not in pieces(qui)
    tom.ressources.salaire = Decimal("3000")
    assert ("BAISSE", "vous") in pieces(qui)
    tom.lien = LienCodemandeur.CONCUBIN  # deux avis d'impôt : seules les ressources d'Ana comptent face au sien
    assert ("BAISSE", "vous") in pieces(qui)
    assert ("BAISSE", "Tom") not in pieces(qui)


# --- étape 6 : une pièce par personne et par nature ---------------------------------------------------------

PAR_NATURE = {
    Ressource.SALAIRE: "SAL",
    Ressource.RETRAITE: "RETR",
    Ressource.INVALIDITE: "RETR",
    Ressource.CHOMAGE: "ARE",
    Ressource.INDEMNITES_JOURNALIERES: "IJ",
    Ressource.PENSION_RECUE: "PAL",
    Ressource.FAMILIALES: "CAF",
    Ressource.PAJE: "CAF",
    Ressource.RSA: "CAF",
    Ressource.AAH: "CAF",
    Ressource.AEEH: "CAF",
    Ressource.AJPP: "CAF",
    Ressource.MINIMUM_VIEILLESSE: "CAF",
    Ressource.BOURSE: "BOURSE",
    Ressource.AUTRES: None,
}


def test_chaque_nature_de_ressource_a_sa_ligne_dans_ce_test():
    assert set(PAR_NATURE) == set(Ressource)


@pytest.mark.parametrize("role", [Role.DEMANDEUR, Role.CODEMANDEUR, Role.A_CHARGE])
@pytest.mark.parametrize(("nature", "code"), PAR_NATURE.items(), ids=lambda valeur: getattr(valeur, "name", valeur))
def test_chaque_ressource_appelle_sa_preuve(role, nature, code):
    qui = declaration()
    concernee = qui.personnes[0] if role is Role.DEMANDEUR else ajouter(qui, role, prenoms="Tom")
    deja = set(pieces(qui))
    ressources = concernee.ressources
    ressources.a_des_ressources, ressources.natures = OUI, (nature,)
    attendu = {(code, concernee.appel)} if code else set()
    assert set(pieces(qui)) - deja == attendu
    setattr(ressources, nature.name.lower(), Decimal("100"))
    assert set(pieces(qui)) - deja == attendu
    setattr(ressources, nature.name.lower(), Decimal(0))
    assert set(pieces(qui)) == deja, "rien reçu : rien à prouver"
    setattr(ressources, nature.name.lower(), Decimal("100"))
    ressources.a_des_ressources = NON
    assert set(pieces(qui)) == deja, "la question masquée n’appelle plus rien"


@pytest.mark.parametrize(
    ("statuts", "attendus"),
    [
        ((Statut.INDEPENDANT,), {"NSAL"}),
        ((Statut.PRIVE,), {"SAL"}),
        ((Statut.PRIVE, Statut.INDEPENDANT), {"SAL", "NSAL"}),
        ((), {"SAL"}),
    ],
    ids=["indépendant", "salarié", "les deux", "inconnu"],
)
def test_un_independant_prouve_ses_revenus_autrement(statuts, attendus):
    qui = declaration()
    ana = qui.personnes[0]
    ana.situation.statuts = statuts or None
    ana.ressources.a_des_ressources, ana.ressources.natures = OUI, (Ressource.SALAIRE,)
    assert {code for code, _ in en_plus(qui)} == attendus


def test_deux_allocations_de_la_caf_une_seule_attestation():
    qui = declaration()
    ressources = qui.personnes[0].ressources
    ressources.a_des_ressources, ressources.natures = OUI, (Ressource.RSA, Ressource.FAMILIALES)
    assert list(en_plus(qui)) == [("CAF", "vous")]


# --- étape 7 ------------------------------------------------------------------------------------------------

PAR_OCCUPATION = {
    Occupation.LOCATAIRE_HLM: "LOC",
    Occupation.LOCATAIRE_PRIVE: "LOC",
    Occupation.CHEZ_PARENTS: "HEB",
    Occupation.CHEZ_PARTICULIER: "HEB",
    Occupation.TITRE_GRATUIT: "HEB",
    Occupation.STRUCTURE: "STR",
    Occupation.TEMPORAIRE: "STR",
    Occupation.FOYER: "STR",
    Occupation.RESIDENCE_HOTELIERE: "STR",
    Occupation.RESIDENCE_ETUDIANTE: "STR",
    Occupation.ENFANCE: "STR",
    Occupation.HOTEL: "HOTEL",
    Occupation.HABITAT_MOBILE: "HOTEL",
    Occupation.SANS_ABRI: "SDF",
    Occupation.PROPRIETAIRE: "PROP",
    Occupation.FONCTION: None,
    Occupation.SQUAT: None,
}


@pytest.mark.parametrize("occupation", Occupation, ids=lambda valeur: valeur.name)
def test_le_logement_actuel_appelle_sa_preuve(occupation):
    qui = declaration()
    qui.logement_actuel.occupation = occupation
    code = PAR_OCCUPATION[occupation]
    assert en_plus(qui) == ({(code, "vous"): "logement-actuel"} if code else {})


@pytest.mark.parametrize("occupation", [Occupation.LOCATAIRE_PRIVE, Occupation.PROPRIETAIRE])
def test_un_autre_logement_possede_appelle_le_titre_de_propriete_une_fois(occupation):
    qui = declaration()
    qui.logement_actuel.occupation, qui.logement_actuel.autre_propriete = occupation, OUI
    assert {code for code, _ in en_plus(qui)} == {PAR_OCCUPATION[occupation], "PROP"}


# --- étape 8 ------------------------------------------------------------------------------------------------

PAR_MOTIF = {
    Motif.SANS_LOGEMENT: "M01",
    Motif.INDECENT: "M03",
    Motif.REPRIS: "M04",
    Motif.EXPULSION: "M05",
    Motif.VIOLENCES: "M06",
    Motif.HANDICAP: "M07",
    Motif.SANTE: "M08",
    Motif.TROP_CHER: "M09",
    Motif.SEPARATION: "M11",
    Motif.REGROUPEMENT: "M15",
    Motif.ASSISTANT: "M16",
    Motif.MUTATION: "M18",
    Motif.TRAVAIL: "M19",
    Motif.ACCESSION: "M22",
    Motif.ASE: "ASE",
    Motif.POMPIER: "POMPIER",
}


@pytest.mark.parametrize("motif", Motif, ids=lambda valeur: valeur.name)
def test_chaque_motif_appelle_sa_preuve_ou_rien(motif):
    """02, 10, 12, 13, 14, 17, 20, 21, 23 : rien n'est prévu, on ne demande rien."""
    qui = declaration()
    qui.motifs_declares[0].motif = motif
    code = PAR_MOTIF.get(motif)
    assert en_plus(qui) == ({(code, "vous"): "motifs"} if code else {})


def test_un_motif_retire_n_appelle_plus_rien():
    from datetime import UTC, datetime

    qui = declaration()
    qui.motifs_declares.append(MotifDeclare(rang=2, motif=Motif.SANTE, retiree_le=datetime(2026, 11, 24, tzinfo=UTC)))
    assert en_plus(qui) == {}


# --- L'ensemble -------------------------------------------------------------------------------------------


def test_ce_que_rien_ne_demande_reste_au_catalogue_pour_les_agents():
    """La liste est limitative : aucun écran ne demande ces lignes, et toutes les autres servent."""
    jamais = {"INST", "PACSX", "PATR", "ID-1", "ID-2", "ID-3"}
    emis = {"ID", "AIS2", "AIS1", "BAISSE", "MIN", "GARDE", "GROSS", "ETU", "APP", "PROF", "NSAL"}
    emis |= {"MARIE", "PACS", "DIV", "VEUF"} | {code for code in PAR_NATURE.values() if code}
    emis |= {code for code in PAR_OCCUPATION.values() if code} | set(PAR_MOTIF.values())
    assert codes_du_catalogue() == emis | jamais


ETAPES_DES_REPONSES = (
    (("Informations générales", "Demandeurs", "Composition du foyer"), ["ID"]),
    (("Demandeurs",), ["MARIE", "PACS", "DIV", "VEUF"]),
    (("Composition du foyer",), ["MIN", "GARDE", "GROSS"]),
    (("Situation professionnelle",), ["ETU", "APP", "PROF", "NSAL"]),
    (("Revenu fiscal",), ["AIS2", "AIS1"]),
    (("Revenu fiscal", "Ressources mensuelles"), ["BAISSE"]),
    (("Ressources mensuelles",), sorted({code for code in PAR_NATURE.values() if code})),
    (("Logement actuel",), sorted({code for code in PAR_OCCUPATION.values() if code})),
    (("Motifs",), sorted(set(PAR_MOTIF.values()) - {"M11"})),
    (("Demandeurs", "Motifs"), ["M11"]),
)


@pytest.mark.parametrize(
    ("code", "titres"), [(code, titres) for titres, codes in ETAPES_DES_REPONSES for code in codes]
)
def test_la_page_d_une_piece_renvoie_a_l_etape_de_la_reponse_qui_l_appelle(code, titres):
    cites = set(re.findall("« (.*?) »", explications()[code].reponse.replace("\u00a0", " ").replace("\u202f", " ")))
    assert cites == set(titres)
    assert cites <= {etape.titre for etape in PARCOURS.etapes}


def test_le_libelle_nomme_la_personne_et_l_annee(en_contexte):
    from portail.demande.contexte import contexte_au

    reel = contexte_au(JOUR)
    etats = [etat_de_la_piece(piece, None, reel) for _, piece in PARCOURS.pieces(couple_avec_enfants(), reel)]
    assert [etat.libelle for etat in etats] == [
        "Pièce d’identité (vous)",
        "Pièce d’identité (Tom)",
        "Livret de famille (vous)",
        "Acte de naissance ou livret de famille (Léo)",
        "Acte de naissance ou livret de famille (Zoé)",
        "Avis d’impôt 2025 (vous)",
        "Fiche de paie (Tom)",
    ]
    assert [etat.etat for etat in etats] == ["à joindre"] * 7
    assert [etat.bloque for etat in etats] == [True] + [False] * 6
