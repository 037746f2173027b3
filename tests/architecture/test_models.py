"""Every model says what it holds about people."""

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models

from majung.core.personal import PersonalData


def our_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("majung.")]


def test_every_model_declares_its_personal_data() -> None:
    silent = [model.__name__ for model in our_models() if "personal" not in vars(model)]
    assert silent == []


def test_personal_fields_exist() -> None:
    wrong = []
    for model in our_models():
        declared = getattr(model, "personal", None)
        if declared is None:
            continue
        assert isinstance(declared, PersonalData), model
        for name in declared.fields:
            try:
                model._meta.get_field(name)
            except FieldDoesNotExist:
                wrong.append(f"{model.__name__}.{name}")
    assert wrong == []


def test_fields_that_name_people_are_declared() -> None:
    telling = {"email", "phone", "address", "ip", "ip_address", "birthday", "nickname"}
    wrong = []
    for model in our_models():
        declared = getattr(model, "personal", None)
        fields = set(declared.fields) if declared else set()
        names = {field.name for field in model._meta.get_fields()}
        wrong += [f"{model.__name__}.{name}" for name in sorted((telling & names) - fields)]
    assert wrong == []
