import type { DiagnosisNotice, ToldFinding } from '../../core/ecg/notice.js';
import { parseIsoTime } from '../../core/ecg/time.js';
import { boundedText } from '../identity.js';
import { at, items, member, text, type Json } from '../json.js';
import { containedBy, subjectOf } from './references.js';

const SNOMED = 'http://snomed.info/sct';
const CODES_MAX = 20;

/** Diagnoses that answer a finding, by SNOMED CT; ICD-10 says an acute infarction by I21 and I22. */
const DIAGNOSES: ReadonlyMap<string, string> = new Map([
  ['57054005', 'ami'],
  ['401303003', 'ami'],
  ['401314000', 'ami'],
  ['54329005', 'ami'],
  ['73795002', 'ami'],
  ['58612006', 'ami'],
  ['233838001', 'ami'],
  ['410429000', 'arrest'],
]);

/** Where a coronary angiography found the culprit. */
const SITES: ReadonlyMap<string, string> = new Map([
  ['59438005', 'culprit-lad'],
  ['57396003', 'culprit-lcx'],
  ['13647002', 'culprit-rca'],
  ['3227004', 'culprit-lm'],
]);
const CULPRIT_LESION = '371895000';

/** What a confirmed or refuted Condition, or a coronary angiography, says about earlier ECGs. */
export function diagnosisIn(resource: Json, serverBaseUrl: string | null): DiagnosisNotice | null {
  const isCondition = text(member(resource, 'resourceType')) === 'Condition';
  const findings = isCondition ? ofCondition(resource) : ofProcedure(resource);
  const patient = subjectOf(
    resource,
    serverBaseUrl,
    containedBy(resource, member(resource, 'subject')),
  ).identity;
  if (findings.length === 0 || !patient) return null;
  const times = isCondition
    ? ['onsetDateTime', 'recordedDate']
    : ['performedDateTime', 'performedPeriod'];
  const written = times
    .map((name) => member(resource, name))
    .map((one) => parseIsoTime(text(one) || text(member(one, 'start'))))
    .find((one) => one !== null);
  const id = text(member(resource, 'id'));
  const by = boundedText(`${text(member(resource, 'resourceType'))}/${id}`);
  return written ? { kind: 'diagnosis', patient, findings, at: written, by } : null;
}

function ofCondition(resource: Json): ToldFinding[] {
  const verified = codesOf(member(resource, 'verificationStatus')).map(({ code }) => code);
  const says = verified.includes('confirmed')
    ? 'present'
    : verified.includes('refuted')
      ? 'absent'
      : null;
  if (says === null) return [];
  const found = codesOf(member(resource, 'code')).flatMap(({ system, code }) => {
    const findingId = system === SNOMED ? DIAGNOSES.get(code) : byIcd(system, code);
    return findingId === undefined ? [] : [{ findingId, says, code: `${system}|${code}` } as const];
  });
  return oncePerFinding(found);
}

function byIcd(system: string, code: string): string | undefined {
  return /icd-10/i.test(system) && /^I2[12](\.|$)/.test(code) ? 'ami' : undefined;
}

/** A completed procedure whose outcome is a culprit lesion, at the sites that it names. */
function ofProcedure(resource: Json): ToldFinding[] {
  if (text(member(resource, 'status')) !== 'completed') return [];
  const outcome = codesOf(member(resource, 'outcome'));
  if (!outcome.some(({ system, code }) => system === SNOMED && code === CULPRIT_LESION)) return [];
  const code = `${SNOMED}|${CULPRIT_LESION}`;
  const sites = items(member(resource, 'bodySite'))
    .slice(0, CODES_MAX)
    .flatMap(codesOf)
    .flatMap((one) => SITES.get(one.code) ?? []);
  return oncePerFinding(
    ['omi', ...sites].map((findingId) => ({ findingId, says: 'present', code }) as const),
  );
}

function oncePerFinding(found: readonly ToldFinding[]): ToldFinding[] {
  return [...new Map(found.map((one) => [one.findingId, one])).values()];
}

function codesOf(concept: Json): { readonly system: string; readonly code: string }[] {
  return items(at(concept, 'coding'))
    .slice(0, CODES_MAX)
    .map((coding) => ({
      system: boundedText(text(member(coding, 'system'))),
      code: boundedText(text(member(coding, 'code'))),
    }));
}
