import { createArrivals, weightAt } from '../sandbox/ed/arrivals.js';
import { createMix, faultOf, play } from '../sandbox/ed/story.js';
import { truthInWords } from '../sandbox/ed/words.js';
import type { DemoParts } from './demo-once.js';
import { findingsOf, judge, type Case, type Judgement } from './demo-verdict.js';

export interface LiveOptions {
  readonly ratePerMinute: number;
  readonly seed: number;
  /** Over when it is told to stop. */
  readonly stopped: AbortSignal;
}

const FOLLOW_MS_MAX = 60_000;
const FOLLOW_AFTER_STOP_MS_MAX = 5_000;
const LOOK_MS = 250;

interface Tally {
  arrived: number;
  delivered: number;
  kept: number;
  open: number;
}

/** Patients keep arriving until told to stop: a line an arrival, a finding, a delivery. */
export async function keepArriving(parts: DemoParts, options: LiveOptions): Promise<void> {
  const { ratePerMinute, seed, stopped } = options;
  const hourOf = (ms: number): number => new Date(ms).getHours();
  const now = Math.max(1, Math.round(ratePerMinute * weightAt(hourOf(Date.now()))));
  parts.tell(
    `Patients come as to a real department: ${ratePerMinute} a minute over the day, about ${now} at this hour. Ctrl-C ends it.\n`,
  );
  const nextArrival = createArrivals({ seed, perMinute: ratePerMinute, hourOf });
  const nextStory = createMix(
    seed,
    parts.cart.ways.filter(({ canLoad }) => canLoad).map(({ name }) => name),
  );
  const tally: Tally = { arrived: 0, delivered: 0, kept: 0, open: 0 };
  const following = new Set<Promise<void>>();
  for (let at = Date.now(); await waitUntil(at, stopped); at = nextArrival(at)) {
    const one = await arrive(parts, nextStory);
    tally.arrived += 1;
    tally.open += 1;
    const followed = follow(one, parts, tally, stopped).finally(() => following.delete(followed));
    following.add(followed);
  }
  await Promise.all(following);
  parts.tell(
    `\n${tally.arrived} ECGs came: ${tally.delivered} results in the chart, ${tally.kept} faulty messages kept, ${tally.open} still under way.`,
  );
}

async function arrive(parts: DemoParts, nextStory: ReturnType<typeof createMix>): Promise<Case> {
  const { nextVisit, cart, tell } = parts;
  const visit = nextVisit(Date.now());
  const story = nextStory();
  const sent = await play(story, visit, cart, `LIVE${visit.number}`);
  const { truth } = visit;
  const [first] = sent;
  const how = story.kind === 'plain' ? '' : ` (${story.kind})`;
  const said = sent.map(({ answer }) => answer.code).join(', ');
  const age = `${truth.ageYears} ${truth.sex === 'male' ? 'm' : 'f'}`;
  tell(
    `${clock()}  arrives    #${visit.number}  ${age}, truth: ${truthInWords(truth)}, by ${first?.title ?? ''}${how}: ${said}`,
  );
  return { visit, story, sent };
}

async function follow(
  one: Case,
  parts: DemoParts,
  tally: Tally,
  stopped: AbortSignal,
): Promise<void> {
  const startMs = Date.now();
  let stopMs: number | null = null;
  let isFound = false;
  for (;;) {
    const judgement = await judge(one, parts.httpUrl, parts.ehr).catch(() => null);
    if (judgement) {
      if (!isFound && judgement.standing?.assessment?.result) {
        isFound = true;
        tellFinding(one, judgement, parts);
      }
      if (judgement.settled) {
        tellEnd(one, judgement, parts, tally);
        return;
      }
    }
    if (stopped.aborted) stopMs ??= Date.now();
    const isOver =
      Date.now() - startMs > FOLLOW_MS_MAX ||
      (stopMs !== null && Date.now() - stopMs > FOLLOW_AFTER_STOP_MS_MAX);
    if (isOver) return;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

function tellFinding({ visit }: Case, { standing }: Judgement, { tell }: DemoParts): void {
  tell(`${clock()}  finding    #${visit.number}  ${findingsOf(standing).join('; ')}`);
}

function tellEnd(one: Case, judgement: Judgement, { tell }: DemoParts, tally: Tally): void {
  const { standing, results } = judgement;
  const number = `#${one.visit.number}`;
  tally.open -= 1;
  if (faultOf(one.story)) {
    tally.kept += 1;
    tell(`${clock()}  kept       ${number}  ${findingsOf(standing).join('; ')}`);
    return;
  }
  tally.delivered += 1;
  const where = standing?.deliveries[0]?.reference ?? 'the chart';
  const times = results === 1 ? '' : `  ${results} RESULTS STAND`;
  tell(`${clock()}  delivered  ${number}  ${where}${times}`);
}

function clock(): string {
  return new Date().toTimeString().slice(0, 8);
}

/** False when it was told to stop meanwhile. */
function waitUntil(atMs: number, stopped: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    if (stopped.aborted) {
      resolve(false);
      return;
    }
    const end = (isTime: boolean): void => {
      clearTimeout(timer);
      stopped.removeEventListener('abort', onStop);
      resolve(isTime);
    };
    const onStop = (): void => {
      end(false);
    };
    const timer = setTimeout(end, Math.max(0, atMs - Date.now()), true);
    stopped.addEventListener('abort', onStop);
  });
}
