import { html, nothing, type TemplateResult } from 'lit-html';
import { act, actionsFor, type Action } from '../acting.js';
import type { Row, RowAlert, RowFinding } from '../contract.js';
import type { Screen } from '../screen.js';
import {
  ageSexOf,
  agreementOf,
  alertWord,
  criteriaMet,
  initialsOf,
  isOpen,
  likelihoodWord,
  percent,
  personOf,
  positives,
  quietVerdict,
  reasonWord,
  rulesSpeakAlone,
  spreadWords,
} from '../words.js';

/** A shape and a word for each rank, so that no colour has to be seen. */
const RANKS = [
  ['▲', 'alert'],
  ['◆', 'finding'],
  ['◇', 'look'],
  ['?', 'unknown'],
  ['–', 'no pattern'],
] as const;

const KEYS: Readonly<Record<Action, string>> = { acknowledge: 'a', escalate: 'e', resolve: 'r' };
const TITLES: Readonly<Record<Action, string>> = {
  acknowledge: 'Acknowledge',
  escalate: 'Escalate',
  resolve: 'Resolve',
};

export function rowView(screen: Screen, row: Row, isGone: boolean): TemplateResult {
  const [sign, word] = RANKS[row.priority] ?? RANKS[3];
  const isOver = isGone || row.corrected !== null;
  return html`
    <li class="row rank-${row.priority} ${isOver ? 'over' : ''}" data-ecg=${row.ecgId}>
      <div class="rank"><span aria-hidden="true">${sign}</span><small>${word}</small></div>
      <div class="who">
        <a href="#/ecg/${row.ecgId}">${screen.isWall ? initialsOf(row) : personOf(row)}</a>
        <span class="quiet">${ageSexOf(row)}</span>
        <div class="quiet small">
          ${row.place ?? 'place not known'}${screen.isWall ? nothing : html` · ${row.patient.identifier ?? 'no number'}`}
        </div>
      </div>
      <div class="waits">
        <time data-since=${row.waitingSince}></time>
        <small class="quiet">waiting</small>
      </div>
      <div class="says">${isGone ? html`<p class="quiet">Left the list</p>` : verdictOf(row)}</div>
      <div class="alert-cell">
        ${row.alert === null ? heldOf(row) : alertView(row.alert)}
        ${screen.isWall || isOver ? nothing : buttonsFor(screen, row)}
      </div>
    </li>
  `;
}

export function verdictOf(row: Row): TemplateResult {
  const found = positives(row);
  const { sign, words } = agreementOf(row.agreement);
  const met = found.length === 0 ? [] : criteriaMet(row);
  return html`
    ${
      found.length === 0
        ? html`<p class="verdict none ${rulesSpeakAlone(row) ? 'rules' : ''}">
            ${quietVerdict(row)}
          </p>`
        : html`${found.slice(0, FINDINGS_SHOWN_MAX).map(findingLine)}${moreLine(found.slice(FINDINGS_SHOWN_MAX))}`
    }
    ${
      row.state === 'done'
        ? html`<p class="small quiet agree">
            <span class="dots" aria-hidden="true">${sign}</span> ${words}${
              met.length === 0 ? nothing : html`: ${met.map(({ title }) => title).join('; ')}`
            }
          </p>`
        : nothing
    }
    ${row.abstentions.map(
      ({ modelId, reason, detail }) =>
        html`<p class="small withheld" title=${detail}>
          Not assessed${modelId === null ? '' : ` by ${modelId}`}: ${reasonWord(reason)}
        </p>`,
    )}
    ${
      row.quality?.verdict === 'unusable' || row.quality?.verdict === 'limited'
        ? html`<p class="small quiet">
            Signal ${row.quality.verdict}: ${row.quality.sentences[0] ?? ''}
          </p>`
        : nothing
    }
  `;
}

/** Findings of one network often say the same at several depths: a glance needs the first. */
const FINDINGS_SHOWN_MAX = 2;

function moreLine(more: readonly RowFinding[]): TemplateResult | typeof nothing {
  if (more.length === 0) return nothing;
  const named = more.slice(0, FINDINGS_SHOWN_MAX);
  const words = named.map(({ title, probability }) => `${title} ${percent(probability)}`);
  const rest = more.length - named.length;
  return html`<p class="small quiet">
    Also: ${words.join('; ')}${rest === 0 ? '' : ` and ${rest} more`}
  </p>`;
}

function findingLine(finding: RowFinding): TemplateResult {
  return html`<p class="verdict">
    <strong>${finding.title}</strong>
    <span class="how">
      ${likelihoodWord(finding)}, <b>${percent(finding.probability)}</b>
      <span class="quiet small">${spreadWords(finding.spread)}</span>
    </span>
  </p>`;
}

export function alertView(alert: RowAlert): TemplateResult {
  const open = isOpen(alert);
  return html`<p class="alert-state ${open ? 'open' : ''} ${alert.urgency}">
    <span aria-hidden="true">${open ? '●' : '✓'}</span>
    <strong>${alertWord(alert)}</strong>
    ${
      alert.state === 'acknowledged' && alert.acknowledgedAt !== null
        ? html`<span class="small">
            by ${alert.acknowledgedBy ?? 'somebody'},
            <time data-since=${alert.acknowledgedAt}></time> ago
          </span>`
        : html`<span class="small"><time data-since=${alert.raisedAt}></time> ago</span>`
    }
    ${
      open && alert.escalateAt !== null && alert.state !== 'escalated'
        ? html`<span class="small clock"
            >escalates <time data-until=${alert.escalateAt}></time
          ></span>`
        : nothing
    }
    ${alert.storm ? html`<span class="small">one of a burst of alerts</span>` : nothing}
  </p>`;
}

function heldOf({ held }: Row): TemplateResult | typeof nothing {
  if (held === null || held.because === 'nothing-positive') return nothing;
  return html`<p class="small quiet">${held.text}</p>`;
}

export function buttonsFor(screen: Screen, row: Row): TemplateResult | typeof nothing {
  const actions = screen.may('act') ? actionsFor(row.alert) : [];
  if (actions.length === 0) return nothing;
  return html`<p class="acts">
    ${actions.map(
      (action, i) =>
        html`<button
          class=${i === 0 && action === 'acknowledge' ? 'primary' : ''}
          title="Key ${KEYS[action]}"
          aria-label="${TITLES[action]}, ${personOf(row)}"
          @click=${() => void act(screen, row, action)}
        >
          ${TITLES[action]}
        </button>`,
    )}
  </p>`;
}
