import { html, nothing, type TemplateResult } from 'lit-html';
import type { EcgView, Estimate, ModelExcerpt, RowFinding } from '../contract.js';
import { likelihoodWord, percent, positives, reasonWord, spreadWords } from '../words.js';
import { evidenceLeads, lettersOf } from './decode.js';

/** Each finding with what has to stand beside its number: whose it is, and what it is not. */
export function findingsView(view: EcgView): TemplateResult {
  const { row, models } = view;
  const silent = models.filter(({ findingId }) => findingId === null);
  const cardOf = (finding: RowFinding): TemplateResult =>
    findingCard(finding, excerptOf(models, finding), view);
  const below = row.findings.filter(({ positive }) => !positive);
  return html`
    ${positives(row).map(cardOf)}
    ${
      below.length === 0
        ? nothing
        : html`<details class="below" ?open=${below.length === row.findings.length}>
            <summary>Below their thresholds: ${below.length}</summary>
            ${below.map(cardOf)}
          </details>`
    }
    ${row.abstentions.map(
      ({ modelId, reason, detail }) =>
        html`<article class="card withheld">
          <h3>Not assessed${modelId === null ? '' : ` by ${modelId}`}</h3>
          <p>${reasonWord(reason)}${detail === '' ? '' : `: ${detail}`}</p>
          <p class="small quiet">Not known is not the same as not there.</p>
        </article>`,
    )}
    ${silent.map((excerpt) => html`<details>${cardSummary(excerpt)} ${cardWords(excerpt)}</details>`)}
  `;
}

function excerptOf(models: readonly ModelExcerpt[], finding: RowFinding): ModelExcerpt | null {
  const own = models.find(
    ({ id, findingId }) => id === finding.modelId && findingId === finding.findingId,
  );
  return own ?? models.find(({ id }) => id === finding.modelId) ?? null;
}

function findingCard(
  finding: RowFinding,
  excerpt: ModelExcerpt | null,
  view: EcgView,
): TemplateResult {
  const leads = evidenceLeads(view, finding.findingId);
  const letter = lettersOf(view).get(finding.findingId);
  const { positive, threshold, title, modelId, modelVersion } = finding;
  return html`<article class="card ${positive ? 'positive' : ''}" data-finding=${finding.findingId}>
    <h3>
      ${title}
      <span class="sign">${positive ? '▲ at or above its threshold' : 'below its threshold'}</span>
    </h3>
    <p class="number">
      <strong>${percent(finding.probability)}</strong> ${likelihoodWord(finding)}
      <span class="quiet">${spreadWords(finding.spread)}</span>
    </p>
    ${scale(finding)}
    ${
      leads.length === 0
        ? nothing
        : html`<p data-evidence-leads=${leads.join(' ')}>
            <span class="letter">${letter ?? ''}</span> Weighed most: ${leads.join(', ')}
          </p>`
    }
    <p class="small quiet">
      ${modelId} ${modelVersion} · ${finding.mode} · ${finding.standing} · threshold
      ${percent(threshold)}${excerpt === null || excerpt.decisionPoint !== null ? nothing : ', set by this site'}
      · trained on ${finding.labelProvenance.replaceAll('-', ' ')} labels
    </p>
    ${
      excerpt === null
        ? html`<p class="small">The card of this version is not here.</p>`
        : html`<details>${cardSummary(excerpt)} ${cardWords(excerpt)}</details>`
    }
  </article>`;
}

/** Probability and threshold on one line from 0 to 100 %; the words above say the same. */
function scale({ probability, threshold, spread }: RowFinding): TemplateResult {
  const [low, high] = [probability - (spread ?? 0), probability + (spread ?? 0)].map((share) =>
    Math.max(0, Math.min(1, share)),
  );
  return html`<svg class="scale" viewBox="0 0 100 7" preserveAspectRatio="none" aria-hidden="true">
    <rect class="range" x="0" y="2" width="100" height="3" />
    <rect class="bar" x="0" y="2" width=${100 * probability} height="3" />
    <rect
      class="spread"
      x=${100 * (low ?? 0)}
      y="3.1"
      width=${100 * ((high ?? 0) - (low ?? 0))}
      height="0.8"
    />
    <rect class="threshold" x=${100 * threshold - 0.3} y="0" width="0.6" height="7" />
  </svg>`;
}

function cardSummary({ title }: ModelExcerpt): TemplateResult {
  return html`<summary>What it is, and what it is not: ${title}</summary>`;
}

function cardWords(excerpt: ModelExcerpt): TemplateResult {
  const { intendedUse, notIntendedUse, cohort, decisionPoint, sensitivity, specificity } = excerpt;
  return html`<dl class="facts">
    ${fact('For', intendedUse)} ${fact('Not for', notIntendedUse)}
    ${fact('Threshold', decisionPoint)} ${fact('Measured on', cohort)}
    ${fact('Sensitivity there', estimateWords(sensitivity))}
    ${fact('Specificity there', estimateWords(specificity))}
    ${fact('Limits', excerpt.limits.length === 0 ? null : excerpt.limits.join(' '))}
  </dl>`;
}

function fact(name: string, words: string | null): TemplateResult | typeof nothing {
  return words === null
    ? nothing
    : html`<dt>${name}</dt>
        <dd>${words}</dd>`;
}

function estimateWords(estimate: Estimate | null): string | null {
  if (estimate === null) return null;
  return `${percent(estimate.value)} (${percent(estimate.low)} to ${percent(estimate.high)})`;
}
