"""Les neuf étapes, une par module : champs, conditions, pièces, et une `ETAPE`."""
