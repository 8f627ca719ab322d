/* Ce que le navigateur seul peut faire : suivre le focus, dire une panne une fois, prévenir avant la fin de session.
   Sans ce fichier, tout marche quand même. */
(() => {
  "use strict";
  const par = (id) => document.getElementById(id);
  /* Un paragraphe se voit aussi (portail.css) ; un texte nu ne fait que s’entendre. */
  const dire = (region, texte, visible) => { const zone = par(region); zone.textContent = ""; setTimeout(() => { zone.replaceChildren(visible ? Object.assign(document.createElement("p"), { textContent: texte }) : texte); }, 60); };
  let enPanne = null, enAttente = null, activite = Date.now();
  if (/X11.*Gecko\//.test(navigator.userAgent)) par("alerte").setAttribute("aria-live", "assertive"); /* Orca n’entend pas role=alert seul dans Firefox ; ailleurs, tout se dirait deux fois */

  /* Dite une fois, et à chaque bouton pressé. Un message (data-tenace) se renvoie de lui-même : sa clé fait qu’il n’arrive pas deux fois. */
  const panne = (e) => {
    const ctx = (e && e.detail && e.detail.ctx) || {}, bouton = ctx.sourceEvent && ctx.sourceEvent.submitter;
    if (ctx.sourceElement && ctx.sourceElement.matches("[data-tenace]") && !(bouton && bouton.name)) enAttente = ctx.sourceElement;
    panne.dire(!enPanne || bouton);
    clearTimeout(panne.suite);
    panne.suite = setTimeout(reessayer, 5000);
  };
  panne.dire = (parler) => prevenir(parler, par("sonde") ? "Le réseau ou le service ne répond pas." : "Enregistrement impossible pour l’instant.", "le réseau ou le service ne répond pas.");
  const estEnvoi = (e) => e.detail.ctx.request.method === "POST";
  const prevenir = (parler, phrase, raison) => {
    if (parler) dire("alerte", phrase + " Ce que vous avez écrit reste sur la page. Nous réessayons.", par("sonde"));
    enPanne = true;
    const mot = par("enregistre");
    if (mot) mot.textContent = "Pas encore enregistré : " + raison;
  };
  const reessayer = () => {
    const formulaire = par("formulaire");
    if (enPanne && formulaire) formulaire.dispatchEvent(new Event("change", { bubbles: true }));
    if (enPanne && enAttente && enAttente.isConnected) enAttente.requestSubmit();
  };
  addEventListener("online", reessayer);
  /* En panne, changer d’étape enregistre d’abord ; si rien ne part, la page reste. */
  document.addEventListener("click", (e) => { if (enPanne && e.target.closest("#volet a[data-hx-get]")) reessayer(); }, true);
  addEventListener("beforeunload", (e) => { if (enPanne && par("formulaire")) e.preventDefault(); });
  /* Un envoi qui attendait son tour part avec la révision que la page montre, pas celle d’avant la réponse précédente. */
  document.addEventListener("htmx:before:request", (e) => {
    const corps = e.detail.ctx.request.body, revision = par("revision");
    if (revision && corps && corps.has && corps.has("revision")) corps.set("revision", revision.value);
    if (enPanne && par("formulaire") && !estEnvoi(e)) { e.preventDefault(); panne.dire(true); return; }
    /* Un réseau figé ne rend aucune erreur : « Enregistré » ne reste pas affiché. */
    if (estEnvoi(e)) e.detail.ctx.lenteur = setTimeout(() => prevenir(!enPanne, "Le réseau est lent.", "le réseau est lent."), 8000);
  });
  /* Une date est une seule question : ses trois cases s’enregistrent quand on la quitte, sans réclamer le mois à qui l’écrit. */
  let ecrite = null;
  const quitter = () => {
    const partie = ecrite;
    ecrite = null;
    if (partie) (partie.isConnected ? partie : par("formulaire") || partie).dispatchEvent(new Event("change", { bubbles: true }));
  };
  document.addEventListener("change", (e) => {
    if (e.isTrusted && e.target.closest("#formulaire .date")) { ecrite = e.target; e.stopPropagation(); }
  }, true);
  document.addEventListener("focusout", (e) => { if (ecrite && !ecrite.closest(".date").contains(e.relatedTarget)) quitter(); });
  document.addEventListener("visibilitychange", () => { if (document.hidden) quitter(); });
  document.addEventListener("htmx:error", panne);
  document.addEventListener("htmx:response:error", (e) => { if (e.detail.ctx.response.status >= 500) panne(e); });
  document.addEventListener("htmx:after:swap", (e) => {
    const ctx = e.detail.ctx;
    if (ctx.sourceElement && ctx.sourceElement.id === "sonde") return; /* sonder n’est pas une activité */
    activite = Date.now();
    if (ctx.response && ctx.response.status < 400) document.querySelector("#alerte p")?.remove(); /* ce qui était refusé est passé */
  });
  document.addEventListener("htmx:after:request", (e) => {
    const ctx = e.detail.ctx, statut = ctx.response.status, revenue = "La connexion est revenue.";
    const sonde = ctx.sourceElement && ctx.sourceElement.id === "sonde", mot = par("enregistre");
    /* La page d’un serveur mandataire, d’un Wi-Fi public, n’est pas une réponse. */
    if (statut < 500 && estEnvoi(e) && ctx.text && !ctx.text.includes("data-hx-swap-oob")) { ctx.text = ""; panne(e); return; }
    if (mot && statut >= 400 && statut < 500 && statut !== 422 && estEnvoi(e)) mot.textContent = "Pas encore enregistré.";
    if (!enPanne || statut >= 500 || (sonde && enAttente)) return;
    enPanne = enAttente = null; clearTimeout(panne.suite);
    if (sonde) { par("alerte").textContent = ""; dire("annonce", revenue); } /* rien n’attendait : le sondage répond de nouveau (304) */
    else if (statut < 400 || statut === 422) { /* avant l’échange : tout se dit en une fois */
      par("alerte").textContent = "";
      ctx.text += ` ${revenue}${par("sonde") || !ctx.text.includes('#alerte"></div>') ? "" : " Vos réponses sont enregistrées."}`;
    }
  });

  document.addEventListener("portail:activite", () => { activite = Date.now(); }); // un envoi qui avance tient la session ouverte

  /* htmx garde le second clic pour après : sa réponse redessinait l’étape suivante, déjà commencée. */
  const enVol = new WeakSet();
  const bouton = (e) => e.detail.ctx.sourceEvent && e.detail.ctx.sourceEvent.submitter;
  document.addEventListener("htmx:before:request", (e) => { if (bouton(e)) enVol.add(bouton(e)); });
  document.addEventListener("htmx:finally:request", (e) => { if (bouton(e)) enVol.delete(bouton(e)); });
  document.addEventListener("submit", (e) => { if (e.submitter && enVol.has(e.submitter)) { e.preventDefault(); e.stopImmediatePropagation(); } }, true);

  /* Un double clic n’envoie qu’une fois : le second envoi ferait perdre la réponse du premier (des codes montrés une fois). */
  const partis = new WeakMap();
  document.addEventListener("submit", (e) => {
    if (e.defaultPrevented) return; /* htmx et les clés d’accès ont leur propre file */
    const bouton = e.submitter || e.target; /* un autre bouton du même formulaire est un autre geste */
    if (Date.now() - partis.get(bouton) < 1000) e.preventDefault();
    else partis.set(bouton, Date.now());
  });

  /* Le focus ne tombe jamais sur le corps de la page. */
  document.addEventListener("htmx:finally:request", (e) => clearTimeout(e.detail.ctx.lenteur)); /* chaque envoi a le sien */
  document.addEventListener("htmx:finally:request", () => setTimeout(() => {
    const foyer = document.activeElement;
    if (!foyer || foyer === document.body) {
      const cible = par("resume") || document.querySelector("#ecrire textarea") || par("titre") || document.querySelector("main");
      if (cible) cible.focus({ preventScroll: true });
    }
  }, 30));
  document.addEventListener("click", (e) => {
    const lien = e.target.closest && e.target.closest(".resume a[href^='#']");
    const cible = lien && par(lien.hash.slice(1));
    if (!cible) return;
    e.preventDefault();
    const repere = cible.closest("fieldset, .champ") || cible;
    repere.scrollIntoView({ block: "start" });
    cible.focus({ preventScroll: true });
  });
  addEventListener("load", () => { if (document.activeElement === document.body) (par("resume") || par("fait"))?.focus(); });

  /* Prévenir deux minutes avant la fin de session, et la prolonger d’un geste. */
  // « Quitter vite » : la page disparaît avant même que le serveur ait répondu.
  document.addEventListener("submit", (e) => { if (e.target.id === "quitter") { enPanne = null; document.title = "Météo"; document.body.hidden = true; } });

  const minutes = +document.body.dataset.session || 0;

  const prolonger = async (boite, foyer) => {
    const jeton = document.querySelector("[name=csrf_token]");
    const reponse = await fetch(document.body.dataset.prolonger || "/compte/prolonger", { method: "POST", headers: { "X-CSRFToken": jeton.value }, credentials: "same-origin" });
    if (reponse.status === 204) { activite = Date.now(); boite.remove(); (foyer.id ? foyer : par("contenu")).focus({ preventScroll: true }); dire("annonce", "Votre session est prolongée."); }
    else location.reload();
  };
  if (minutes) setInterval(() => {
    const reste = minutes * 60000 - (Date.now() - activite);
    if (reste > 120000 && par("session")) par("session").remove(); // un enregistrement l’a prolongée
    if (reste > 120000 || par("session")) return;
    const foyer = document.activeElement, boite = document.createElement("div"), phrase = document.createElement("p"), bouton = document.createElement("button");
    boite.id = "session"; boite.className = "session"; bouton.className = "bouton"; bouton.type = "button";
    phrase.textContent = "Sans activité, votre session se ferme dans deux minutes. Vos réponses enregistrées sont gardées.";
    bouton.textContent = "Rester connecté(e)";
    bouton.addEventListener("click", () => prolonger(boite, foyer));
    boite.append(phrase, bouton); par("contenu").prepend(boite);
    dire("alerte", phrase.textContent);
  }, 10000);
})();
