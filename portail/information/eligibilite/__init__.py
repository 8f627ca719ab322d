"""« Suis-je éligible ? » : un test indicatif, dont rien n'est gardé."""
