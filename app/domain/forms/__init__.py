"""Forms that an office writes in Excel: the definition, its expressions, and filling one (requirements F, H–R, U, V,
X, Y).

``read`` makes a ``Form`` of a published definition, ``Filling`` fills it on a phone, ``check`` checks the answers on
the server. Whatever is worked out is worked out by the same functions on both. ``docs/forms.md`` says what an office
can write.
"""

from app.domain.forms.checking import Difference, Remembered, check
from app.domain.forms.definition import Choice, Form, Question, read, write
from app.domain.forms.filling import Facts, Filling, NoTables, Tables
from app.domain.forms.places import Place

__all__ = [
    "Choice", "Difference", "Facts", "Filling", "Form", "NoTables", "Place", "Question", "Remembered",
    "Tables", "check", "read", "write",
]  # fmt: skip
