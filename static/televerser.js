/* Envoyer un papier sur un mauvais réseau : photo réduite, fichier par morceaux, reprise. Sans ce script, en une fois. */
(() => {
  "use strict";
  if (self.televerser || !self.crypto || !crypto.subtle || !self.AbortController) return;
  self.televerser = true;
  const COTE = 1800, POIDS = 250000, PETIT = 32768, GRAND = 65536;
  const par = (id) => document.getElementById(id);
  const dire = (texte, region = "annonce") => { const zone = par(region); zone.textContent = ""; setTimeout(() => { zone.textContent = texte; }, 60); };
  const poids = (n) => (n < 1e6 ? Math.max(1, Math.round(n / 1000)) + "\u00a0Ko" : (n / 1e6).toFixed(1).replace(".", ",") + "\u00a0Mo");
  const empreinte = async (octets) => [...new Uint8Array(await crypto.subtle.digest("SHA-256", octets))].map((o) => o.toString(16).padStart(2, "0")).join("");
  class Arret extends Error {}
  const ARRETE = "L’envoi s’est arrêté. Choisissez de nouveau ce fichier : ce qui est arrivé ne repartira pas.";

  /* Une photo : redressée, 1 800 points au plus, en JPEG. Ce que le navigateur ne sait pas ouvrir part tel quel. */
  const reduire = async (fichier) => {
    const tel = { fichier, mots: poids(fichier.size), avis: "" };
    if (!/^image\/(?!svg)/.test(fichier.type) || !self.createImageBitmap) return tel;
    const image = await createImageBitmap(fichier, { imageOrientation: "from-image" }).catch(() => null);
    if (!image) return tel;
    const echelle = Math.min(1, COTE / Math.max(image.width, image.height));
    const toile = (cote) => {
      const c = document.createElement("canvas"), e = Math.min(echelle, cote / Math.max(image.width, image.height));
      c.width = Math.max(1, Math.round(image.width * e)); c.height = Math.max(1, Math.round(image.height * e));
      const x = c.getContext("2d");
      x.fillStyle = "#fff"; x.fillRect(0, 0, c.width, c.height); x.imageSmoothingQuality = "high"; x.drawImage(image, 0, 0, c.width, c.height);
      return c;
    };
    tel.avis = juger(toile(900));
    if (echelle === 1 && fichier.size <= POIDS && /jpeg|png/.test(fichier.type)) { image.close(); return tel; } // déjà légère
    const grande = toile(COTE);
    image.close();
    let jpeg = null;
    for (const qualite of [.82, .74, .66, .58, .5, .42, .34]) {
      jpeg = await new Promise((rendre) => grande.toBlob(rendre, "image/jpeg", qualite));
      if (!jpeg || jpeg.size <= POIDS) break;
    }
    if (!jpeg || (jpeg.size >= fichier.size && /jpeg|png/.test(fichier.type))) return tel;
    tel.mots = `${poids(fichier.size)} → ${poids(jpeg.size)}`;
    tel.fichier = new File([jpeg], fichier.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" });
    return tel;
  };
  const juger = (toile) => {
    const l = toile.width, h = toile.height, d = toile.getContext("2d").getImageData(0, 0, l, h).data, gris = new Float32Array(l * h);
    let somme = 0, carres = 0, traits = 0;
    for (let i = 0; i < gris.length; i++) { somme += gris[i] = .3 * d[4 * i] + .59 * d[4 * i + 1] + .11 * d[4 * i + 2]; carres += gris[i] * gris[i]; }
    const moyenne = somme / gris.length;
    if (moyenne < 70) return "Cette photo semble trop sombre. Si vous n’arrivez pas à la lire, reprenez-la près d’une fenêtre.";
    /* Floue, une page a des gris mais presque aucun trait franc. */
    for (let y = 1; y < h - 1; y++) for (let i = y * l + 1; i < y * l + l - 1; i++) if (Math.abs(4 * gris[i] - gris[i - 1] - gris[i + 1] - gris[i - l] - gris[i + l]) > 25) traits++;
    return carres / gris.length - moyenne * moyenne > 60 && traits < gris.length * .003 ? "Cette photo semble floue. Si vous n’arrivez pas à la lire, posez le document à plat et reprenez-la." : "";
  };

  /* Ce que la personne voit sous la pièce. */
  const ouvrir = (id, nom) => {
    const boite = document.createElement("div"), texte = document.createElement("p"), barre = document.createElement("progress"), boutons = document.createElement("p");
    boite.className = "encart envoi"; boutons.className = "boutons"; barre.max = 100; barre.value = 0;
    barre.setAttribute("aria-label", "Envoi de " + nom);
    const etat = { coupe: new AbortController(), mots: "en attente", palier: -1 };
    const bouton = (mot, geste) => { const b = document.createElement("button"); b.type = "button"; b.className = "bouton discret"; b.textContent = mot; b.addEventListener("click", geste); boutons.append(b); return b; };
    const arreter = bouton("Mettre en pause", () => {
      if (etat.pause) { etat.pause.reprendre(); etat.pause = null; arreter.textContent = "Mettre en pause"; etat.redire(); dire("Envoi repris."); return; }
      etat.pause = {}; etat.pause.fin = new Promise((r) => { etat.pause.reprendre = r; });
      arreter.textContent = "Reprendre l’envoi"; etat.redire(); dire("Envoi en pause.");
    });
    bouton("Annuler l’envoi", () => { etat.annule = true; etat.pause?.reprendre(); etat.coupe.abort(); if (!etat.parti) { etat.fermer(); dire("Envoi annulé."); } });
    let avant = par(id) || par("contenu").lastElementChild;
    while (avant.nextElementSibling?.matches(".envoi")) avant = avant.nextElementSibling;
    boite.append(texte, barre, boutons); avant.after(boite);
    etat.montrer = (phrase) => { texte.textContent = phrase; };
    etat.redire = () => etat.montrer(`« ${nom} » : ${etat.mots}, ${barre.value}\u00a0% envoyés.${etat.pause ? " En pause." : ""}${etat.avis ? " " + etat.avis : ""}`);
    etat.avancer = (recu, total) => {
      const part = Math.floor(recu * 100 / total), palier = Math.floor(part / 25) * 25;
      barre.value = part;
      etat.redire();
      if (palier > etat.palier) { etat.palier = palier; dire(`Envoi de ${nom} : ${palier}\u00a0%.${palier === 0 && etat.avis ? " " + etat.avis : ""}`); }
    };
    etat.redire();
    etat.boutons = () => { boutons.remove(); barre.remove(); };
    etat.fermer = () => { const foyer = boite.contains(document.activeElement); boite.remove(); if (foyer) viser(id); };
    return etat;
  };
  const viser = (zone) => par(zone)?.querySelector("[type=file]")?.focus({ preventScroll: true });

  const entetes = () => ({ "X-CSRFToken": document.querySelector("[name=csrf_token]").value, "HX-Request": "true", "HX-Current-URL": location.href });
  /* Une coupure attend le retour du réseau. */
  const demander = async (etat, adresse, options = {}) => {
    for (let essai = 0, refus = 0; ; essai++) {
      if (etat.pause) await etat.pause.fin;
      if (etat.annule) throw new Arret();
      let attente = Math.min(30000, 1000 * 2 ** essai);
      try {
        const reponse = await fetch(adresse, { ...options, signal: etat.coupe.signal, headers: { ...entetes(), ...options.headers } });
        if (reponse.status === 401) throw new Arret("Votre session s’est fermée. Reconnectez-vous, puis choisissez de nouveau ce fichier : ce qui est arrivé ne repartira pas.");
        if (reponse.status < 500) { document.dispatchEvent(new Event("portail:activite")); return reponse; }
        attente = 1000 * (reponse.headers.get("Retry-After") || attente / 1000);
        if (reponse.status === 503) essai = 0;
        else if (++refus > 5) throw new Arret(ARRETE);
      } catch (panne) {
        if (panne instanceof Arret || etat.annule) throw panne instanceof Arret ? panne : new Arret();
        if (!essai) dire("Connexion perdue. L’envoi reprendra tout seul, là où il en est.");
      }
      await new Promise((suite) => { setTimeout(suite, attente); addEventListener("online", suite, { once: true }); etat.coupe.signal.addEventListener("abort", suite, { once: true }); });
    }
  };
  const json = async (reponse) => ((reponse.headers.get("Content-Type") || "").startsWith("application/json") ? reponse.json() : {});

  const envoyer = async (adresse, etat, fichier, remplace) => {
    const octets = await fichier.arrayBuffer();
    const annonce = JSON.stringify({ nom: fichier.name, taille: octets.byteLength, empreinte: await empreinte(octets) });
    const annoncer = async () => {
      const reponse = await demander(etat, adresse, { method: "POST", body: annonce, headers: { "Content-Type": "application/json" } });
      const lu = await json(reponse);
      if (!reponse.ok) throw new Arret(lu.phrase || "Ce document ne peut pas être envoyé. Rechargez la page et réessayez.");
      return lu;
    };
    let { adresse: suite, recu } = await annoncer(), pas = PETIT;
    etat.suite = suite;
    etat.avancer(recu, octets.byteLength);
    while (suite && recu < octets.byteLength) {
      const morceau = octets.slice(recu, recu + pas), debut = Date.now();
      const reponse = await demander(etat, suite, { method: "POST", body: morceau, headers: { "Content-Type": "application/octet-stream", "Morceau-Debut": recu, "Morceau-Empreinte": await empreinte(morceau) } });
      const lu = await json(reponse);
      if (!reponse.ok && reponse.status !== 409) throw new Arret(ARRETE);
      recu = lu.recu;
      pas = Date.now() - debut < 4000 ? GRAND : PETIT;
      etat.avancer(recu, octets.byteLength);
    }
    etat.montrer("Le document est arrivé. Nous le vérifions.");
    const fin = suite ? await demander(etat, suite + "/terminer" + (remplace ? "?remplace=" + remplace : ""), { method: "POST" }) : null;
    /* Terminé ailleurs, ou réponse perdue : la page de la pièce dit où elle en est. */
    poser(await (fin && fin.status !== 404 ? fin : await demander(etat, adresse.replace(/\/envois$/, ""))).text());
  };

  /* Les fragments du serveur, posés à leur place ; le reste de la page ne bouge pas. */
  const poser = (html) => {
    const recu = new DOMParser().parseFromString(html, "text/html"), foyer = document.activeElement?.id;
    for (const neuf of recu.querySelectorAll("[data-hx-swap-oob]")) {
      const cible = neuf.getAttribute("data-hx-swap-oob"), ancien = par(cible === "true" ? neuf.id : cible.split("#")[1]);
      neuf.remove();
      if (!ancien) continue;
      neuf.removeAttribute("data-hx-swap-oob");
      if (cible === "true") { ancien.replaceWith(neuf); if (self.htmx) htmx.process(neuf); } else dire(neuf.textContent, ancien.id);
    }
    dire(recu.body.textContent.trim());
    if (foyer && par(foyer) && document.activeElement === document.body) par(foyer).focus({ preventScroll: true });
  };

  let file = Promise.resolve();
  const traiter = async (etat, adresse, choisi, remplace) => {
    if (etat.annule) return;
    etat.parti = true;
    etat.montrer(`« ${choisi.name} » se prépare.`);
    try {
      const pret = await reduire(choisi);
      etat.mots = pret.mots; etat.avis = pret.avis;
      await envoyer(adresse, etat, pret.fichier, remplace);
      etat.fermer();
    } catch (arret) {
      if (!etat.annule) { const phrase = (arret instanceof Arret && arret.message) || "Ce fichier ne peut pas être lu par votre navigateur."; etat.montrer(phrase); etat.boutons(); dire(phrase, "alerte"); return; }
      etat.fermer();
      if (!etat.suite) { dire("Envoi annulé."); return; }
      try { poser(await (await fetch(etat.suite + "/annuler", { method: "POST", headers: entetes() })).text()); } catch { dire("Envoi arrêté."); }
    }
  };
  /* Avant htmx, qui enverrait le fichier d’un bloc. */
  document.addEventListener("change", (e) => {
    const choix = e.target, adresse = choix.dataset && choix.dataset.envois;
    if (!adresse || !choix.files.length) return;
    e.stopImmediatePropagation();
    const fichiers = [...choix.files], zone = choix.closest(".piece").id;
    choix.value = "";
    document.querySelectorAll(`#${zone}~.envoi`).forEach((b) => b.children[1] || b.remove());
    fichiers.forEach((fichier, rang) => {
      const etat = ouvrir(zone, fichier.name);
      file = file.then(() => traiter(etat, adresse, fichier, rang ? 0 : choix.dataset.remplace));
    });
  }, true);
})();
