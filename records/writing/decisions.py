"""What becomes of one row: create, update, leave, delete or refuse."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from uuid import UUID

from crm.errors import (
    MalformedDocument,
    Refusal,
    Refused,
    ValueTaken,
)
from crm.json_types import JSON, JSONObject
from crm.jsonapi.documents import TypeMismatch
from objects.models import Field
from objects.schema import moved
from records.ids import encode_id
from records.writing.batch import Batch
from records.writing.claims import Collided
from records.writing.drafts import Draft, keys_of, unique_keys
from records.writing.operations import (
    Delete,
    MultipleMatches,
    NothingToShow,
    OnMatch,
    RecordNotFound,
    Repeat,
    RepeatedInBatch,
    Strategy,
    Update,
    Upsert,
    Write,
)
from records.writing.rows import (
    Key,
    PlannedLinks,
    Row,
    SoftMatch,
    Target,
    missing_values,
    not_found,
)

EARLIER = "An earlier row of the request means the same record."


class Decision:
    """Decides about the rows of a batch, one after the other.

    A row that is refused leaves the drafts, the links and the claims as they were.
    """

    def __init__(self, batch: Batch, on_repeat: Repeat) -> None:
        self.batch = batch
        self.on_repeat = on_repeat

    def decide(self, row: Row) -> Draft | None:
        """Return the draft that a row ends in, or None if it is refused."""
        try:
            if not row.refusals:
                return self._decide(row)
            row.refusals += self._other_problems(row)
            if isinstance(row.operation, Update | Delete):
                self._named(row, row.operation)
        except Refusal as refusal:
            row.refusals.append(refusal)
        except Refused as several:
            row.refusals += [refusal for _, refusal in several.refusals]
        return None

    def _other_problems(self, row: Row) -> list[Refusal]:
        """Return what else is wrong with a row that is refused anyway."""
        problems = self._missing_targets(row)
        is_other = any(isinstance(refusal, TypeMismatch) for refusal in row.refusals)
        if isinstance(row.operation, Write) and not is_other:
            creates = isinstance(row.operation, Upsert) and not row.keys()
            problems += missing_values(row, row.values, is_new=creates)
        return problems

    def _decide(self, row: Row) -> Draft:
        match row.operation:
            case Upsert() as operation:
                return self._upsert(row, operation)
            case Delete() as operation:
                return self._delete(row, operation)
            case Update() as operation:
                draft = self._named(row, operation)
                self._change(row, draft, row.strategies)
                return draft
        raise TypeError(row.operation)

    def _upsert(self, row: Row, operation: Upsert) -> Draft:
        found = self._match(row, operation)
        if found is None:
            draft = Draft(row.id, row.schema, {}, {}, visible_to=row.viewers)
            row.values |= row.initial
            self._change(row, draft, row.strategies)
            self.batch.matching.note(draft)
            return draft
        field, draft = found
        operation.precondition.check(draft.version)
        if operation.on_match == OnMatch.REFUSE:
            raise self._taken(row, field, draft)
        if operation.on_match == OnMatch.SKIP:
            return draft
        strategies = dict(row.strategies)
        if field.is_collection:
            strategies.setdefault(field.slug, Strategy.APPEND)
        self._change(row, draft, strategies)
        self.batch.matching.note(draft)
        return draft

    def _delete(self, row: Row, operation: Delete) -> Draft:
        draft = self._named(row, operation)
        for side in row.schema.relationships.values():
            self.batch.links.change(side, draft.id, Strategy.REPLACE, [])
        draft.is_deleted = draft.is_touched = True
        return draft

    def _named(self, row: Row, operation: Update | Delete) -> Draft:
        """Return the record that an operation names.

        Raises:
            RecordNotFound: if there is none that the caller may see.
            RepeatedInBatch: if an earlier row named it, and that is not allowed.
            VersionMismatch: if its version is none that the client asked for.
        """
        draft = self.batch.drafts.get(row.id)
        if draft is None or draft.schema is not row.schema:
            raise not_found(operation)
        if draft.is_deleted and self.on_repeat == Repeat.FOLD:
            raise not_found(operation)
        if not draft.is_visible_to(self.batch.actor):
            raise not_found(operation)
        self._check_repeat(draft, operation.id_at)
        operation.precondition.check(draft.version)
        return draft

    def _match(self, row: Row, operation: Upsert) -> tuple[Field, Draft] | None:
        """Return the record that shares a unique value, and the field of that value.

        Raises:
            MultipleMatches: if several records do.
            ValueTaken: if the caller may not see the one that does.
            RepeatedInBatch: if an earlier row meant it, and that is not allowed.
        """
        for field, found in self._candidates(row, operation):
            if len(found) > 1:
                place = {row.place(field.slug): "Several records have these values."}
                raise MultipleMatches(place, meta=self._matches(list(found.values())))
            for draft in found.values():
                if not draft.is_visible_to(self.batch.actor):
                    raise self._taken(row, field, draft)
                self._check_repeat(draft, row.place(field.slug))
                return field, draft
        return None

    def _candidates(
        self, row: Row, operation: Upsert
    ) -> Iterator[tuple[Field, dict[UUID, Draft]]]:
        """Return the fields by which a record may be known, and who is."""
        if operation.soft_matches is not None:
            for known in row.soft_matches:
                draft = self._known(row, known)
                yield known.field, {draft.id: draft} if draft else {}
            return
        keys = row.keys()
        for field in match_fields(row, operation):
            holders = (
                self._holder(row, field, key) for key in keys.get(field.slug, [])
            )
            yield field, {draft.id: draft for draft in holders if draft}

    def _known(self, row: Row, known: SoftMatch) -> Draft | None:
        if known.field.unique:
            return self._holder(row, known.field, known.key)
        return self.batch.matching.oldest(known, self.batch.drafts)

    def _holder(self, row: Row, field: Field, key: Key) -> Draft | None:
        """Return the record that holds a value when it is this row's turn.

        Raises:
            Collided: if a stored one has lost the value since we looked.
        """
        claims = self.batch.claims
        record = claims.holders.get(key)
        if record is None:
            return None
        draft = self.batch.drafts.get(record)
        if draft is None:
            raise Collided
        if draft.is_deleted:
            return None
        if key[1] in keys_of(field, draft.attributes.get(field.slug)):
            return draft
        if not draft.is_touched:
            raise Collided
        return None

    def _change(
        self, row: Row, draft: Draft, strategies: Mapping[str, Strategy]
    ) -> None:
        """Apply the row's values and links to a record.

        Raises:
            Refused: with all that is wrong. Then the record is as it was.
        """
        refusals = self._taken_values(row, draft) + self._missing_targets(row)
        attributes, details = dict(draft.attributes), dict(draft.details)
        refusals += self._set(row, draft, strategies)
        if refusals:
            draft.attributes, draft.details = attributes, details
            raise Refused([("", refusal) for refusal in refusals])
        draft.is_touched = True
        self.batch.drafts[draft.id] = draft
        self.batch.claims.give(row, draft.id)
        for plan in row.links:
            others = self._targets(plan, draft)
            self.batch.links.change(plan.relationship, draft.id, plan.how, others)

    def _set(
        self, row: Row, draft: Draft, strategies: Mapping[str, Strategy]
    ) -> list[Refusal]:
        """Set a record's values and details, and return what is wrong with them."""
        operation = row.operation
        assert isinstance(operation, Write)
        unfit = draft.set_values(row.values, strategies)
        unfit |= draft.set_parts(operation.parts)
        draft.set_defaults(row.defaults)
        draft.set_details(operation.details)
        draft.follow(row.values)
        refusals: list[Refusal] = [
            moved(refusal, row.place(slug)) for slug, refusal in unfit.items()
        ]
        needed = [row.schema.slug_of(name) for name in operation.needs]
        if needed and not any(map(draft.has_own, needed)):
            named = ", ".join(operation.needs)
            refusals.append(NothingToShow(f"One of these must have a value: {named}."))
        return refusals + missing_values(row, draft.attributes, is_new=draft.is_new)

    def _taken_values(self, row: Row, draft: Draft) -> list[Refusal]:
        """Return a refusal for each field with a value that another record holds."""
        refusals: dict[str, Refusal] = {}
        for slug, keys in row.keys().items():
            field = row.schema.kept_unique[slug]
            for key in keys:
                other = self._holder(row, field, key)
                if other is None or other.id == draft.id:
                    continue
                is_stored = key[1] in keys_of(field, other.before.get(slug))
                repeated = RepeatedInBatch({row.place(slug): EARLIER})
                taken = self._taken(row, field, other) if is_stored else repeated
                refusals.setdefault(slug, taken)
        return list(refusals.values())

    def _missing_targets(self, row: Row) -> list[Refusal]:
        """Return a refusal for each record to be linked that the caller has not."""
        return [
            RecordNotFound.named_at(target.at, target.name)
            for plan in row.links
            if plan.how != Strategy.REMOVE
            for target in plan.targets
            if self._target(target, plan) is None
        ]

    def _targets(self, plan: PlannedLinks, draft: Draft) -> list[UUID]:
        """Return the ids of the records to be linked, or to be linked no longer."""
        found = [self._target(target, plan) for target in plan.targets]
        ids = [other.id for other in found if other is not None]
        if plan.how == Strategy.REPLACE and not plan.relationship.is_to_one:
            ids += self._hidden_partners(plan, draft)
        return ids

    def _target(self, target: Target, plan: PlannedLinks) -> Draft | None:
        """Return a record to be linked, or None if it is not there for the caller.

        Raises:
            Collided: if it has lost the value by which it is named since we looked.
        """
        record_id = self.batch.target_id(target)
        other = self.batch.drafts.get(record_id) if record_id else None
        if record_id and self._is_outdated(target, other):
            raise Collided
        return other if other and self._can_be_linked(other, plan) else None

    def _is_outdated(self, target: Target, other: Draft | None) -> bool:
        """Whether the stored record that held a target's value has lost it since."""
        if target.key is None or target.key in self.batch.claims.claimed:
            return False
        if other is None:
            return True
        held = unique_keys(other.schema, other.attributes)
        return target.key not in held and not other.is_touched

    def _can_be_linked(self, other: Draft, plan: PlannedLinks) -> bool:
        is_fitting = other.schema.slug == plan.relationship.target
        is_there = not other.is_deleted and other.is_visible_to(self.batch.actor)
        return is_fitting and is_there

    def _hidden_partners(self, plan: PlannedLinks, draft: Draft) -> list[UUID]:
        """Return linked records that the caller does not see, so that they stay."""
        links = self.batch.links
        partners = links.partners(plan.relationship, draft.id)
        return list(links.hidden.intersection(partners))

    def _check_repeat(self, draft: Draft, place: str) -> None:
        if draft.is_touched and self.on_repeat == Repeat.REFUSE:
            raise RepeatedInBatch({place: EARLIER})

    def _taken(self, row: Row, field: Field, holder: Draft) -> ValueTaken:
        place = {row.place(field.slug): f"Another {row.schema.slug} has this value."}
        return ValueTaken(place, meta=self._matches([holder]))

    def _matches(self, drafts: list[Draft]) -> JSONObject | None:
        """Return the ids of records as far as the caller may see them."""
        ids: list[JSON] = [
            encode_id(draft.schema.prefix, draft.id)
            for draft in drafts
            if draft.is_visible_to(self.batch.actor)
        ]
        return {"matches": ids} if ids else None


def match_fields(row: Row, operation: Upsert) -> list[Field]:
    """Return the unique fields by which a record is known, in order of preference."""
    if operation.match_on is None:
        return row.schema.match_fields
    slugs = [row.schema.slug_of(name) for name in operation.match_on]
    if not all(slug in row.schema.unique for slug in slugs):
        raise MalformedDocument("A field to match on is not unique any more.")
    return [row.schema.unique[slug] for slug in slugs]
