// Entre deux personnes au guichet, rien ne se remontre. Sans ce script, le serveur refuse déjà les pages refermées.
"use strict";
addEventListener("pageshow", (e) => {
  if (!e.persisted) return;
  document.documentElement.hidden = true; // une page que le navigateur avait gardée entière
  location.reload();
});
const fin = document.getElementById("terminer");
if (fin) fin.addEventListener("submit", async (e) => {
  e.preventDefault();
  try {
    await fetch(fin.action, { method: "POST", body: new URLSearchParams(new FormData(fin)), credentials: "same-origin", redirect: "manual" });
    location.replace("/guichet/saisie/fermee");
  } catch { fin.submit(); }
});
const apres = document.getElementById("apres-bordereau");
if (apres) {
  const bouton = document.createElement("button");
  bouton.type = "button";
  bouton.className = "bouton";
  bouton.textContent = "Imprimer le bordereau";
  bouton.addEventListener("click", () => print());
  apres.prepend(bouton);
}
