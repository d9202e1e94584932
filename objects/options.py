"""Options of selects: their ids, labels and colours."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from crm.json_types import JSONObject
from objects.folding import fold

CHOOSING = frozenset({"select", "multi_select"})
"""The types whose values are chosen from options."""


def completed(
    options: Sequence[JSONObject], there: Sequence[JSONObject]
) -> list[JSONObject]:
    """Return options with an id and a colour each.

    One that was sent without an id is the option ``there`` with its label, in any case,
    or with the id that its label would give; what was not sent of it stays. A new one
    gets an id that no other has.
    """
    ids = {str(one["id"]): one for one in there}
    taken = {str(one["id"]) for one in options if "id" in one}
    named = [str(one["label"]) for one in options if "id" not in one]
    labels = ids_meant(named, there, taken)
    spoken_for = taken | set(labels.values())
    found: list[JSONObject] = []
    for option in options:
        label = str(option["label"])
        wanted = labels.get(label, option_id(label))
        is_free = wanted not in taken and (label in labels or wanted not in spoken_for)
        free = wanted if is_free else free_id(option_id(label), {*taken, *ids})
        id_ = str(option.get("id", free))
        taken.add(id_)
        color = ids.get(id_, {}).get("color", "gray")
        found.append({"color": color} | option | {"id": id_})
    return [{name: one[name] for name in ("id", "label", "color")} for one in found]


def ids_meant(
    labels: Sequence[str], there: Sequence[JSONObject], taken: Collection[str]
) -> dict[str, str]:
    """Return the ids of the options ``there`` that labels mean, if they mean any.

    A label means the option that has it to the letter; else the only one that has it in
    another case, if no other label means that one and its id is not ``taken``.
    """
    exact = {str(one["label"]): str(one["id"]) for one in there}
    meant = {label: exact[label] for label in labels if label in exact}
    gone = {*taken, *meant.values()}
    others: dict[str, list[str]] = {}
    for label, id_ in exact.items():
        if id_ not in gone:
            others.setdefault(fold(label), []).append(id_)
    for label in labels:
        if label not in meant and len(others.get(fold(label), ())) == 1:
            meant[label] = others.pop(fold(label))[0]
    return meant


def option_id(label: str) -> str:
    """Return the id that an option gets from its label."""
    return re.sub(r"[^\w]+", "_", label.lower()).strip("_") or "option"


def free_id(wanted: str, taken: Collection[str]) -> str:
    """Return an id like the one that is wanted, which is not taken."""
    names = (f"{wanted}_{number}" for number in range(2, len(taken) + 3))
    return next(name for name in (wanted, *names) if name not in taken)


def labels_by_id(options: Iterable[JSONObject]) -> dict[str, str]:
    """Return the labels of options by their ids, in order."""
    return {str(option["id"]): str(option["label"]) for option in options}


def traded_labels(
    old: Iterable[JSONObject], new: Iterable[JSONObject]
) -> Iterator[str]:
    """Yield labels that go from one option to another, where one of them stays.

    Records know options by their labels, so that it could not be told what they have.
    """
    before, after = labels_by_id(old), labels_by_id(new)
    owners = {label: id_ for id_, label in before.items()}
    for id_, label in after.items():
        former = owners.get(label, id_)
        if former != id_ and (id_ in before or former in after):
            yield label


def is_reordered(old: dict[str, str], new: dict[str, str]) -> bool:
    """Whether options that stay have another order than before."""
    return any(
        list(new).index(id_) != index for index, id_ in enumerate(old) if id_ in new
    )
