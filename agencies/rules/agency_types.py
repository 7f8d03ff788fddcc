"""Types of agency (domain.md §1.1, §1.7, §5). Labels are message ids of the catalogues."""

from __future__ import annotations


def _(message: str) -> str:
    return message


AGENCY_TYPES: dict[str, str] = {
    "POL": _("Police unit for women and children"),
    "HOT": _("Hotline"),
    "SAPA": _("National hotline SAPA"),
    "UPTD": _("Unit for protection of women and children"),
    "PPT": _("Hospital integrated service"),
    "PKM": _("Community health centre"),
    "SHL": _("Safe house"),
    "RPTC": _("Protection and trauma centre"),
    "SNT-A": _("Children's centre"),
    "SNT-W": _("Women's centre"),
    "DSOS": _("Social affairs office"),
    "LPSK": _("Witness and victim protection"),
    "OBH": _("Legal aid"),
    "BP3MI": _("Migrant worker protection"),
    "KBRI": _("Indonesian mission abroad"),
    "IMI": _("Immigration"),
    "BKK": _("Port health"),
    "BAPAS": _("Probation office"),
    "JPU": _("Prosecutor or court"),
    "IOM": _("Migration organisation"),
    "NGO": _("Civil society organisation"),
    "DPO": _("Disability organisation"),
    "DISDUK": _("Civil registration"),
    "DISDIK": _("Education office"),
    "DISNAKER": _("Manpower office"),
    "BLK": _("Vocational training centre"),
    "BPJS": _("Health insurance"),
    "KUA": _("Religious affairs office"),
    "PA": _("Religious court"),
    "EMB": _("Foreign embassy"),
    "INF": _("Informal support"),
    "OTHER": _("Other agency"),
}
