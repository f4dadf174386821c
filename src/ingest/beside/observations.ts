import type { BesideItem, BesideKind } from '../../ledger/beside.js';
import { asList, asRecord, asText, type FhirResource } from '../../wire/fhir/resource.js';

type Json = Readonly<Record<string, unknown>>;

const VOID = new Set(['entered-in-error', 'cancelled', 'registered']);
const COMPONENTS_MAX = 50;
const CODINGS_MAX = 20;

/** What an Observation says beside an ECG: its own value, and those of its components. */
export function itemsOf(
  observation: FhirResource,
  kinds: ReadonlyMap<string, BesideKind>,
): BesideItem[] {
  const record = asRecord(observation) ?? {};
  const atMs = timeOf(record);
  if (atMs === null || VOID.has(asText(record['status']) ?? '')) return [];
  const reference = `${observation.resourceType}/${observation.id ?? ''}`;
  const parts = asList(record['component']).slice(0, COMPONENTS_MAX).map(asRecord);
  return [record, ...parts].flatMap((part) => {
    const code = part && codeIn(part['code'], kinds);
    const kind = kinds.get(code?.code ?? '');
    if (!part || !code || !kind) return [];
    const { value, unit } =
      kind === 'earlier-ecg' ? { value: wordsIn(record), unit: null } : valueIn(part);
    if (value === null && kind !== 'earlier-ecg') return [];
    const interpretation = interpretationIn(part);
    return [{ kind, ...code, value, unit, atMs, interpretation, reference }];
  });
}

function codeIn(
  concept: unknown,
  kinds: ReadonlyMap<string, BesideKind>,
): { code: string; display: string } | null {
  const codings = asList(asRecord(concept)?.['coding']).slice(0, CODINGS_MAX).map(asRecord);
  const coding = codings.find((one) => kinds.has(asText(one?.['code']) ?? ''));
  const code = asText(coding?.['code']);
  if (code === null) return null;
  return {
    code,
    display: asText(asRecord(concept)?.['text']) ?? asText(coding?.['display']) ?? code,
  };
}

function valueIn(part: Json): { value: number | string | null; unit: string | null } {
  const quantity = asRecord(part['valueQuantity']);
  const number = quantity?.['value'];
  if (typeof number === 'number' && Number.isFinite(number)) {
    const comparator = asText(quantity?.['comparator']);
    const unit = asText(quantity?.['unit']) ?? asText(quantity?.['code']);
    return { value: comparator === null ? number : `${comparator}${number}`, unit };
  }
  return { value: asText(part['valueString']) ?? textOf(part['valueCodeableConcept']), unit: null };
}

export function textOf(concept: unknown): string | null {
  const record = asRecord(concept);
  const [first] = asList(record?.['coding']);
  return asText(record?.['text']) ?? asText(asRecord(first)?.['display']);
}

function wordsIn(record: Json): string | null {
  return textOf(asList(record['interpretation'])[0]);
}

function interpretationIn(part: Json): string | null {
  const coding = asRecord(asList(asRecord(asList(part['interpretation'])[0])?.['coding'])[0]);
  return asText(coding?.['code']);
}

export function timeOf(record: Json): number | null {
  const written =
    asText(record['effectiveDateTime']) ??
    asText(record['effectiveInstant']) ??
    asText(asRecord(record['effectivePeriod'])?.['start']) ??
    asText(asRecord(record['period'])?.['start']);
  // A day alone is no hour, and one without a zone is nobody's.
  if (written === null || !/T.*(Z|[+-]\d{2}:\d{2})$/.test(written)) return null;
  const atMs = Date.parse(written);
  return Number.isNaN(atMs) ? null : atMs;
}
