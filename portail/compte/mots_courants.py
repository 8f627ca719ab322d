"""Les mots que les mots de passe français reprennent le plus, à ajouter aux listes (surtout anglaises) de zxcvbn.

Liste de la maison : clavier, affection, famille, prénoms, sport, villes, saisons. Ce qu'elle doit faire refuser est
écrit dans tests/compte/test_mots_de_passe.py.
"""

_LISTE = """
motdepasse, mot de passe, mdp, azerty, azertyuiop, qsdfghjklm, wxcvbn, secret, code, acces, connexion, compte,
internet, ordinateur, france, francais, bonjour, bonsoir, salut, coucou, bienvenue, merci, jetaime, je t aime,
amour, toujours, coeur, bisous, doudou, loulou, chouchou, cherie, cheri, princesse, prince, bebe, ange, maman, papa,
mamie, papy, famille, enfant, enfants, mafille, monfils, soleil, etoile, lune, fleur, papillon, chocolat, vanille,
caramel, cerise, fraise, orange, citron, chaton, chien, chat, cheval, tigre, lion, dauphin, licorne, lapin,
nounours, minou, maison, appartement, voiture, moto, camion, musique, guitare, football, foot, rugby, tennis, velo,
olympique, olympiquedemarseille, allezlom, psg, paris, parissaintgermain, marseille, lyon, toulouse, nice, nantes,
strasbourg, montpellier, bordeaux, lille, rennes, bretagne, corse, normandie, alsace, provence, algerie, maroc,
tunisie, portugal, vacances, plage, montagne, mer, ete, hiver, printemps, automne, janvier, fevrier, mars, avril,
juin, juillet, aout, septembre, octobre, novembre, decembre, lundi, mardi, mercredi, jeudi, vendredi, samedi,
dimanche, noel, anniversaire, laviestbelle, lavieestbelle, la vie est belle, bonheur, joie, espoir, liberte, paix,
courage, chance, magique, super, content, heureux, heureuse, nicolas, julien, camille, marie, thomas, alexandre,
sebastien, caroline, isabelle, nathalie, stephanie, christophe, philippe, laurent, mohamed, fatima, karim, sarah,
lucas, emma, chloe, manon, theo
"""
MOTS_COURANTS = tuple(mot.strip() for mot in _LISTE.replace("\n", " ").split(","))
