import { MERGED_NUMBERS_MAX, type MergeNotice, type Notice } from '../../core/ecg/notice.js';
import type { Identifier, PatientIdentity } from '../../core/ecg/reading.js';
import { sameIdentifier } from '../identity.js';
import { items, member, text, type Json } from '../json.js';
import { diagnosisIn } from './diagnosis.js';
import { envelopeOf } from './envelope.js';
import { containedBy, subjectOf } from './references.js';

const CARRIERS = new Set(['Observation', 'DiagnosticReport', 'DocumentReference', 'Media']);
const LINKS_MAX = 10;

/** What a resource says about ECGs and patients that came before; null where it says nothing. */
export function noticeInResource(resource: Json, serverBaseUrl: string | null): Notice | null {
  const type = text(member(resource, 'resourceType'));
  if (type === 'Patient') return mergeIn(resource, serverBaseUrl);
  if (type === 'Condition' || type === 'Procedure') return diagnosisIn(resource, serverBaseUrl);
  return CARRIERS.has(type) ? withdrawalIn(resource, serverBaseUrl) : null;
}

/** The resource itself says which it is; its patient and order stand in where that is not known. */
function withdrawalIn(resource: Json, serverBaseUrl: string | null): Notice | null {
  const { status, subject, order, acquired } = envelopeOf(resource, {
    serverBaseUrl,
    referred: containedBy,
  });
  if (status !== 'withdrawn') return null;
  return { kind: 'withdrawal', patient: subject.identity, order, acquired, namesEcg: false };
}

/** `replaced-by` ends this Patient, `replaces` the other. Whoever is linked may be contained. */
function mergeIn(patient: Json, serverBaseUrl: string | null): MergeNotice | null {
  const links = items(member(patient, 'link')).slice(0, LINKS_MAX);
  const own = identityOf(patient, serverBaseUrl);
  const linked = (type: string): PatientIdentity[] =>
    links
      .filter((link) => text(member(link, 'type')) === type)
      .flatMap((link) => {
        const other = member(link, 'other');
        const { identity } = subjectOf(
          { subject: other },
          serverBaseUrl,
          containedBy(patient, other),
        );
        return identity ? [identity] : [];
      });
  if (!own) return null;
  // Two that it was replaced by are no merge but a knot, which people have to undo.
  const survivors = linked('replaced-by');
  const [survivor] = survivors;
  if (survivor && survivors.length === 1) return mergeOf(survivor, [own]);
  const gone = linked('replaces');
  return survivors.length === 0 && gone.length > 0 ? mergeOf(own, gone) : null;
}

function mergeOf(into: PatientIdentity, gone: readonly PatientIdentity[]): MergeNotice | null {
  const kept = numbersOf(into);
  const from = gone
    .flatMap(numbersOf)
    .filter((one) => !kept.some((other) => sameIdentifier(one, other)));
  return from.length === 0
    ? null
    : { kind: 'merge', into, from: from.slice(0, MERGED_NUMBERS_MAX) };
}

function numbersOf({ authority, value, others }: PatientIdentity): readonly Identifier[] {
  return [{ authority, value }, ...others];
}

/** A Patient by its own numbers and by its id at the server. */
function identityOf(patient: Json, serverBaseUrl: string | null): PatientIdentity | null {
  const reference = `Patient/${text(member(patient, 'id'))}`;
  return subjectOf({ subject: { reference } }, serverBaseUrl, patient).identity;
}
