import { signalOf, type ModelCard, type ModelMode } from '../core/decision/card.js';
import { LEAD_NAMES } from '../core/ecg/lead.js';
import type { ModelRun, ModelRuns, OutcomeCount } from '../ledger/runs.js';
import { ENOUGH_MIN, stability } from './drift.js';

/** A model as the people who answer for it see it. */
export interface ModelReport {
  readonly card: ModelCard;
  readonly mode: ModelMode;
  readonly days: readonly ModelDay[];
  /** True where there were more runs than are counted here. */
  readonly cut: boolean;
  readonly drift: Drift;
  readonly outcomes: readonly OutcomeCount[];
}

export interface ModelDay {
  readonly day: string;
  readonly count: number;
  readonly positives: number;
  readonly abstained: number;
  /** Of all findings' probabilities, in tenths. */
  readonly scoreHistogram: readonly number[];
  readonly byDevice: Readonly<Record<string, number>>;
  readonly byAge: Readonly<Record<string, number>>;
  readonly bySex: Readonly<Record<string, number>>;
  readonly agreement: Readonly<Record<string, number>>;
}

export interface Drift {
  readonly inputs: readonly { readonly lead: string; readonly psi: number | null }[];
  readonly scores: readonly { readonly findingId: string; readonly psi: number | null }[];
  readonly enough: boolean;
  /** What the present is held against: this many runs from when this version began. */
  readonly baseline: { readonly count: number; readonly until: string | null };
}

const DAY_MS = 86_400_000;
export const DAYS_SHOWN = 30;
export const RUNS_COUNTED_MAX = 30_000;
const RUNS_AT_ONCE = 2_000;
const DRIFT_DAYS = 7;
const DRIFT_RUNS_MAX = 2_000;
const BASELINE_RUNS = 500;
const OUTCOME_DAYS = 365;
/** Devices beyond are counted together. */
const NAMES_MAX = 20;

export async function modelReport(
  runs: ModelRuns,
  card: ModelCard,
  mode: ModelMode,
  nowMs: number,
): Promise<ModelReport> {
  const { days, cut } = await daysOf(runs, card.id, nowMs);
  return {
    card,
    mode,
    days,
    cut,
    drift: await driftOf(runs, card, nowMs),
    outcomes: await runs.outcomes(card.id, nowMs - OUTCOME_DAYS * DAY_MS),
  };
}

async function daysOf(
  runs: ModelRuns,
  modelId: string,
  nowMs: number,
): Promise<{ readonly days: readonly ModelDay[]; readonly cut: boolean }> {
  const tallies = new Map<string, DayTally>();
  const span = { fromMs: nowMs - DAYS_SHOWN * DAY_MS, toMs: nowMs + 1 };
  let offset = 0;
  for (let more = true; more && offset < RUNS_COUNTED_MAX; offset += RUNS_AT_ONCE) {
    const page = await runs.page({ modelId, ...span, limit: RUNS_AT_ONCE, offset });
    for (const run of page) {
      const day = new Date(run.atMs).toISOString().slice(0, 10);
      const tally = tallies.get(day) ?? new DayTally(day);
      tallies.set(day, tally);
      tally.count(run);
    }
    more = page.length === RUNS_AT_ONCE;
  }
  const days = [...tallies.values()].map((tally) => tally.day());
  return {
    days: days.sort((a, b) => (a.day < b.day ? -1 : 1)),
    cut: offset >= RUNS_COUNTED_MAX,
  };
}

class DayTally {
  readonly #histogram = new Array<number>(10).fill(0);
  readonly #byDevice = new Map<string, number>();
  readonly #byAge = new Map<string, number>();
  readonly #bySex = new Map<string, number>();
  readonly #agreement = new Map<string, number>();
  #count = 0;
  #positives = 0;
  #abstained = 0;

  constructor(private readonly name: string) {}

  count({ scores, abstained, device, ageBand, sex, agreement }: ModelRun): void {
    const told = Object.values(scores ?? {});
    this.#count += 1;
    if (told.some(({ positive }) => positive)) this.#positives += 1;
    if (abstained !== null) this.#abstained += 1;
    for (const { p } of told) {
      const bin = Math.min(9, Math.max(0, Math.floor(10 * p)));
      this.#histogram[bin] = (this.#histogram[bin] as number) + 1;
    }
    add(this.#byDevice, device);
    add(this.#byAge, ageBand);
    add(this.#bySex, sex);
    add(this.#agreement, agreement);
  }

  day(): ModelDay {
    return {
      day: this.name,
      count: this.#count,
      positives: this.#positives,
      abstained: this.#abstained,
      scoreHistogram: this.#histogram,
      byDevice: Object.fromEntries(this.#byDevice),
      byAge: Object.fromEntries(this.#byAge),
      bySex: Object.fromEntries(this.#bySex),
      agreement: Object.fromEntries(this.#agreement),
    };
  }
}

function add(counts: Map<string, number>, name: string | null): void {
  const known = name ?? 'unknown';
  const key = counts.has(known) || counts.size < NAMES_MAX ? known : 'others';
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** The version's first runs against the last week's; the two must not overlap. */
async function driftOf(runs: ModelRuns, card: ModelCard, nowMs: number): Promise<Drift> {
  const common = { modelId: card.id, modelVersion: card.version, withInputs: true };
  const before = await runs.page({
    ...common,
    fromMs: 0,
    toMs: nowMs + 1,
    limit: BASELINE_RUNS,
    oldestFirst: true,
  });
  const untilMs = before.at(-1)?.atMs ?? null;
  const fromMs = Math.max(nowMs - DRIFT_DAYS * DAY_MS, (untilMs ?? nowMs) + 1);
  const now = await runs.page({ ...common, fromMs, toMs: nowMs + 1, limit: DRIFT_RUNS_MAX });
  const signal = signalOf(card);
  const leads = signal?.kind === 'waveform' ? signal.leads : LEAD_NAMES;
  return {
    inputs: leads.map((lead, i) => ({
      lead,
      psi: stability(numbers(before, deviationOf(i)), numbers(now, deviationOf(i))),
    })),
    scores: card.findings.map(({ id }) => ({
      findingId: id,
      psi: stability(numbers(before, scoreOf(id)), numbers(now, scoreOf(id))),
    })),
    enough: before.length >= ENOUGH_MIN && now.length >= ENOUGH_MIN,
    baseline: {
      count: before.length,
      until: untilMs === null ? null : new Date(untilMs).toISOString(),
    },
  };
}

function numbers(
  runs: readonly ModelRun[],
  read: (run: ModelRun) => number | undefined,
): readonly number[] {
  return runs.flatMap((run) => {
    const value = read(run);
    return value === undefined || !Number.isFinite(value) ? [] : [value];
  });
}

const deviationOf = (lead: number) => (run: ModelRun) => run.inputs?.deviation[lead];
const scoreOf = (findingId: string) => (run: ModelRun) => run.scores?.[findingId]?.p;
