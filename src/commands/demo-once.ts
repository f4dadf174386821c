import type { VirtualCart } from '../sandbox/cart/cart.js';
import { faultOf, play, type StoryKind } from '../sandbox/ed/story.js';
import type { NextVisit, VisitWish } from '../sandbox/ed/visit.js';
import { truthInWords } from '../sandbox/ed/words.js';
import type { SandboxEhr } from '../sandbox/ehr/server.js';
import {
  findingsOf,
  judge,
  mainOf,
  resultsFor,
  titlesIn,
  type Case,
  type Judgement,
} from './demo-verdict.js';
import { table, tableWidth, wrap, type Column } from './demo-table.js';

interface Listed extends VisitWish {
  readonly by: string;
  readonly kind?: StoryKind;
  readonly again?: string;
}

/**
 * Health, each culprit, what looks like one, what must be withheld, and what goes wrong on the way. A
 * way that the cart does not have is taken for plain MLLP.
 */
const LIST: readonly Listed[] = [
  { condition: 'normal', by: 'mllp' },
  { condition: 'normal', by: 'fhir' },
  { condition: 'omi-lad-proximal', by: 'mllp' },
  { condition: 'omi-rca', by: 'rest' },
  { condition: 'omi-lcx', by: 'fhir' },
  { condition: 'omi-left-main', by: 'mllp-ed' },
  { condition: 'omi-posterior', by: 'rest-fhir' },
  { condition: 'de-winter', by: 'mllp-w01' },
  { condition: 'early-repolarisation', by: 'rest' },
  { condition: 'pericarditis', by: 'mllp-w01-ma' },
  { condition: 'lbbb', by: 'fhir' },
  { condition: 'paced', by: 'mllp' },
  { condition: 'normal', leadFault: 'lead-off', by: 'mllp' },
  { condition: 'omi-lad-mid', kind: 'second-door', by: 'mllp', again: 'fhir' },
  { condition: 'omi-rca', kind: 'repeat', by: 'mllp' },
  { condition: 'omi-diagonal', kind: 'correction', by: 'mllp' },
  { condition: 'normal', kind: 'eleven-leads', by: 'mllp' },
  { condition: 'omi-lcx', kind: 'cut-message', by: 'mllp' },
];

const SETTLE_MS_MAX = 60_000;
const LOOK_MS = 200;
const COLUMNS: readonly Column[] = [
  { heading: '#', width: 2 },
  { heading: 'truth', width: 22 },
  { heading: 'came by', width: 16 },
  { heading: 'what the service says', width: null },
  { heading: 'chart', width: 8 },
];

export interface DemoParts {
  readonly nextVisit: NextVisit;
  readonly cart: VirtualCart;
  readonly httpUrl: string;
  readonly ehr: SandboxEhr;
  readonly tell: (line: string) => void;
}

/** The fixed list by every door, then the truth beside the finding. 0 when each stands as it should. */
export async function once(parts: DemoParts): Promise<number> {
  const { tell } = parts;
  const cases: Case[] = [];
  for (const [i, listed] of LIST.entries()) cases.push(await send(listed, i + 1, parts));
  const judged = await settle(cases, parts);
  const width = tableWidth(process.stdout.columns);
  tell(`\n${table(COLUMNS, judged.map(rowOf), width)}\n`);
  for (const note of notesOn(judged, parts.ehr)) tell(wrap(note, width).join('\n'));
  const right = judged.filter(({ judgement }) => judgement.right).length;
  const faulty = cases.filter(({ story }) => faultOf(story)).length;
  tell(
    wrap(
      `${right} of ${cases.length} as they should be: each readable ECG's result stands exactly once, and the ${faulty} faulty messages were answered with a warning and kept.`,
      width,
    ).join('\n'),
  );
  return right === cases.length ? 0 : 1;
}

async function send(listed: Listed, number: number, parts: DemoParts): Promise<Case> {
  const { by, kind = 'plain', again = by, ...wish } = listed;
  const visit = parts.nextVisit(Date.now(), wish);
  const isThere = parts.cart.ways.some(({ name, canLoad }) => name === by && canLoad);
  const way = isThere ? by : 'mllp';
  const story = { kind, way, secondWay: again };
  const sent = await play(story, visit, parts.cart, `DEMO${number}`);
  for (const { title, answer } of sent) {
    const told = answer.told === null ? '' : `, ${answer.told}`;
    parts.tell(`sent ${String(number).padStart(2)} by ${title}: ${answer.code}${told}`);
  }
  return { visit, story, sent };
}

interface Judged {
  readonly number: number;
  readonly one: Case;
  readonly judgement: Judgement;
}

async function settle(cases: readonly Case[], parts: DemoParts): Promise<readonly Judged[]> {
  const untilMs = Date.now() + SETTLE_MS_MAX;
  for (;;) {
    const judged: Judged[] = [];
    for (const [i, one] of cases.entries()) {
      judged.push({ number: i + 1, one, judgement: await judge(one, parts.httpUrl, parts.ehr) });
    }
    if (judged.every(({ judgement }) => judgement.settled) || Date.now() > untilMs) return judged;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

function rowOf({ number, one, judgement }: Judged): readonly string[] {
  const { truth } = one.visit;
  const age = `${truth.ageYears} ${truth.sex === 'male' ? 'm' : 'f'}`;
  return [
    String(number),
    `${truthInWords(truth)}, ${age}`,
    cameBy(one),
    findingsOf(judgement.standing).join('\n'),
    chartOf(one, judgement),
  ];
}

function cameBy({ story, sent }: Case): string {
  const [first = '', second = ''] = sent.map(({ title }) => title);
  switch (story.kind) {
    case 'plain':
      return first;
    case 'repeat':
      return `${first}, twice`;
    case 'second-door':
      return `${first}, then ${second}`;
    case 'correction':
      return `${first}, then corrected`;
    case 'broken-base64':
      return `${first}, base64 broken`;
    case 'eleven-leads':
      return `${first}, eleven leads`;
    case 'not-a-number':
      return `${first}, a NaN in it`;
    case 'cut-message':
      return `${first}, cut short`;
  }
}

function chartOf(one: Case, { results, right }: Judgement): string {
  if (faultOf(one.story)) return right ? 'kept, no result' : `${results} WRONG`;
  if (results === 1 && right) return 'once';
  return results === 0 ? 'MISSING' : `${results} times`;
}

/** What a reader must not misunderstand. */
function notesOn(judged: readonly Judged[], ehr: SandboxEhr): readonly string[] {
  const corrected = judged.filter(({ one }) => leavesOneBehind(one, ehr));
  const unwithheld = judged.filter(({ one: { visit }, judgement }) => {
    const { condition, leadFault } = visit.truth;
    const result = judgement.standing?.assessment?.result;
    return (condition === 'paced' || leadFault !== null) && (result?.findings.length ?? 0) > 0;
  });
  return [
    ...(unwithheld.length === 0
      ? []
      : [
          `${numbersOf(unwithheld)}: paced, or with a lead at fault. The service does not withhold its findings on these yet; it should.`,
        ]),
    ...(corrected.length === 0
      ? []
      : [
          `${numbersOf(corrected)}: came under a temporary number first. The service does not move a result yet when the identity is corrected: the first one still stands under the temporary number.`,
        ]),
    `The models: ${titlesIn(judged.map(({ judgement }) => judgement.standing)).join('; ')}.`,
    '"Below threshold" and "withheld" never mean that an ECG is normal: they say what a model did not find, or did not answer.',
  ];
}

function numbersOf(judged: readonly Judged[]): string {
  return judged.map(({ number }) => `#${number}`).join(', ');
}

/** Whether a result still stands under the number that a correction took back. */
function leavesOneBehind(one: Case, ehr: SandboxEhr): boolean {
  const temporary = one.sent[0]?.patient ?? null;
  if (one.story.kind !== 'correction' || temporary === null) return false;
  return temporary !== mainOf(one).patient && resultsFor(temporary, ehr).length > 0;
}
