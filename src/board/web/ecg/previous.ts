import { html, nothing, type TemplateResult } from 'lit-html';
import { dayTime } from '../clock.js';
import type { EcgView, PreviousEcg } from '../contract.js';
import { nowMs } from '../now.js';
import { levelWords } from './median.js';

export interface Chosen {
  readonly ecgId: string | null;
  readonly isOver: boolean;
  readonly isBeside: boolean;
}

/** Earlier ECGs of the patient: what changed, and whether to draw one of them over or beside this. */
export function previousView(
  view: EcgView,
  chosen: Chosen,
  choose: (next: Chosen) => void,
): TemplateResult {
  const { previous } = view;
  if (previous.length === 0)
    return html`<p class="quiet">No earlier ECG of this patient is known.</p>`;
  const current = previous.find(({ ecgId }) => ecgId === chosen.ecgId) ?? null;
  return html`
    <p class="toolbar">
      <label>
        Earlier ECG
        <select
          @change=${(event: Event) => {
            const { target } = event;
            if (target instanceof HTMLSelectElement) choose({ ...chosen, ecgId: target.value });
          }}
        >
          ${previous.map(
            ({ ecgId, acquiredAt }) =>
              html`<option value=${ecgId} ?selected=${ecgId === chosen.ecgId}>
                ${dayTime(acquiredAt, nowMs())}
              </option>`,
          )}
        </select>
      </label>
      <button
        aria-pressed=${String(chosen.isOver)}
        @click=${() => {
          choose({ ...chosen, isOver: !chosen.isOver });
        }}
      >
        Over the median beats
      </button>
      <button
        aria-pressed=${String(chosen.isBeside)}
        @click=${() => {
          choose({ ...chosen, isBeside: !chosen.isBeside });
        }}
      >
        Paper beside this one
      </button>
    </p>
    ${current === null ? nothing : changeView(current)}
  `;
}

function changeView({ change, sentences }: PreviousEcg): TemplateResult {
  return html`
    ${sentences.map((sentence) => html`<p>${sentence}</p>`)}
    ${
      change.length === 0
        ? nothing
        : html`<ul class="changes" aria-label="Change of ST by lead">
            ${change.map(({ lead, stDeltaMillimetres, beyondOrdinary }) => {
              const sign = stDeltaMillimetres > 0 ? '▲' : '▼';
              return html`<li class=${beyondOrdinary ? 'much' : ''}>
                <strong>${lead}</strong> ${beyondOrdinary ? sign : ''}
                ${levelWords(stDeltaMillimetres)}
              </li>`;
            })}
          </ul>`
    }
  `;
}
