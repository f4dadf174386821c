import { html, nothing, svg, type TemplateResult } from 'lit-html';
import type { LeadName } from '../../../core/ecg/lead.js';
import type { MedianBeatPanel } from '../../../core/image/evidence.js';
import { traceLine } from '../../../core/image/trace-line.js';
import type { WireBeatLead } from '../contract.js';

/** One median beat a lead, on its own piece of paper: 25 mm/s, 10 mm/mV, larger on a screen. */
const WIDTH_MM = 20;
const BEFORE_MM = 5;
const REACH_MM_MIN = 10;
const REACH_MM_MAX = 30;
const SPEED = 25;
const GAIN = 10;
const J60_SECONDS = 0.06;
const MICROVOLTS_PER_MM = 100;
const CHANGE_MM_MIN = 0.5;

export interface Earlier {
  readonly beat: MedianBeatPanel;
  readonly change: ReadonlyMap<string, number>;
}

export function medianView(
  beat: MedianBeatPanel,
  levels: readonly WireBeatLead[],
  earlier: Earlier | null,
): TemplateResult {
  const st = new Map(levels.map((level) => [level.name, level]));
  const reach = reachOf(beat);
  return html`<ol class="beats" aria-label="Median beat of each lead with its ST level">
    ${beat.leads.map(({ name, microvolts }) => {
      const level = st.get(name)?.stMillimetres ?? null;
      const isDecisive = st.get(name)?.decisive === true;
      const delta = earlier?.change.get(name) ?? null;
      return html`<li>
        <p>
          <strong>${name}</strong>
          <span class="st ${isDecisive ? 'counted' : ''}"
            >${levelWords(level)}${isDecisive ? html`<span class="visually-hidden">, counted for a criterion</span>` : nothing}</span
          >
          ${delta === null ? nothing : html`<span class="delta">${deltaWords(delta)}</span>`}
        </p>
        <svg
          viewBox="0 ${-reach.up} ${WIDTH_MM} ${reach.up + reach.down}"
          role="img"
          aria-label="${name}, ST ${levelWords(level)}"
        >
          ${gridOf(reach)} ${earlier ? earlierTrace(name, earlier.beat) : nothing}
          <path class="beat-line" d=${pathOf(microvolts, beat)} />
          ${stMarks(microvolts, beat, level)}
        </svg>
      </li>`;
    })}
  </ol>`;
}

export function levelWords(millimetres: number | null): string {
  if (millimetres === null) return 'not measured';
  const sign = millimetres < 0 ? '−' : millimetres === 0 ? '±' : '+';
  return `${sign}${Math.abs(millimetres).toFixed(1)} mm`;
}

function deltaWords(millimetres: number): string {
  const sign = millimetres < 0 ? '▼ −' : '▲ +';
  if (Math.abs(millimetres) < CHANGE_MM_MIN) return 'Δ little';
  return `Δ ${sign}${Math.abs(millimetres).toFixed(1)}`;
}

interface Reach {
  readonly up: number;
  readonly down: number;
}

/** One height for all leads, so that they can be compared. */
function reachOf({ leads }: MedianBeatPanel): Reach {
  const all = leads.flatMap(({ microvolts }) => Array.from(microvolts));
  const mm = (microvolts: number): number =>
    Math.min(REACH_MM_MAX, Math.max(REACH_MM_MIN, Math.ceil(microvolts / MICROVOLTS_PER_MM) + 1));
  return { up: mm(Math.max(0, ...all)), down: mm(-Math.min(0, ...all)) };
}

function gridOf({ up, down }: Reach): TemplateResult {
  const lines = (every: number): string => {
    let path = '';
    for (let x = 0; x <= WIDTH_MM; x += every) path += `M${x} ${-up}V${down}`;
    for (let y = -every * Math.floor(up / every); y <= down; y += every)
      path += `M0 ${y}H${WIDTH_MM}`;
    return path;
  };
  return svg`<path class="grid" d=${lines(1)} /><path class="grid strong" d=${lines(5)} />`;
}

function startSeconds({ onset, sampleRateHz }: MedianBeatPanel): number {
  return onset / sampleRateHz - BEFORE_MM / SPEED;
}

function pathOf(microvolts: ArrayLike<number>, beat: MedianBeatPanel): string {
  const fromSeconds = startSeconds(beat);
  const lines = traceLine(
    {
      samples: microvolts,
      sampleRateHz: beat.sampleRateHz,
      fromSeconds: Math.max(0, fromSeconds),
      toSeconds: fromSeconds + WIDTH_MM / SPEED,
    },
    { speedMmPerSecond: SPEED, gainMmPerMillivolt: GAIN, isInverted: false, levelMicrovolts: 0 },
  );
  const shift = Math.max(0, -fromSeconds) * SPEED;
  return lines
    .map((points) =>
      points.reduce((path, value, i) => {
        if (i % 2 === 1) return `${path} ${(-value).toFixed(2)}`;
        return `${path}${i === 0 ? 'M' : 'L'}${(value + shift).toFixed(2)}`;
      }, ''),
    )
    .join('');
}

function earlierTrace(name: LeadName, beat: MedianBeatPanel): TemplateResult | typeof nothing {
  const lead = beat.leads.find((candidate) => candidate.name === name);
  if (!lead) return nothing;
  return svg`<path class="beat-line earlier" d=${pathOf(lead.microvolts, beat)} />`;
}

/** The level before the QRS, a tick at J, a dot at J + 60 ms, and a bar as high as the ST level. */
function stMarks(
  microvolts: ArrayLike<number>,
  beat: MedianBeatPanel,
  level: number | null,
): TemplateResult {
  const { onset, jPoint, sampleRateHz } = beat;
  const xOf = (seconds: number): number => (seconds - startSeconds(beat)) * SPEED;
  const yOf = (sample: number): number =>
    -((microvolts[sample] ?? 0) / MICROVOLTS_PER_MM) * (GAIN / 10);
  const [jX, jY] = [xOf(jPoint / sampleRateHz), yOf(jPoint)];
  const dotSeconds = jPoint / sampleRateHz + J60_SECONDS;
  const base = yOf(onset);
  return svg`
    <path class="level" d="M0 ${base}H${WIDTH_MM}" />
    ${level === null ? nothing : svg`<path class="st-bar" d="M${jX} ${base}V${base - level}" />`}
    <path class="tick" d="M${jX - 1} ${jY}H${jX + 1}" />
    <circle class="dot" cx=${xOf(dotSeconds)} cy=${yOf(Math.round(dotSeconds * sampleRateHz))} r="0.45" />
  `;
}
