"""Les fichiers refusés, et le début de la phrase que lit la personne."""

from __future__ import annotations

from portail.pieces.refus import TAILLE_MAX, Refus
from tests.pieces import pdf_hostiles as pieges
from tests.pieces.cas import (
    AVIF,
    DESSIN,
    EXCEL,
    PAGE_WEB,
    PROGRAMME,
    VIDEO,
    WORD,
    WORD_ANCIEN,
    Refuse,
    coupe,
    heic,
    heic_annonce,
    jpeg_annonce,
    pdf_simple,
    png,
    tel_quel,
)
from tests.pieces.fabrique import EICAR, archive, coder, gonflable, image, png_annonce

_TROP_LOURD = "est trop lourd à ouvrir pour notre service. "
_ABIME = "est abîmé ou incomplet : nous n’arrivons pas à l’ouvrir. "
_GRANDE = "contient une image trop grande : elle compte {} millions de points, la limite est de 50 millions. "


REFUSES = (
    Refuse("vide", "vide.pdf", tel_quel(b""), Refus.VIDE, "est vide. "),
    Refuse(
        "trop gros",
        "gros.pdf",
        lambda: b"%PDF-" + bytes(19_083_000),
        Refus.TROP_GROS,
        "pèse 18,2 Mo. La limite",
    ),
    Refuse(
        "lu jusqu'à la limite",
        "gros.jpg",
        lambda: bytes(TAILLE_MAX + 1),
        Refus.TROP_GROS,
        "pèse plus de 15 Mo. La limite est de 15 Mo. ",
    ),
    # Ce que nous ne lisons pas, sous son vrai nom.
    Refuse("Word", "cv.docx", WORD, Refus.TYPE, "est un document Word. Nous acceptons les PDF"),
    Refuse("vieux Word", "cv.doc", tel_quel(WORD_ANCIEN), Refus.TYPE, "est un document Word. "),
    Refuse("Excel", "paie.xlsx", EXCEL, Refus.TYPE, "est un tableau Excel. "),
    Refuse("dossier compressé", "pieces.zip", lambda: archive("a.pdf"), Refus.TYPE, "est un dossier compressé. "),
    Refuse(
        "texte",
        "lettre.txt",
        tel_quel("J’habite à Évry.\n".encode()),
        Refus.TYPE,
        "est un fichier de texte. ",
    ),
    Refuse(
        "rtf",
        "lettre.rtf",
        tel_quel(b"{\\rtf1 Bonjour}"),
        Refus.TYPE,
        "est un document de traitement de texte. ",
    ),
    Refuse(
        "courriel",
        "mail.eml",
        tel_quel(b"From: a@b.fr\nSubject: x\n\n"),
        Refus.TYPE,
        "est un courriel enregistré. ",
    ),
    Refuse("dessin SVG", "plan.svg", tel_quel(DESSIN), Refus.TYPE, "est un dessin. "),
    Refuse("GIF", "photo.gif", lambda: coder(image(), "GIF"), Refus.TYPE, "est une image d’un autre format. "),
    Refuse("WebP", "photo.webp", lambda: coder(image(), "WEBP"), Refus.TYPE, "est une image d’un autre format. "),
    Refuse("TIFF", "scan.tiff", lambda: coder(image(), "TIFF"), Refus.TYPE, "est une image d’un autre format. "),
    Refuse("vidéo", "film.mp4", tel_quel(VIDEO), Refus.TYPE, "est une vidéo. "),
    Refuse(
        "sans extension",
        "scan",
        tel_quel(b"\x00\x01\x02" * 99),
        Refus.TYPE,
        "est d’un type que nous ne lisons pas. ",
    ),
    # La même chose, renommée.
    Refuse("Word renommé", "cv.pdf", WORD, Refus.RENOMME, "est en réalité un document Word. Changer le nom"),
    Refuse("Excel renommé", "paie.jpg", EXCEL, Refus.RENOMME, "est en réalité un tableau Excel. "),
    Refuse(
        "archive renommée", "scan.pdf", lambda: archive("a.txt"), Refus.RENOMME, "est en réalité un dossier compressé. "
    ),
    Refuse("page web renommée", "avis.pdf", tel_quel(PAGE_WEB), Refus.RENOMME, "est en réalité une page web. "),
    Refuse(
        "page web UTF-16",
        "a.jpg",
        tel_quel(PAGE_WEB.decode().encode("utf-16")),
        Refus.RENOMME,
        "est en réalité une page web. ",
    ),
    Refuse("page web et PDF", "a.pdf", lambda: PAGE_WEB + pdf_simple(), Refus.RENOMME, "est en réalité une page web. "),
    Refuse("SVG renommé", "photo.jpg", tel_quel(DESSIN), Refus.RENOMME, "est en réalité un dessin. "),
    Refuse("programme renommé", "photo.jpg", tel_quel(PROGRAMME), Refus.RENOMME, "est en réalité un programme. "),
    Refuse("ELF renommé", "scan.pdf", tel_quel(b"\x7fELF" + bytes(99)), Refus.RENOMME, "est en réalité un programme. "),
    Refuse(
        "script renommé", "scan.pdf", tel_quel(b"#!/bin/sh\nrm -rf ~\n"), Refus.RENOMME, "est en réalité un programme. "
    ),
    Refuse("vidéo renommée", "photo.jpg", tel_quel(VIDEO), Refus.RENOMME, "est en réalité une vidéo. "),
    Refuse("AVIF renommé", "photo.jpg", tel_quel(AVIF), Refus.RENOMME, "est en réalité une image d’un autre format. "),
    Refuse("texte EICAR renommé", "scan.pdf", tel_quel(EICAR), Refus.RENOMME, "est en réalité un fichier de texte. "),
    # Deux choses à la fois.
    Refuse(
        "faux PDF à script",
        "avis.pdf",
        tel_quel(b"%PDF-1.4\n<script>alert(1)</script>"),
        Refus.POLYGLOTTE,
        "porte la marque d’un PDF, mais contient autre chose. ",
    ),
    Refuse(
        "faux PDF et archive",
        "avis.pdf",
        lambda: b"%PDF-1.4\n" + archive("a.exe"),
        Refus.POLYGLOTTE,
        "porte la marque d’un PDF, mais contient autre chose. ",
    ),
    # Fermés, coupés, abîmés.
    Refuse(
        "mot de passe",
        "paie.pdf",
        lambda: pieges.protege("secret"),
        Refus.PROTEGE,
        "est protégé par un mot de passe : ",
    ),
    Refuse("JPEG coupé", "a.jpg", coupe(lambda: coder(image((900, 900)), "JPEG"), 0.5), Refus.ILLISIBLE, _ABIME),
    Refuse("PNG coupé", "a.png", coupe(png, 0.5), Refus.ILLISIBLE, _ABIME),
    Refuse("HEIC coupé", "a.heic", coupe(heic, 0.6), Refus.ILLISIBLE, _ABIME),
    Refuse("PDF coupé à la moitié", "a.pdf", coupe(pdf_simple, 0.5), Refus.ILLISIBLE, _ABIME),
    Refuse("PDF coupé à la fin", "a.pdf", coupe(pdf_simple, 0.95), Refus.ILLISIBLE, _ABIME),
    Refuse("dessin abîmé", "a.pdf", pieges.dessin_abime, Refus.ILLISIBLE, _ABIME),
    Refuse("octets quelconques", "a.pdf", tel_quel(bytes(range(128, 256)) * 20), Refus.ILLISIBLE, _ABIME),
    Refuse("octets nuls", "a.jpg", tel_quel(bytes(5000)), Refus.ILLISIBLE, _ABIME),
    Refuse("JPEG sans rien", "a.jpg", tel_quel(b"\xff\xd8\xff\xe0"), Refus.ILLISIBLE, _ABIME),
    Refuse("PDF sans page", "a.pdf", pieges.sans_page, Refus.ILLISIBLE, _ABIME),
    Refuse(
        "formulaire d'écran",
        "cerfa.pdf",
        pieges.a_ecran_seulement,
        Refus.FORMULAIRE,
        "est un formulaire à remplir à l’écran : ",
    ),
    Refuse(
        "classeur",
        "tout.pdf",
        pieges.classeur,
        Refus.CLASSEUR,
        "est un classeur qui contient d’autres fichiers. ",
    ),
    # Bombes.
    Refuse(
        "PNG 60 000 × 60 000",
        "a.png",
        lambda: png_annonce(60_000, 60_000),
        Refus.IMAGE_TROP_GRANDE,
        _GRANDE.format("3\u202f600"),
        True,
    ),
    Refuse(
        "PNG 9 000 × 9 000",
        "a.png",
        lambda: png_annonce(9_000, 9_000),
        Refus.IMAGE_TROP_GRANDE,
        _GRANDE.format(81),
        True,
    ),
    Refuse(
        "JPEG 65 000 × 65 000",
        "a.jpg",
        lambda: jpeg_annonce(65_000),
        Refus.IMAGE_TROP_GRANDE,
        _GRANDE.format("4\u202f225"),
        True,
    ),
    Refuse(
        "HEIC 60 000 × 60 000",
        "a.heic",
        lambda: heic_annonce(60_000),
        Refus.IMAGE_TROP_GRANDE,
        _GRANDE.format("3\u202f600"),
        True,
    ),
    Refuse(
        "PNG à texte gonflable",
        "a.png",
        lambda: png_annonce(10, 10, (b"zTXt", b"a\0\0" + gonflable(200_000_000))),
        Refus.ILLISIBLE,
        _ABIME,
        True,
    ),
    Refuse("PDF, dessin de 200 Mo", "a.pdf", pieges.bombe_de_dessin, Refus.TROP_COMPLEXE, _TROP_LOURD, True),
    Refuse("PDF, bombe dans une bombe", "a.pdf", pieges.bombe_dans_une_bombe, Refus.TROP_COMPLEXE, _TROP_LOURD, True),
    Refuse("PDF, longueurs", "a.pdf", pieges.bombe_de_longueurs, Refus.TROP_COMPLEXE, _TROP_LOURD, True),
    Refuse("PDF, images de 900 Mo", "a.pdf", pieges.bombe_d_images, Refus.TROP_COMPLEXE, _TROP_LOURD, True),
    Refuse("PDF, table de 200 Mo", "a.pdf", pieges.bombe_d_objets, Refus.ILLISIBLE, _ABIME, True),
    Refuse(
        "PDF, page citée deux millions de fois", "a.pdf", pieges.pages_repetees, Refus.TROP_COMPLEXE, _TROP_LOURD, True
    ),
    Refuse(
        "PDF, image annoncée géante",
        "a.pdf",
        lambda: pieges.image_annoncee(60_000, 60_000),
        Refus.IMAGE_TROP_GRANDE,
        _GRANDE.format("3\u202f600"),
        True,
    ),
    Refuse(
        "PDF de 101 pages",
        "a.pdf",
        lambda: pieges.a_pages(101),
        Refus.TROP_DE_PAGES,
        "compte 101 pages. La limite",
    ),
    Refuse(
        "PDF de 10 000 pages",
        "a.pdf",
        lambda: pieges.a_pages(10_000),
        Refus.TROP_DE_PAGES,
        "compte 10\u202f000 pages. ",
        True,
    ),
    Refuse(
        "PDF qui ment sur ses pages",
        "a.pdf",
        lambda: pieges.a_pages(5_000, 1),
        Refus.TROP_DE_PAGES,
        "compte plus de 100 pages. ",
        True,
    ),
    Refuse("PDF, boucle de pages", "a.pdf", pieges.boucle_de_pages, Refus.ILLISIBLE, _ABIME, True),
    Refuse("PDF, pages infinies", "a.pdf", pieges.pages_infinies, Refus.ILLISIBLE, _ABIME, True),
    Refuse("PDF, boucle de dessins", "a.pdf", pieges.boucle_de_dessins, Refus.ILLISIBLE, _ABIME, True),
    Refuse("PDF, page géante", "a.pdf", pieges.page_geante, Refus.TROP_COMPLEXE, _TROP_LOURD, True),
)
