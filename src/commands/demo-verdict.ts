import { percent } from '../delivery/fhir/wording.js';
import type { Examination } from '../core/decision/examination.js';
import { shownAbstentions, shownFindings } from '../core/decision/standing.js';
import type { Standing } from '../ingest/rest/standing.js';
import type { Kept } from '../sandbox/ehr/search.js';
import type { SandboxEhr } from '../sandbox/ehr/server.js';
import { faultOf, type Dispatch, type Story } from '../sandbox/ed/story.js';
import type { Visit } from '../sandbox/ed/visit.js';
import { asList, asRecord, asText } from '../wire/fhir/resource.js';

/** One patient of the demo, all that was sent for them, and what was said to it. */
export interface Case {
  readonly visit: Visit;
  readonly story: Story;
  readonly sent: readonly Dispatch[];
}

export interface Judgement {
  /** Nothing is open any more: what is not right now will not become right. */
  readonly settled: boolean;
  readonly right: boolean;
  readonly standing: Standing | null;
  /** Results in the EHR under this patient's number that were not taken back. */
  readonly results: number;
}

/** What the service says of a case beside what truly stands in the EHR. */
export async function judge(one: Case, httpUrl: string, ehr: SandboxEhr): Promise<Judgement> {
  const last = mainOf(one);
  const standing = await standingOf(last, httpUrl);
  const results = last.patient === null ? 0 : resultsFor(last.patient, ehr).length;
  if (faultOf(one.story)) {
    const isKept = standing?.outcome === 'at-fault';
    const isTold = last.answer.accepted && last.answer.told !== null;
    return {
      settled: standing !== null,
      right: isKept && isTold && results === 0,
      standing,
      results,
    };
  }
  const isOpen =
    standing?.assessment?.state !== 'done' ||
    standing.deliveries.length === 0 ||
    standing.deliveries.some(({ state }) => state !== 'delivered');
  return { settled: !isOpen, right: !isOpen && results === 1, standing, results };
}

/** The message whose result counts: the corrected one where there was a correction. */
export function mainOf({ story, sent }: Case): Dispatch {
  const main = story.kind === 'correction' ? sent.at(-1) : sent[0];
  if (!main) throw new RangeError('a case without anything sent');
  return main;
}

export async function standingOf(sent: Dispatch, httpUrl: string): Promise<Standing | null> {
  const receiptId = sent.answer.receiptId ?? (await receiptOf(sent, httpUrl));
  if (receiptId === null) return null;
  const answer = await fetch(new URL(`/api/receipts/${receiptId}`, httpUrl));
  return answer.ok ? ((await answer.json()) as Standing) : null;
}

interface Listed {
  readonly receiptId: string;
  readonly outcome: string;
}

/** A cart knows its control id and an EHR its resource; neither knows our receipts. */
async function receiptOf({ answer, controlId }: Dispatch, httpUrl: string): Promise<string | null> {
  const address = new URL('/api/receipts', httpUrl);
  address.searchParams.set('messageId', answer.place ?? controlId);
  const found = (await (await fetch(address)).json()) as { receipts: readonly Listed[] };
  return found.receipts.find(({ outcome }) => outcome !== 'repeat')?.receiptId ?? null;
}

export function resultsFor(patient: string, { store }: SandboxEhr): readonly Kept[] {
  return store.all('RiskAssessment').filter((one) => {
    if (one['status'] === 'entered-in-error') return false;
    const subject = asRecord(one['subject']);
    if (asText(asRecord(subject?.['identifier'])?.['value']) === patient) return true;
    const [type = '', id = ''] = (asText(subject?.['reference']) ?? '').split('/');
    const numbers = asList(store.find(type, id)?.['identifier']).map(asRecord);
    return numbers.some((number) => number?.['value'] === patient);
  });
}

/** What the service found, one line a finding or abstention. Nothing here ever reads as "normal". */
export function findingsOf(standing: Standing | null): readonly string[] {
  if (standing?.outcome === 'at-fault') return [`not read: ${standing.problem?.detail ?? ''}`];
  const result = standing?.assessment?.result;
  if (!result) return ['no answer yet'];
  const shown = shownFindings(result);
  const positive = shown.filter((one) => one.positive);
  const below = shown.length - positive.length;
  const withheld = new Set(shownAbstentions(result).map(({ detail }) => detail));
  return [
    ...positive.map(
      ({ title, probability }) => `POSITIVE: ${nameOf(title)} ${percent(probability)}`,
    ),
    ...(below > 0
      ? [`${positive.length > 0 ? `${below} more` : `all ${below}`} below threshold`]
      : []),
    ...[...withheld].map((detail) => `withheld: ${detail}`),
    ...rulesMet(result.examination),
  ];
}

/** The classic rules beside the networks, with the leads that decided. */
function rulesMet(examination: Examination | null): readonly string[] {
  const met = (examination?.criteria ?? []).filter(({ verdict }) => verdict === 'positive');
  return met.map(({ title, measured }) => {
    const leads = measured.flatMap(({ lead, decisive }) => (lead && decisive ? [lead] : []));
    const where = [...new Set(leads)].join(', ');
    return `rule met: ${title}${where === '' ? '' : ` in ${where}`}`;
  });
}

/** What stands in brackets behind the name of a finding is said once, below the table. */
function nameOf(title: string): string {
  return title.replace(/ \(.*\)$/, '');
}

/** The findings in full, as their models name them. */
export function titlesIn(standings: readonly (Standing | null)[]): readonly string[] {
  const titles = standings.flatMap((standing) => {
    const result = standing?.assessment?.result;
    return result ? shownFindings(result).map(({ title }) => title) : [];
  });
  return [...new Set(titles)];
}
