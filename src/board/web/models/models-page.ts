import { html, type TemplateResult } from 'lit-html';
import { get, wordsOf } from '../api.js';
import type { Card, ModelReport } from '../contract-desk.js';
import type { Estimate } from '../contract.js';
import type { Screen, View } from '../screen.js';
import { percent } from '../words.js';
import { daysView, driftView, outcomesView } from './monitor.js';

/** What each model says about itself, and what it does here. */
export function createModelsPage(screen: Screen): View {
  let reports: readonly ModelReport[] | null = null;
  let problem: string | null = null;
  void get<readonly ModelReport[]>('models')
    .then(
      (loaded) => (reports = loaded),
      (error: unknown) => (problem = wordsOf(error)),
    )
    .then(screen.update);
  return {
    title: 'Models',
    render: () => html`
      <h1 tabindex="-1">Models</h1>
      ${problem === null ? '' : html`<p role="alert">${problem}</p>`}
      ${reports === null && problem === null ? html`<p>Reading …</p>` : ''}
      ${reports?.length === 0 ? html`<p class="empty">No model is there.</p>` : ''}
      ${(reports ?? []).map(reportView)}
    `,
  };
}

function reportView(report: ModelReport): TemplateResult {
  const { card, mode } = report;
  const total = report.days.reduce((sum, { count }) => sum + count, 0);
  const abstained = report.days.reduce((sum, { abstained: some }) => sum + some, 0);
  return html`<article class="model" data-model=${card.id}>
    <header>
      <h2>${card.title}</h2>
      <p>
        <span class="tag">${card.id} ${card.version}</span> <span class="tag">mode: ${mode}</span>
        <span class="tag">${card.standing}</span>
        <span class="tag">labels: ${card.labelProvenance.replaceAll('-', ' ')}</span>
      </p>
    </header>
    <div class="model-grid">
      <section>${cardView(card)}</section>
      <section>
        <h3>What it did here</h3>
        <p>
          ${total}
          scored${total === 0 ? '' : `, ${abstained} withheld (${percent(abstained / Math.max(1, total + abstained))})`}
        </p>
        ${daysView(report.days)} ${driftView(report.drift)} ${outcomesView(report.outcomes)}
      </section>
    </div>
  </article>`;
}

function cardView(card: Card): TemplateResult {
  return html`
    <dl class="facts">
      <dt>For</dt>
      <dd>${card.intendedUse}</dd>
      <dt>Not for</dt>
      <dd>${card.notIntendedUse}</dd>
      <dt>Trained on</dt>
      <dd>${card.training.data} (${card.training.records} ECGs)</dd>
      <dt>Licence</dt>
      <dd>${card.licence}</dd>
    </dl>
    <h3>Limits</h3>
    <ul>
      ${card.limits.map((limit) => html`<li>${limit}</li>`)}
    </ul>
    <details>
      <summary>Thresholds and figures, each with its cohort</summary>
      <div class="table-scroll" tabindex="0" role="region" aria-label="Figures of ${card.id}">
        <table>
          <thead>
            <tr>
              <th>What</th>
              <th>Cohort</th>
              <th>ECGs</th>
              <th>Value (interval)</th>
            </tr>
          </thead>
          <tbody>
            ${card.findings.flatMap(({ title, decisionPoints }) =>
              decisionPoints.map(
                ({ name, threshold, cohort, sensitivity, specificity }) =>
                  html`<tr>
                    <td>${title}, ${name}: threshold ${percent(threshold)}</td>
                    <td>${cohort}</td>
                    <td></td>
                    <td>
                      sensitivity ${interval(sensitivity)}, specificity ${interval(specificity)}
                    </td>
                  </tr>`,
              ),
            )}
            ${card.evaluation.map(
              ({ measure, cohort, records, positives, estimate, note }) =>
                html`<tr>
                  <td>${measure}${note ? html`<br /><span class="small">${note}</span>` : ''}</td>
                  <td>${cohort}</td>
                  <td class="figure">${records} (${positives})</td>
                  <td>${interval(estimate)}</td>
                </tr>`,
            )}
          </tbody>
        </table>
      </div>
    </details>
  `;
}

function interval({ value, low, high }: Estimate): string {
  return `${value.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)})`;
}
