"""Les clés d'accès (WebAuthn, « passkeys ») : un secret qui reste dans l'appareil de la personne ou de l'agent.

`defis` tire et consomme les défis, `ceremonie` compose les options et vérifie les réponses, `service` garde une clé et
note qu'elle a servi. Ce qu'une clé ouvre est ailleurs : portail/compte/cles.py (la personne), portail/guichet/cles.py
(l'agent). Les choix sont dans docs/decisions/0017-cles-d-acces.md.
"""
