"""The organisations of a corpus that people write: a YAML list."""

from __future__ import annotations

from roadmapfit.errors import InputError
from roadmapfit.readers.corpus_forms import SOURCE, Corpus, read_id, read_language
from roadmapfit.readers.plain_yaml import YamlForm, YamlMapping, parse_yaml
from roadmapfit.readers.values import FieldReader
from roadmapfit.records import Organisation, OrganisationKind, Outcome

IDENTIFIER_SCHEMES = ("siren", "rnsr", "ror", "pic")

_ORGANISATION_KEYS = frozenset(
    {
        "id",
        "name",
        "short_name",
        "kind",
        "country",
        "territory",
        "n_employees",
        "description",
        "competences",
        "language",
        "identifiers",
        "invented",
    }
)


def read_organisations(text: str, corpus: Corpus, fields: FieldReader) -> None:
    """Read a list of organisations into the corpus.

    Raises
    ------
    InputError
        ``yaml_not_a_list``, or what :func:`parse_yaml` raises.
    """
    entries = parse_yaml(text, fields=fields)
    if not isinstance(entries, list):
        raise InputError("yaml_not_a_list", file=fields.file, row=1, found=text[:80])
    fields.n_rows += len(entries)
    for position, entry in enumerate(entries, start=1):
        if isinstance(entry, YamlMapping):
            _read_organisation(YamlForm(entry, fields, _ORGANISATION_KEYS), corpus)
        else:
            name = f"[{position}]"
            fields.report("wrong_type", Outcome.REFUSED, field=name, found=name)


def _read_organisation(form: YamlForm, corpus: Corpus) -> None:
    name, kind = form.required("name"), form.required("kind")
    if kind and kind not in list(OrganisationKind):
        form.fields.report(
            "unknown_organisation_kind",
            Outcome.REFUSED,
            row=form.row("kind"),
            field="kind",
            found=kind,
        )
        return
    organisation_id = read_id(form, "organisation", corpus) if name and kind else ""
    if not organisation_id:
        return
    corpus.batch.organisations.append(
        Organisation(
            id=organisation_id,
            name=name,
            kind=OrganisationKind(kind),
            source=SOURCE,
            short_name=form.line("short_name"),
            country=form.line("country"),
            territory=form.line("territory"),
            n_employees=form.count("n_employees"),
            description=form.paragraphs("description"),
            competences=form.words("competences"),
            language=read_language(form, is_expected=False),
            identifiers=_read_identifiers(form),
            is_invented=form.flag("invented"),
        )
    )


def _read_identifiers(form: YamlForm) -> tuple[tuple[str, str], ...]:
    identifiers: list[tuple[str, str]] = []
    row = form.row("identifiers")
    for scheme, value in form.entries("identifiers").items():
        if scheme not in IDENTIFIER_SCHEMES or not isinstance(value, str) or not value.strip():
            form.fields.report(
                "unknown_identifier", Outcome.REPAIRED, row=row, field="identifiers", found=scheme
            )
            continue
        identifiers.append((scheme, form.fields.line(value, row=row, field=scheme)))
    return tuple(identifiers)
