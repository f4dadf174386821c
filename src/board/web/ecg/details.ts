import { html, nothing, type TemplateResult } from 'lit-html';
import { dayTime } from '../clock.js';
import type { EcgView, Row } from '../contract.js';
import { nowMs } from '../now.js';

/** What the classic rules say, each with its sentence. Those that are met come first. */
export function criteriaView({ criteria }: Row): TemplateResult {
  const rank = (item: Row['criteria'][number]): number =>
    item.positive === true ? 0 : item.positive === null ? 1 : item.applies ? 2 : 3;
  const sorted = criteria.toSorted((a, b) => rank(a) - rank(b));
  if (sorted.length === 0) return html`<p class="quiet">The criteria were not applied.</p>`;
  return html`<ul class="criteria">
    ${sorted.map((item) => {
      const word =
        item.positive === true
          ? '▲ met'
          : !item.applies
            ? '– does not apply'
            : item.positive === null
              ? '? depends'
              : '○ not met';
      return html`<li class=${item.positive === true ? 'met' : ''}>
        <strong>${item.title}</strong> <span class="small">${word}</span>
        <p class="small quiet">
          ${item.text}${item.why === null || item.text.includes(item.why) ? '' : ` ${item.why}`}
        </p>
      </li>`;
    })}
  </ul>`;
}

export function measurementsView({ measurements }: EcgView): TemplateResult {
  return html`<dl class="measures">
    ${measurements.map(
      ({ name, value, unit, why }) =>
        html`<div>
          <dt>${name}</dt>
          <dd title=${why ?? ''}>
            ${value === null ? html`<span class="quiet">–</span>` : html`${value} <small>${unit === 'degrees' ? '°' : unit}</small>`}
          </dd>
        </div>`,
    )}
  </dl>`;
}

export function roadView({ sources, deliveries, outcome }: EcgView): TemplateResult {
  return html`
    <ul class="road">
      ${sources.map(
        ({ door, sender, at }) =>
          html`<li>Came by ${door} from ${sender ?? 'somebody'}, ${dayTime(at, nowMs())}</li>`,
      )}
      ${deliveries.map(
        ({ destination, kind, state, attempts, failure, at }) =>
          html`<li>
            ${kind} to ${destination}: <strong>${state}</strong>,
            ${dayTime(at, nowMs())}${
              attempts > 1 ? `, ${attempts} attempts` : ''
            }${failure === null ? nothing : html` – ${failure.detail}`}
          </li>`,
      )}
      ${outcome.map(
        ({ findingId, says, by, reason, at }) =>
          html`<li>
            ${by} says ${findingId} is ${says}${reason === null ? '' : `: ${reason}`},
            ${dayTime(at, nowMs())}
          </li>`,
      )}
    </ul>
  `;
}
