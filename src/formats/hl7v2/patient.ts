import type { Identifier, PatientIdentity } from '../../core/ecg/reading.js';
import type { Message } from '../../wire/hl7v2/message.js';
import type { Part, Segment } from '../../wire/hl7v2/segment.js';
import { authorityOf, boundedText, identifierOf, sameIdentifier } from '../identity.js';
import type { Subject } from '../subject.js';
import { parseHl7Date } from './time.js';

/** PID: who the patient is. The medical record number is the identity, all else stands beside it. */
export function subjectOf(message: Message, pid: Segment): Subject {
  const found = identifiersOf(message, pid);
  const main = found.find(({ type }) => type === 'MR') ?? found[0];
  const sex = pid.field(8).component(1).text().toUpperCase();
  return {
    identity: main ? identityOf(main.identifier, found, pid) : null,
    birthDate: parseHl7Date(pid.field(7).component(1).text()),
    sex: sex === 'M' ? 'male' : sex === 'F' ? 'female' : null,
  };
}

export interface TypedIdentifier {
  readonly identifier: Identifier;
  readonly type: string;
}

/** PID-3; carts of old versions fill PID-2 instead. */
function identifiersOf(message: Message, pid: Segment): TypedIdentifier[] {
  const listed = identifiersIn(message, pid.field(3));
  return listed.length > 0 ? listed : identifiersIn(message, pid.field(2));
}

/** Every repetition of a field of type CX that is an identifier. */
export function identifiersIn(message: Message, field: Part): TypedIdentifier[] {
  return field.repetitions().flatMap((one) => {
    const identifier = identifierOfCx(message, one);
    return identifier ? [{ identifier, type: one.component(5).text().toUpperCase() }] : [];
  });
}

function identityOf(
  main: Identifier,
  found: readonly TypedIdentifier[],
  pid: Segment,
): PatientIdentity {
  const name = pid.field(5);
  const family = boundedText(name.component(1).subcomponent(1).text());
  const given = boundedText(name.component(2).text());
  const others = found
    .map(({ identifier }) => identifier)
    .filter((one) => !sameIdentifier(one, main));
  return Object.freeze({
    ...main,
    others: Object.freeze(others),
    name: family === '' && given === '' ? null : Object.freeze({ family, given }),
  });
}

/**
 * CX: id ^ check ^ scheme ^ authority ^ type ^ facility. An id without an authority belongs to the
 * facility it names, else to the facility that sent the message: a bare number is no identity.
 */
export function identifierOfCx(message: Message, cx: Part): Identifier | null {
  const value = cx.component(1).text();
  const assigned = authorityOfHd(cx.component(4), 'subcomponents');
  const facility = assigned || authorityOfHd(cx.component(6), 'subcomponents');
  return identifierOf(facility || sendingFacility(message), value);
}

/** EI: id ^ namespace ^ universal id ^ type. */
export function identifierOfEi(message: Message, ei: Part): Identifier | null {
  const named = [2, 3, 4].map((n) => ei.component(n).text());
  const authority = authorityOf(named[0] ?? '', named[1] ?? '', named[2] ?? '');
  return identifierOf(authority || sendingFacility(message), ei.component(1).text());
}

/** MSH-4, else MSH-3. */
function sendingFacility(message: Message): string {
  const msh = message.segments[0];
  if (!msh) return '';
  return authorityOfHd(msh.field(4), 'components') || authorityOfHd(msh.field(3), 'components');
}

/** HD: namespace, universal id and its type; subcomponents where it stands inside a component. */
function authorityOfHd(hd: Part, level: 'components' | 'subcomponents'): string {
  const part = (n: number): string =>
    (level === 'components' ? hd.component(n) : hd.subcomponent(n)).text();
  return authorityOf(part(1), part(2), part(3));
}
