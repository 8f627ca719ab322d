"""Tout démarre : l'application, la base modèle, une page."""


def test_l_accueil_repond(client):
    reponse = client.get("/", base_url="http://127.0.0.1")
    assert reponse.status_code == 200
    assert "Devenez acteur" in reponse.get_data(as_text=True)
