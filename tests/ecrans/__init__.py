"""Les parcours dans un vrai navigateur : ce que seul un écran montre (focus, clavier, sans JavaScript, réseau coupé)."""
