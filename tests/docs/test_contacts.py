"""The requests in docs/contacts.md are answered as they stand there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client

from crm.keys import create_key
from crm.models import Scope, Workspace

TEXT = (Path(__file__).parents[2] / "docs" / "contacts.md").read_text()
CURL = re.compile(r'^curl -s "http://localhost:8000(\S+)" -H "(\S+): ?(.*)"$', re.M)


@pytest.mark.parametrize(("path", "header", "value"), CURL.findall(TEXT))
def test_examples_are_answered(
    workspace: Workspace, path: str, header: str, value: str
) -> None:
    secret = create_key(workspace=workspace, scopes=[Scope.READ]).secret

    answer = Client().get(path, headers={header: value.replace("$KEY", secret)})

    assert answer.status_code == 200


def test_every_example_is_tried() -> None:
    assert len(CURL.findall(TEXT)) == TEXT.count("curl ") == 3
