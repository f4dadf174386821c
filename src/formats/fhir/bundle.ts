import type { Reading } from '../../core/ecg/reading.js';
import { refuse, type Result } from '../../core/failure.js';
import { items, member, text, type Json } from '../json.js';
import { decodeAttached, filesIn } from './attached.js';
import type { Context } from './context.js';
import type { LeadElement } from './leads.js';
import { decodeLeads, decodeObservation } from './observation.js';
import { containedBy } from './references.js';

/** More entries than this are no ECG. */
const ENTRIES_MAX = 1000;

interface Entry {
  readonly resource: Json;
  readonly place: string;
}

/**
 * The one ECG of a Bundle: an Observation with its leads in components, else Observations of one
 * lead each (with the panel that has them as members, where there is one), else a file inside some
 * resource. Of two ECGs neither is taken. What its references point at is looked up in the Bundle.
 */
export function decodeBundle(bundle: Json, outer: Context): Result<Reading> {
  const listed = items(member(bundle, 'entry'));
  if (listed.length > ENTRIES_MAX) {
    return refuse('encoding-broken', `more than ${ENTRIES_MAX} entries`, { location: 'entry' });
  }
  const context = { ...outer, referred: referredIn(listed) };
  const entries = listed.map((entry, i) => ({
    resource: member(entry, 'resource'),
    place: `entry[${i}].resource`,
  }));
  const observations = entries.filter(
    ({ resource }) => member(resource, 'resourceType') === 'Observation',
  );
  const whole = observations.filter(({ resource }) =>
    items(member(resource, 'component')).some((one) => hasSamples(one)),
  );
  if (whole.length > 1) return refuseTwo(whole[1]);
  if (whole[0]) return within(whole[0], decodeObservation(whole[0].resource, context));
  const single = observations.filter(({ resource }) => hasSamples(resource));
  if (single.length > 0) return decodeSingle(single, observations, context);
  const files = entries.flatMap(({ resource, place }) => filesIn(resource, place, context));
  return files.length > 0
    ? decodeAttached(files, context)
    : refuse('no-ecg', 'the Bundle carries no ECG', { location: 'entry' });
}

function refuseTwo(second: Entry | undefined): Result<Reading> {
  return refuse('lead-doubled', 'the Bundle holds two ECGs', {
    ...(second ? { location: second.place } : {}),
  });
}

const hasSamples = (element: Json): boolean => member(element, 'valueSampledData') !== undefined;

/** A place inside the resource is a place inside the Bundle. */
function within({ place }: Entry, read: Result<Reading>): Result<Reading> {
  if (read.ok) return read;
  const { code, detail, location } = read.failure;
  return refuse(code, detail, { location: location === null ? place : `${place}.${location}` });
}

/** Leads of several people make no ECG of anybody. */
function decodeSingle(
  single: readonly Entry[],
  observations: readonly Entry[],
  context: Context,
): Result<Reading> {
  const panels = observations.filter(
    ({ resource }) => items(member(resource, 'hasMember')).length > 0,
  );
  if (panels.length > 1) return refuseTwo(panels[1]);
  const panel = panels[0];
  const above = panel ?? single[0];
  const parts = panel ? [panel, ...single] : single;
  const whose = new Set(parts.map(({ resource }) => subjectText(resource)).filter(Boolean));
  if (whose.size > 1) {
    return refuse('patient-missing', 'the leads are of two patients', { location: 'entry' });
  }
  const elements: LeadElement[] = single.map(({ resource, place }) => ({
    element: resource,
    place,
  }));
  return decodeLeads(above?.resource, elements, context);
}

function subjectText(resource: Json): string {
  const subject = member(resource, 'subject');
  const identifier = member(subject, 'identifier');
  return (
    text(member(subject, 'reference')) ||
    [text(member(identifier, 'system')), text(member(identifier, 'value'))].join('|')
  ).replace(/^\|$/, '');
}

/** By its full address, or by type and id, which is how entries of one server point at each other. */
function referredIn(listed: readonly Json[]): Context['referred'] {
  const byAddress = new Map<string, Json>();
  for (const entry of listed) {
    const resource = member(entry, 'resource');
    const [type, id] = [text(member(resource, 'resourceType')), text(member(resource, 'id'))];
    for (const address of [text(member(entry, 'fullUrl')), id && `${type}/${id}`]) {
      if (address !== '' && !byAddress.has(address)) byAddress.set(address, resource);
    }
  }
  return (resource, reference) =>
    containedBy(resource, reference) ?? byAddress.get(text(member(reference, 'reference')));
}
