import {
  placeOf,
  vendorMeasurements,
  type Place,
  type ReadingStatus,
  type VendorMeasurements,
  type WrittenTime,
} from '../../core/ecg/reading.js';
import { parseIsoTime } from '../../core/ecg/time.js';
import type { Envelope } from '../envelope.js';
import { boundedText } from '../identity.js';
import { at, finite, items, member, text, type Json } from '../json.js';
import { measureOf, parseMeasured, type Measure } from '../measures.js';
import type { Context } from './context.js';
import { pointedAt, subjectOf } from './references.js';

const STATEMENTS_MAX = 50;
const STATEMENT_CHARS_MAX = 500;
export const COMPONENTS_MAX = 500;

/** What a resource says around the ECG that it carries. */
export function envelopeOf(
  resource: Json,
  context: Pick<Context, 'serverBaseUrl' | 'referred'>,
): Envelope {
  const { serverBaseUrl } = context;
  const encounter =
    member(resource, 'encounter') ??
    at(resource, 'context', 'encounter', 0) ??
    at(resource, 'context', 0);
  return {
    subject: subjectOf(
      resource,
      serverBaseUrl,
      context.referred(resource, member(resource, 'subject')),
    ),
    encounter: pointedAt(encounter, 'Encounter', serverBaseUrl),
    order: pointedAt(at(resource, 'basedOn', 0), 'ServiceRequest', serverBaseUrl),
    place: placeIn(resource),
    acquired: acquiredOf(resource),
    status: statusOf(resource),
    statements: statementsOf(resource),
    measurements: measurementsOf(resource),
  };
}

/** Under which the place of the encounter is put inside a resource when it is fetched. */
export const PLACE_ID = 'leadwire-place';

function placeIn(resource: Json): Place | null {
  const location = items(member(resource, 'contained')).find(
    (one) => member(one, 'resourceType') === 'Location' && member(one, 'id') === PLACE_ID,
  );
  const name = boundedText(text(member(location, 'name'))) || null;
  const ward = boundedText(text(at(location, 'partOf', 'display'))) || null;
  return placeOf({
    pointOfCare: ward ?? name,
    room: null,
    bed: ward === null ? null : name,
    facility: boundedText(text(at(location, 'managingOrganization', 'display'))) || null,
  });
}

function acquiredOf(resource: Json): WrittenTime | null {
  return firstTime([
    member(resource, 'effectiveDateTime'),
    member(resource, 'effectiveInstant'),
    at(resource, 'effectivePeriod', 'start'),
    member(resource, 'createdDateTime'),
    at(resource, 'createdPeriod', 'start'),
    at(resource, 'context', 'period', 'start'),
    at(resource, 'period', 'start'),
  ]);
}

export function firstTime(written: readonly Json[]): WrittenTime | null {
  for (const one of written) {
    const time = parseIsoTime(text(one));
    if (time) return time;
  }
  return null;
}

/** Of a document, `docStatus` tells how far it is and `status` whether it still stands. */
function statusOf(resource: Json): ReadingStatus | null {
  const status = text(member(resource, 'status'));
  const ofDocument = text(member(resource, 'docStatus'));
  switch (status === 'current' ? ofDocument : status) {
    case '':
      return null;
    case 'amended':
    case 'corrected':
    case 'appended':
      return 'corrected';
    case 'entered-in-error':
    case 'cancelled':
    case 'superseded':
    case 'not-done':
      return 'withdrawn';
    case 'final':
    case 'completed':
      return 'final';
    default:
      return 'preliminary';
  }
}

/** What the recorder says in words: interpretation, conclusion and notes. */
function statementsOf(resource: Json): string[] {
  const words = [
    ...items(member(resource, 'interpretation')).map((one) => member(one, 'text')),
    member(resource, 'conclusion'),
    ...items(member(resource, 'note')).map((one) => member(one, 'text')),
  ];
  return words
    .slice(0, STATEMENTS_MAX)
    .map((one) => boundedText(text(one), STATEMENT_CHARS_MAX))
    .filter((one) => one !== '');
}

/** The recorder's own figures; of two components that say the same measure the first counts. */
function measurementsOf(resource: Json): VendorMeasurements | null {
  const found: Partial<Record<Measure, number>> = {};
  for (const component of items(member(resource, 'component')).slice(0, COMPONENTS_MAX)) {
    const quantity = member(component, 'valueQuantity');
    const value = finite(member(quantity, 'value'));
    if (value === null) continue;
    const measure = items(at(component, 'code', 'coding'))
      .slice(0, 10)
      .map((coding) => measureOf(text(member(coding, 'code')).slice(0, 100)))
      .find((one) => one !== null);
    if (!measure || found[measure] !== undefined) continue;
    const units = [text(member(quantity, 'code')), text(member(quantity, 'unit'))];
    const measured = parseMeasured(measure, value, units);
    if (measured !== null) found[measure] = measured;
  }
  return vendorMeasurements(found);
}
