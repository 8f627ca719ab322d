/* Clé d’accès : demander un défi, le faire signer par l’appareil, envoyer la réponse avec le formulaire. Sans ce fichier, ou
   si le navigateur ne sait pas, aucun de ces boutons ne se montre : l’autre façon est écrite sur la page. */
(() => {
  "use strict";
  if (!self.PublicKeyCredential || !navigator.credentials || !self.fetch) return;
  const octets = (texte) => Uint8Array.from(atob(texte.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const texte = (tampon) => btoa(String.fromCharCode(...new Uint8Array(tampon))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
  const tous = (selecteur) => document.querySelectorAll(selecteur);
  for (const partie of tous("[data-avec-cle]")) partie.hidden = false;
  for (const partie of tous("[data-sans-cle]")) partie.hidden = true;

  const signer = async (formulaire) => {
    const recue = await fetch(formulaire.dataset.cle, { method: "POST", body: new URLSearchParams({ csrf_token: formulaire.csrf_token.value }) });
    if (recue.status === 429) throw { name: "Trop" };
    if (!recue.ok || recue.redirected) throw { name: "Serveur" };
    const demande = await recue.json();
    demande.challenge = octets(demande.challenge);
    for (const cle of demande.excludeCredentials || demande.allowCredentials) cle.id = octets(cle.id);
    if (demande.user) demande.user.id = octets(demande.user.id);
    const cle = await navigator.credentials[demande.user ? "create" : "get"]({ publicKey: demande });
    const reponse = {};
    for (const nom of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) if (cle.response[nom]) reponse[nom] = texte(cle.response[nom]);
    return JSON.stringify({ id: cle.id, rawId: texte(cle.rawId), type: cle.type, response: reponse });
  };
  const MOTS = {
    Trop: "Trop d’essais. Attendez un peu avant de recommencer.",
    Serveur: "Le service n’a pas répondu comme prévu. Rechargez la page, puis recommencez.",
    TypeError: "Le réseau ou le service ne répond pas. Réessayez dans un moment.",
    InvalidStateError: "Cet appareil a déjà une clé pour ce compte.",
    SecurityError: "Cette adresse n’est pas celle du site : n’y écrivez rien.",
  };
  for (const formulaire of tous("form[data-cle]")) formulaire.addEventListener("submit", async (envoi) => {
    envoi.preventDefault();
    const bouton = formulaire.querySelector("button"), refus = formulaire.querySelector("[data-cle-refus]");
    if (bouton.getAttribute("aria-disabled")) return;
    bouton.setAttribute("aria-disabled", "true");
    refus.hidden = true;
    try {
      formulaire.cle_reponse.value = await signer(formulaire);
      formulaire.submit();
    } catch (erreur) {
      refus.textContent = document.getElementById("alerte").textContent = MOTS[erreur.name] || "La clé d’accès n’a pas répondu, ou vous avez annulé. Rien n’a changé : recommencez, ou faites autrement.";
      refus.hidden = false;
      bouton.removeAttribute("aria-disabled");
    }
  });
})();
