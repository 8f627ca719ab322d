"""Les données de référence : communes, pays, plafonds, offres, mairies, chiffres de la loi."""
