"""Two questions to the database at once."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from review.abreast import both_answers
from review.models import Project


def asked_by() -> tuple[int, int]:
    """How many projects there are, and the thread that asked."""
    return Project.objects.count(), threading.get_ident()


@pytest.mark.django_db
def test_within_a_transaction_one_connection_answers_both() -> None:
    Project.objects.create(name="尚未落定")
    one, other = both_answers(asked_by, asked_by)
    assert one == other == (1, threading.get_ident())


@pytest.mark.django_db(transaction=True)
def test_outside_of_one_both_see_what_is_there() -> None:
    Project.objects.create(name="已落定")
    (count, here), (same, there) = both_answers(asked_by, asked_by)
    assert count == same == 1
    assert here == threading.get_ident()
    assert (there != here) == (connection.vendor == "postgresql")


@pytest.mark.django_db(transaction=True)
def test_a_question_that_breaks_down_is_told() -> None:
    def broken() -> int:
        raise ZeroDivisionError

    for one, other in ((asked_by, broken), (broken, asked_by)):
        with pytest.raises(ZeroDivisionError):
            both_answers(one, other)
