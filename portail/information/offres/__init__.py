"""« Offres par commune » : ce que les données publiques disent du parc, des demandes et de l'attente."""
