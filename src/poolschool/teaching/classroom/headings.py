"""What the columns of a list of students are called, in several languages and LMSs."""

from collections.abc import Sequence

from poolschool.teaching.classroom.identity import fold

# Headings that mean the same, in the order in which they serve as key; compared as `folded` gives them.
LOGINS = (
    *("login", "username", "user name", "sis login id", "login id", "student login", "user id", "userid"),
    *("anmeldename", "benutzername", "nutzername", "kennung", "nutzerkennung", "nom d'utilisateur", "identifiant"),
    *("логин", "имя пользователя"),
)
EMAILS = (
    *("email", "e-mail", "email address", "e-mail address", "mail", "e-mail-adresse", "mailadresse", "e-mailadresse"),
    *("adresse de courriel", "courriel", "adresse e-mail", "adresse électronique", "электронная почта", "эл. почта"),
    *("почта", "адрес электронной почты", "адрес эл. почты", "emailadresse", "email-adresse"),
)
NUMBERS = (
    *("id number", "sis user id", "student id", "student number", "sid", "matrikelnummer", "matrikelnr", "matrikelnr."),
    *("matr.-nr.", "matrikel-nr.", "id-nummer", "id nummer", "numéro d'identification", "numéro étudiant"),
    *("n° étudiant", "no étudiant", "numéro d'étudiant", "номер", "табельный номер", "номер зачётной книжки"),
    *("зачётная книжка", "индивидуальный номер", "идентификационный номер"),
)
OTHERS = ("key", "id")  # whose number that is nobody knows: it tells students apart here, and goes into no LMS's column
FIRST = ("first name", "firstname", "given name", "vorname", "prénom", "имя")
LAST = (
    "surname",
    "last name",
    "lastname",
    "family name",
    "nachname",
    "familienname",
    "nom de famille",
    "nom",
    "фамилия",
)
NAMES = (
    *("name", "full name", "student name", "fullname", "vollständiger name", "nom complet", "nom et prénom", "фио"),
    *("полное имя", "ф.и.о.", "имя и фамилия", "фамилия и имя", "фамилия имя отчество", "студент"),
)
KEYS = (*LOGINS, *EMAILS, *NUMBERS, *OTHERS)


def plain_headings(titles: Sequence[str]) -> list[str]:
    """Give the headings as they are compared."""
    return [fold(title).strip("* :") for title in titles]


def list_source(headings: Sequence[str], points_row: bool) -> str:
    """Say whose export this is by the columns and the row that nobody else writes."""
    person = "student" in headings or {"lastname", "firstname"} <= set(headings)
    own_ids = bool({"sis login id", "sis user id"} & set(headings))
    canvas = person and (own_ids or (points_row and {"id", "section"} <= set(headings)))
    return "canvas" if canvas else "own"


def key_columns(headings: Sequence[str], source: str) -> list[str]:
    """Give the columns that tell students apart, the one that serves as key first."""
    # Canvas's `Student` is a name, and its `ID` a number of its own that nobody else knows.
    names = [name for name in KEYS if name != "id"] if source == "canvas" else ["student", *KEYS]
    return [name for name in names if name in headings]
