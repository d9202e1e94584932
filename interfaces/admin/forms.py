"""Forms with the widgets of the admin."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from unfold import widgets

from crm.models import Workspace


class WorkspaceChoice(forms.ModelChoiceField[Workspace]):
    """A choice among workspaces, by their names."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} ({obj.slug})" if obj.name != obj.slug else str(obj.slug)


class WorkspaceForm(forms.Form):
    """A form for something new in a workspace. Who runs but one is not asked which."""

    workspace = WorkspaceChoice(
        queryset=Workspace.objects.none(),
        widget=widgets.UnfoldAdminSelectWidget(),
        empty_label="Choose a workspace",
    )

    def __init__(
        self, *args: Any, workspaces: QuerySet[Workspace], **kwargs: Any
    ) -> None:
        """Take the workspaces that may be chosen."""
        super().__init__(*args, **kwargs)
        choice = self.fields["workspace"]
        assert isinstance(choice, forms.ModelChoiceField)
        choice.queryset = workspaces
        (only,) = workspaces[:2] if workspaces[:2].count() == 1 else (None,)
        if only is not None:
            choice.initial = only.pk
            choice.widget = forms.HiddenInput()


def text_field(label: str, **options: Any) -> forms.CharField:
    """Return a field for a line of text."""
    return forms.CharField(
        label=label, widget=widgets.UnfoldAdminTextInputWidget(), **options
    )


def choice_field(label: str, choices: Any, **options: Any) -> forms.ChoiceField:
    """Return a field for one of several choices."""
    return forms.ChoiceField(
        label=label,
        choices=choices,
        widget=widgets.UnfoldAdminSelectWidget(),
        **options,
    )


def number_field(label: str, **options: Any) -> forms.IntegerField:
    """Return a field for a whole number, or nothing."""
    return forms.IntegerField(
        label=label,
        required=False,
        widget=widgets.UnfoldAdminIntegerFieldWidget(),
        **options,
    )


def switch(label: str, **options: Any) -> forms.BooleanField:
    """Return a field for yes or no."""
    return forms.BooleanField(
        label=label,
        required=False,
        widget=widgets.UnfoldBooleanSwitchWidget(),
        **options,
    )


def date_field(label: str, **options: Any) -> forms.DateField:
    """Return a field for a day, which the browser has its own way to choose."""
    classes = " ".join(widgets.INPUT_CLASSES)
    return forms.DateField(
        label=label,
        widget=forms.DateInput({"type": "date", "class": classes}, "%Y-%m-%d"),
        **options,
    )
