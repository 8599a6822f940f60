"""All forms of a run as batch rules see them: cards to find partners by, views to judge them side by side."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from audit.cards import FormCard, form_to_card
from audit.cells import Context
from audit.kinship import YearLink, link_years
from audit.notebook import Notebook
from audit.twins import Twin, find_twins
from audit.view import FormView
from domain.form import Form


def form_name(form: Form) -> str:
    """How evidence names another form: ``source#index``."""
    return f"{form.document.path}#{form.index}"


class BatchView:
    """Every form of a run. What several rules need of all forms together is worked out once."""

    def __init__(self, forms: Sequence[Form], *, context: Context) -> None:
        self.forms = tuple(forms)
        self.context = context
        self.thresholds = context.thresholds

    def side_by_side(self, places: Sequence[int]) -> tuple[FormView, ...]:
        """A view of each form, with a notebook of its own; the first is the one a finding would stand on."""
        first, *others = (self.forms[place] for place in places)
        names = ["", *(form_name(form) for form in others)]
        return tuple(
            FormView(form, context=self.context, notebook=Notebook(self.thresholds, form=name))
            for form, name in zip((first, *others), names, strict=True)
        )

    @cached_property
    def all_cards(self) -> tuple[FormCard, ...]:
        """One card for every form, by place."""
        views = (FormView(form, context=self.context, notebook=Notebook(self.thresholds)) for form in self.forms)
        return tuple(form_to_card(view, place=place) for place, view in enumerate(views))

    @cached_property
    def twins(self) -> tuple[Twin, ...]:
        """Forms that were handed in before in this batch."""
        return find_twins(self.all_cards, thresholds=self.thresholds)

    @cached_property
    def cards(self) -> tuple[FormCard, ...]:
        """The cards of all forms but the copies: what is handed in twice counts once."""
        copies = {twin.place for twin in self.twins if twin.is_copy}
        return tuple(card for card in self.all_cards if card.place not in copies)

    @cached_property
    def year_links(self) -> tuple[YearLink, ...]:
        """Every form with the form of the same project in an earlier year, or with its target table."""
        return link_years(self.cards, thresholds=self.thresholds)
