import { html, nothing, type TemplateResult } from 'lit-html';
import { get, post, wordsOf } from '../api.js';
import { dayTime, spanWords } from '../clock.js';
import type { Destination } from '../contract-desk.js';
import { nowMs } from '../now.js';
import type { Screen } from '../screen.js';
import type { Tab } from './desk.js';

/** Where results go, how they get there, and a way to stop and go on. */
export function createDestinations(screen: Screen): Tab {
  let destinations: readonly Destination[] | null = null;
  let queues: unknown = null;
  const load = async (): Promise<void> => {
    try {
      [destinations, queues] = await Promise.all([
        get<readonly Destination[]>('destinations'),
        get<unknown>('queues'),
      ]);
    } catch (error) {
      screen.say(wordsOf(error), 'error');
    }
    screen.update();
  };
  const turn = async ({ name, paused }: Destination): Promise<void> => {
    try {
      await post(`destinations/${encodeURIComponent(name)}/${paused ? 'resume' : 'pause'}`, {});
      screen.say(paused ? `${name} goes on.` : `${name} is paused: results wait in the ledger.`);
    } catch (error) {
      screen.say(`Not done. ${wordsOf(error)}`, 'error');
    }
    await load();
  };
  void load();
  return {
    render: () => {
      if (destinations === null) return html`<p>Reading …</p>`;
      return html`
        ${destinations.length === 0 ? html`<p class="empty">No destination is configured.</p>` : nothing}
        <div class="cards">
          ${destinations.map((one) => card(one, screen.may('admin') ? turn : null))}
        </div>
        <h2>Queues</h2>
        ${queueTable(queues)}
      `;
    },
  };
}

function card(
  one: Destination,
  turn: ((one: Destination) => Promise<void>) | null,
): TemplateResult {
  const { name, kinds, paused, pending, oldestMs, lastDeliveredAt, lastFailure, takesUpdates } =
    one;
  return html`<article class="card ${paused ? 'withheld' : ''}">
    <h2>${name} <span class="sign">${paused ? '❚❚ paused' : '● running'}</span></h2>
    <p>${kinds.join(', ')}</p>
    <p>
      ${pending}
      waiting${oldestMs === null || pending === 0 ? '' : `, the oldest for ${spanWords(oldestMs)}`}
      · last delivered ${lastDeliveredAt === null ? 'never' : dayTime(lastDeliveredAt, nowMs())}
    </p>
    ${takesUpdates ? nothing : html`<p class="small">Takes no updates: what becomes of an alert is not shown there.</p>`}
    ${lastFailure === null ? nothing : html`<p class="small">Last failure: ${lastFailure.code}, ${lastFailure.text}</p>`}
    ${turn === null ? nothing : html`<p><button @click=${() => void turn(one)}>${paused ? 'Resume' : 'Pause'}</button></p>`}
  </article>`;
}

/** Whatever the queue tells of itself: names and counts. */
function queueTable(queues: unknown): TemplateResult {
  const rows = Array.isArray(queues) ? queues : [queues];
  const objects = rows.filter(
    (row): row is Record<string, unknown> => typeof row === 'object' && row !== null,
  );
  const names = [...new Set(objects.flatMap((row) => Object.keys(row)))];
  if (objects.length === 0) return html`<p class="quiet">Nothing is known.</p>`;
  return html`<div class="table-scroll" tabindex="0" role="region" aria-label="Queues">
    <table>
      <thead>
        <tr>
          ${names.map((name) => html`<th>${name}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${objects.map(
          (row) =>
            html`<tr>
              ${names.map((name) => html`<td>${textOf(row[name])}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '–';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
