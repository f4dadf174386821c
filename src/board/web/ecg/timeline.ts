import { html, nothing, svg, type TemplateResult } from 'lit-html';
import { dayTime } from '../clock.js';
import type { BesideItem, EcgView } from '../contract.js';
import { nowMs } from '../now.js';

/** Troponin, vital signs and ECGs over one line of time. */
const WIDTH = 900;
const LEFT = 150;
const RIGHT = 40;
const LANE = 30;
const TOP = 26;
const LANES_MAX = 12;
const POINTS_MAX = 60;

interface Lane {
  readonly title: string;
  readonly points: readonly {
    readonly atMs: number;
    readonly text: string;
    readonly isHigh: boolean;
  }[];
}

export function timelineView(view: EcgView): TemplateResult | typeof nothing {
  const ecgs = ecgLane(view);
  const lanes = [ecgs, ...lanesOf(view.beside)].slice(0, LANES_MAX);
  if (lanes.length === 1 && ecgs.points.length < 2) {
    return html`<p class="quiet">
      No troponin, vital signs or earlier ECG are known for this patient.
    </p>`;
  }
  const times = lanes.flatMap(({ points }) => points.map(({ atMs }) => atMs));
  const [from, to] = [Math.min(...times), Math.max(...times)];
  const xOf = (atMs: number): number =>
    to === from
      ? (LEFT + WIDTH) / 2
      : LEFT + ((atMs - from) / (to - from)) * (WIDTH - LEFT - RIGHT);
  const height = TOP + lanes.length * LANE;
  return html`
    <svg
      class="timeline"
      viewBox="0 0 ${WIDTH} ${height}"
      role="img"
      aria-label="ECGs, troponin and vital signs over time; the table below says the same"
    >
      <text x=${LEFT} y="14">${dayTime(new Date(from).toISOString(), nowMs())}</text>
      <text x=${WIDTH - RIGHT} y="14" text-anchor="end">
        ${dayTime(new Date(to).toISOString(), nowMs())}
      </text>
      ${ecgs.points.map(({ atMs }) => svg`<path class="when" d="M${xOf(atMs)} ${TOP}V${height}" />`)}
      ${lanes.map((lane, i) => laneView(lane, TOP + (i + 0.5) * LANE, xOf))}
    </svg>
    ${table(view.beside)}
  `;
}

function laneView(lane: Lane, y: number, xOf: (atMs: number) => number): TemplateResult {
  return svg`
    <text x="0" y=${y + 4}>${lane.title.slice(0, 22)}</text>
    <path class="lane" d="M${LEFT} ${y}H${WIDTH - RIGHT}" />
    ${lane.points.map(({ atMs, text, isHigh }) => {
      const x = xOf(atMs);
      return svg`<circle class=${isHigh ? 'point high' : 'point'} cx=${x} cy=${y} r="4" />
        <text class="value" x=${x + 7} y=${y - 4}>${text}${isHigh ? ' ↑' : ''}</text>`;
    })}
  `;
}

function ecgLane({ row, previous }: EcgView): Lane {
  const all = [...previous, row].flatMap(({ ecgId, acquiredAt }) =>
    acquiredAt === null
      ? []
      : [
          {
            atMs: Date.parse(acquiredAt),
            text: ecgId === row.ecgId ? 'this' : 'ECG',
            isHigh: false,
          },
        ],
  );
  return { title: 'ECGs', points: all };
}

function lanesOf(beside: readonly BesideItem[]): readonly Lane[] {
  const timed = beside.filter(({ kind }) => kind === 'troponin' || kind === 'vital');
  const titles = [...new Set(timed.map(({ display }) => display))];
  return titles.map((title) => ({
    title,
    points: timed
      .filter(({ display }) => display === title)
      .slice(-POINTS_MAX)
      .map((item) => ({
        atMs: Date.parse(item.at),
        text: `${item.value ?? '–'}${item.unit === null ? '' : ` ${item.unit}`}`,
        isHigh: /^H/.test(item.interpretation ?? ''),
      })),
  }));
}

function table(beside: readonly BesideItem[]): TemplateResult | typeof nothing {
  if (beside.length === 0) return nothing;
  return html`<details>
    <summary>As a table</summary>
    <table>
      <thead>
        <tr>
          <th>Time</th>
          <th>What</th>
          <th>Value</th>
        </tr>
      </thead>
      <tbody>
        ${beside.map(
          ({ at, display, value, unit, interpretation }) =>
            html`<tr>
              <td>${dayTime(at, nowMs())}</td>
              <td>${display}</td>
              <td>${value ?? '–'} ${unit ?? ''} ${interpretation ?? ''}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </details>`;
}
