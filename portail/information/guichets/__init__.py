"""« Trouver un guichet » : ceux de ce déploiement, ceux que l'on connaît, puis la mairie qui peut orienter."""
