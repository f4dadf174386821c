/** Elements that R4 asks of a resource, for the types that pass through here. */
export const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  AuditEvent: ['type', 'recorded', 'agent', 'source'],
  Basic: ['code'],
  Binary: ['contentType'],
  Bundle: ['type'],
  Communication: ['status'],
  CommunicationRequest: ['status'],
  Condition: ['subject'],
  DetectedIssue: ['status'],
  DiagnosticReport: ['status', 'code'],
  DocumentReference: ['status', 'content'],
  Encounter: ['status', 'class'],
  Flag: ['status', 'code', 'subject'],
  Media: ['status', 'content'],
  Observation: ['status', 'code'],
  Procedure: ['status', 'subject'],
  Provenance: ['target', 'recorded', 'agent'],
  RiskAssessment: ['status', 'subject'],
  ServiceRequest: ['status', 'intent', 'subject'],
  Subscription: ['status', 'reason', 'criteria', 'channel'],
  Task: ['status', 'intent'],
};

const OBSERVED =
  'registered preliminary final amended corrected cancelled entered-in-error unknown';
const EVENT = 'preparation in-progress not-done on-hold stopped completed entered-in-error unknown';
const REQUEST = 'draft active on-hold revoked completed entered-in-error unknown';

/** What `status` may say. */
export const STATUSES: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  Object.entries({
    Communication: EVENT,
    CommunicationRequest: REQUEST,
    DetectedIssue: OBSERVED,
    Device: 'active inactive entered-in-error unknown',
    DiagnosticReport: `partial appended ${OBSERVED}`,
    DocumentReference: 'current superseded entered-in-error',
    Encounter:
      'planned arrived triaged in-progress onleave finished cancelled entered-in-error unknown',
    Flag: 'active inactive entered-in-error',
    Media: EVENT,
    Observation: OBSERVED,
    Procedure: EVENT,
    RiskAssessment: OBSERVED,
    ServiceRequest: REQUEST,
    Subscription: 'requested active error off',
  }).map(([type, codes]) => [type, codes.split(' ')]),
);

type Holds = (value: unknown) => boolean;

const matches =
  (pattern: RegExp): Holds =>
  (value) =>
    typeof value === 'string' && pattern.test(value);
const object: Holds = (value) =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const string: Holds = (value) => typeof value === 'string';
const boolean: Holds = (value) => typeof value === 'boolean';
const number: Holds = (value) => typeof value === 'number' && Number.isFinite(value);
const date = matches(/^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$/);
const ZONED = String.raw`T([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?(Z|[+-]\d{2}:\d{2})`;
const DAY = String.raw`\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])`;
const instant = matches(new RegExp(`^${DAY}${ZONED}$`));
const dateTime: Holds = (value) => date(value) || instant(value);

/** `value[x]` and its like name their type at the end. */
const CHOSEN: readonly (readonly [RegExp, Holds])[] = [
  [/^(value|deceased|multipleBirth)Boolean$/, boolean],
  [/^(value|probability|multipleBirth)(Decimal|Integer|UnsignedInt|PositiveInt)$/, number],
  [/^(value|effective|occurrence|onset|deceased)DateTime$/, dateTime],
  [/^(value|effective)Instant$/, instant],
  [/^valueDate$/, date],
  [/^value(String|Code|Uri|Url|Canonical|Id)$/, string],
  [/^[a-z]+(Quantity|Period|Reference|CodeableConcept|SampledData|Coding|Identifier)$/, object],
];

/** Elements that have one type wherever they stand. */
const NAMED: Readonly<Record<string, Holds>> = {
  id: matches(/^[A-Za-z0-9.-]{1,64}$/),
  active: boolean,
  birthDate: date,
  recorded: instant,
  issued: instant,
  lastUpdated: instant,
  gender: matches(/^(male|female|other|unknown)$/),
  reference: string,
  system: string,
  display: string,
  status: string,
  coding: Array.isArray,
  identifier: object,
  subject: object,
  meta: object,
};

/** Whether an element's value is of the type that its name promises. */
export function hasItsType(name: string, value: unknown): boolean {
  const named = Object.hasOwn(NAMED, name) ? NAMED[name] : undefined;
  const holds = named ?? CHOSEN.find(([pattern]) => pattern.test(name))?.[1];
  if (!holds) return true;
  // Some resources repeat what others hold once.
  return holds(value) || (Array.isArray(value) && named === object && value.every(holds));
}
