import { html, nothing, type TemplateResult } from 'lit-html';
import { get, post, wordsOf } from '../api.js';
import { dayTime } from '../clock.js';
import type { DeadLetter } from '../contract-desk.js';
import { nowMs } from '../now.js';
import type { Screen } from '../screen.js';
import type { Tab } from './desk.js';

/** What stopped and waits for a person. */
export function createDeadLetters(screen: Screen): Tab {
  let letters: readonly DeadLetter[] | null = null;
  const load = async (): Promise<void> => {
    try {
      letters = await get<readonly DeadLetter[]>('dead-letters');
    } catch (error) {
      screen.say(wordsOf(error), 'error');
    }
    screen.update();
  };
  const retry = async ({ kind, id }: DeadLetter): Promise<void> => {
    try {
      await post(`dead-letters/${kind}/${encodeURIComponent(id)}/retry`, {});
      screen.say('It is tried again.');
    } catch (error) {
      screen.say(`Not tried again. ${wordsOf(error)}`, 'error');
    }
    await load();
  };
  void load();
  return {
    render: () => {
      if (letters === null) return html`<p>Reading …</p>`;
      if (letters.length === 0) return html`<p class="empty">Nothing waits for a person.</p>`;
      return html`<div class="table-scroll" tabindex="0" role="region" aria-label="Dead letters">
        <table>
          <thead>
            <tr>
              <th>Since</th>
              <th>What</th>
              <th>Why</th>
              ${screen.may('replay') ? html`<td></td>` : nothing}
            </tr>
          </thead>
          <tbody>
            ${letters.map((letter) => line(letter, screen.may('replay') ? retry : null))}
          </tbody>
        </table>
      </div>`;
    },
  };
}

function line(
  letter: DeadLetter,
  retry: ((letter: DeadLetter) => Promise<void>) | null,
): TemplateResult {
  const { kind, since, code, detail, location } = letter;
  return html`<tr>
    <td>${dayTime(since, nowMs())}</td>
    <td>${kind}</td>
    <td>
      <strong>${code ?? 'unknown'}</strong><br /><span class="small"
        >${detail ?? ''}${location === null ? '' : ` (${location})`}</span
      >
    </td>
    ${
      retry === null
        ? nothing
        : html`<td>
            <button @click=${() => void retry(letter)}>Try again</button>
          </td>`
    }
  </tr>`;
}
