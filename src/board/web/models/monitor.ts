import { html, svg, type TemplateResult } from 'lit-html';
import type { ModelDay, ModelReport } from '../contract-desk.js';

const WIDTH = 360;
const HEIGHT = 90;
const DAYS_MAX = 30;
/** The usual words for a population stability index. */
const PSI_SOME = 0.1;
const PSI_MUCH = 0.25;

export function daysView(days: readonly ModelDay[]): TemplateResult {
  const shown = days.slice(-DAYS_MAX);
  if (shown.length === 0) return html`<p class="quiet">Nothing was scored yet.</p>`;
  const bins = Array.from({ length: 10 }, (_, i) =>
    shown.reduce((sum, { scoreHistogram }) => sum + (scoreHistogram[i] ?? 0), 0),
  );
  return html`
    <figure>
      <figcaption>Scores, 0 to 100 %</figcaption>
      ${bars(bins, (i) => `${i * 10}`)}
    </figure>
    <figure>
      <figcaption>ECGs a day, positives darker</figcaption>
      ${bars(
        shown.map(({ count }) => count),
        (i) => shown[i]?.day.slice(5) ?? '',
        shown.map(({ positives }) => positives),
      )}
    </figure>
    <div class="groups">
      ${group('Device', shown, ({ byDevice }) => byDevice)}
      ${group('Age', shown, ({ byAge }) => byAge)} ${group('Sex', shown, ({ bySex }) => bySex)}
      ${group('Network and criteria', shown, ({ agreement }) => agreement)}
    </div>
  `;
}

function bars(
  values: readonly number[],
  label: (i: number) => string,
  inner: readonly number[] = [],
): TemplateResult {
  const most = Math.max(1, ...values);
  const step = WIDTH / values.length;
  const every = Math.ceil(values.length / 10);
  const words = values.map((value, i) => `${label(i)}: ${value}`).join(', ');
  return html`<svg
    class="bars"
    viewBox="0 0 ${WIDTH} ${HEIGHT + 16}"
    role="img"
    aria-label=${words}
  >
    ${values.map((value, i) => {
      const height = (value / most) * HEIGHT;
      const part = ((inner[i] ?? 0) / most) * HEIGHT;
      return svg`
        <rect x=${i * step + 1} y=${HEIGHT - height} width=${Math.max(1, step - 2)} height=${height} />
        <rect class="inner" x=${i * step + 1} y=${HEIGHT - part} width=${Math.max(1, step - 2)} height=${part} />
        ${i % every === 0 ? svg`<text x=${i * step + 2} y=${HEIGHT + 13}>${label(i)}</text>` : ''}
      `;
    })}
  </svg>`;
}

function group(
  title: string,
  days: readonly ModelDay[],
  read: (day: ModelDay) => Readonly<Record<string, number>>,
): TemplateResult {
  const sums = new Map<string, number>();
  for (const day of days) {
    for (const [name, count] of Object.entries(read(day)))
      sums.set(name, (sums.get(name) ?? 0) + count);
  }
  return html`<table>
    <caption>
      ${title}
    </caption>
    <tbody>
      ${[...sums]
        .toSorted(([a], [b]) => a.localeCompare(b))
        .map(
          ([name, count]) =>
            html`<tr>
              <th scope="row">${name}</th>
              <td class="figure">${count}</td>
            </tr>`,
        )}
    </tbody>
  </table>`;
}

export function driftView({ inputs, scores, enough }: ModelReport['drift']): TemplateResult {
  if (!enough) {
    return html`<h3>Drift</h3>
      <p class="quiet">Too few ECGs so far to tell a drift from chance.</p>`;
  }
  return html`<h3>Drift against the card</h3>
    <ul class="drift">
      ${scores.map(({ findingId, psi }) => html`<li>${findingId}: ${psiWords(psi)}</li>`)}
      ${inputs.map(({ lead, psi }) => html`<li>lead ${lead}: ${psiWords(psi)}</li>`)}
    </ul>`;
}

function psiWords(psi: number | null): string {
  if (psi === null) return 'not known';
  const word = psi >= PSI_MUCH ? '▲ much' : psi >= PSI_SOME ? '△ some' : 'little';
  return `${word} (${psi.toFixed(2)})`;
}

export function outcomesView(outcomes: ModelReport['outcomes']): TemplateResult {
  if (outcomes.length === 0) {
    return html`<h3>Outcomes and feedback</h3>
      <p class="quiet">None is known yet.</p>`;
  }
  return html`<h3>Outcomes and feedback</h3>
    <div class="table-scroll" tabindex="0" role="region" aria-label="Outcomes">
      <table>
        <thead>
          <tr>
            <th>Finding</th>
            <th>In the end</th>
            <th>By</th>
            <th>ECGs</th>
            <th>Found</th>
            <th>Not found</th>
            <th>Withheld</th>
          </tr>
        </thead>
        <tbody>
          ${outcomes.map(
            (row) =>
              html`<tr>
                <td>${row.findingId}</td>
                <td>${row.says}</td>
                <td>${row.source}</td>
                <td class="figure">${row.count}</td>
                <td class="figure">${row.foundPositive}</td>
                <td class="figure">${row.foundNegative}</td>
                <td class="figure">${row.withheld}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
}
