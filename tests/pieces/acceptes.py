"""Les fichiers acceptés, parfois inattendus, et ce qu'ils deviennent."""

from __future__ import annotations

from tests.pieces import pdf_hostiles as pieges
from tests.pieces.cas import PAGE_WEB, Accepte, heic, jpeg, pdf_simple, png
from tests.pieces.fabrique import archive, coder, exif, image, page, pdf_brut

ACCEPTES = (
    Accepte("JPEG", "photo.jpeg", jpeg, "photo.jpg"),
    Accepte("JPEG progressif", "photo.jpg", lambda: coder(image(), "JPEG", progressive=True), "photo.jpg"),
    Accepte("JPEG CMJN", "photo.jpg", lambda: coder(image(mode="CMYK"), "JPEG"), "photo.jpg"),
    Accepte("JPEG géolocalisé", "IMG_2024.JPG", lambda: coder(image(), "JPEG", exif=exif(6)), "IMG_2024.jpg"),
    Accepte("JPEG à EXIF abîmé", "a.jpg", lambda: coder(image(), "JPEG", exif=b"Exif\0\0MM\0*\0\0\xff\xff"), "a.jpg"),
    Accepte("JPEG nommé .pdf", "scan.pdf", jpeg, "scan.jpg"),
    Accepte("JPEG nommé .exe", "photo.jpg.exe", jpeg, "photo.jpg"),
    Accepte("JPEG sans extension", "image", jpeg, "image.jpg"),
    Accepte("JPEG et archive", "a.jpg", lambda: jpeg() + archive("virus.exe"), "a.jpg"),
    Accepte("JPEG et page web", "a.jpg", lambda: coder(image(), "JPEG", comment=PAGE_WEB), "a.jpg"),
    Accepte("PNG", "a.png", png, "a.jpg"),
    Accepte("PNG 16 bits", "a.png", lambda: coder(image().convert("L").convert("I;16"), "PNG"), "a.jpg"),
    Accepte("PNG transparent", "a.png", lambda: coder(image(mode="RGBA"), "PNG"), "a.jpg"),
    Accepte("PNG palette transparente", "a.png", lambda: coder(image(mode="P"), "PNG", transparency=0), "a.jpg"),
    Accepte(
        "PNG animé",
        "a.png",
        lambda: coder(image(), "PNG", save_all=True, append_images=[image().rotate(180), image()], duration=100),
        "a.jpg",
    ),
    Accepte("HEIC", "IMG_0001.HEIC", heic, "IMG_0001.jpg"),
    Accepte(
        "HEIC de deux photos", "a.heif", lambda: coder(image(), "HEIF", save_all=True, append_images=[image()]), "a.jpg"
    ),
    Accepte("PDF", "paie.pdf", pdf_simple, "paie.pdf", 3),
    Accepte("PDF de 100 pages", "a.pdf", lambda: pieges.a_pages(100), "a.pdf", 100),
    Accepte("PDF nommé .jpg", "paie.jpg", pdf_simple, "paie.pdf", 3),
    Accepte("PDF non modifiable", "a.pdf", lambda: pieges.protege(""), "a.pdf"),
    Accepte("PDF actif", "a.pdf", pieges.actif, "a.pdf"),
    Accepte("PDF rempli", "a.pdf", pieges.rempli, "a.pdf"),
    Accepte("PDF mal rangé", "a.pdf", pieges.mal_range, "a.pdf"),
    Accepte("PDF suivi d'une archive", "a.pdf", lambda: pdf_simple() + archive("virus.exe"), "a.pdf", 3),
    Accepte("PDF précédé d'un blanc", "a.pdf", lambda: b"\r\n\xef\xbb\xbf"[:2] + pdf_simple(), "a.pdf", 3),
    Accepte(
        "PDF sans format de page",
        "a.pdf",
        lambda: pdf_brut([b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", page()]),
        "a.pdf",
    ),
)
