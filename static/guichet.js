// Regarder une pièce : agrandir, réduire, tourner. Sans ce script, l'image s'ouvre en grand dans un onglet.
"use strict";
for (const cadre of document.querySelectorAll(".visionneuse .cadre")) {
  const image = cadre.querySelector("img");
  let taille = 100, quart = 0;
  const montrer = () => {
    image.style.width = `${taille}%`;
    image.style.maxWidth = "none";
    // Sur le côté, l'image prend la place de sa hauteur : elle reste dans le cadre, et défile.
    const penchee = quart % 2 === 1, l = image.offsetWidth, h = image.offsetHeight;
    image.style.transformOrigin = "0 0";
    image.style.transform = ["", `translate(${h}px, 0) rotate(90deg)`, `translate(${l}px, ${h}px) rotate(180deg)`, `translate(0, ${l}px) rotate(270deg)`][quart];
    image.style.marginBottom = penchee ? `${l - h}px` : "";
  };
  const gestes = {
    "Agrandir": () => { taille = Math.min(400, taille + 50); },
    "Réduire": () => { taille = Math.max(50, taille - 50); },
    "Tourner": () => { quart = (quart + 1) % 4; },
    "Taille d’origine": () => { taille = 100; quart = 0; },
  };
  const touches = { "+": "Agrandir", "=": "Agrandir", "-": "Réduire", "r": "Tourner", "0": "Taille d’origine" };
  const dire = document.createElement("span");
  dire.className = "lu";
  dire.setAttribute("role", "status");
  const faire = (nom) => {
    gestes[nom]();
    montrer();
    dire.textContent = nom === "Tourner" ? `Tournée de ${quart * 90} degrés` : `${taille} %`;
  };
  const barre = document.createElement("p");
  barre.className = "boutons";
  for (const nom of Object.keys(gestes)) {
    const bouton = document.createElement("button");
    bouton.type = "button";
    bouton.className = "bouton discret";
    bouton.textContent = nom;
    bouton.addEventListener("click", () => faire(nom));
    barre.append(bouton);
  }
  cadre.after(barre, dire);
  cadre.addEventListener("keydown", (touche) => {
    if (touches[touche.key] && !touche.ctrlKey && !touche.metaKey && !touche.altKey) {
      touche.preventDefault();
      faire(touches[touche.key]);
    }
  });
}
