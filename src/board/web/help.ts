import { html } from 'lit-html';
import { ask } from './ask.js';
import { preference, prefer } from './preferences.js';

const KEYS = [
  ['j  k', 'next, previous patient'],
  ['Enter', 'open the ECG'],
  ['a', 'acknowledge the alert'],
  ['e', 'escalate it'],
  ['r', 'resolve it'],
  ['+  −  0', 'on an ECG: larger, smaller, whole width'],
  ['arrows', 'on the paper: move the caliper; with Shift its other end'],
  ['Esc', 'back to the list'],
  ['?', 'this help'],
] as const;

export function helpDialog(): Promise<string | null> {
  return ask(
    (close) => html`
      <h2>Keys</h2>
      <dl class="keys">
        ${KEYS.map(
          ([key, what]) =>
            html`<dt><kbd>${key}</kbd></dt>
              <dd>${what}</dd>`,
        )}
      </dl>
      <label class="check">
        <input
          type="checkbox"
          ?checked=${preference('shortcuts') !== 'off'}
          @change=${(event: Event) => {
            const { target } = event;
            prefer(
              'shortcuts',
              target instanceof HTMLInputElement && target.checked ? 'on' : 'off',
            );
          }}
        />
        Keys of one letter act at once
      </label>
      <h2>How to read it</h2>
      <ul>
        <li>▲ an alert nobody has answered · ◆ a finding · ◇ criteria met, or an older ECG</li>
        <li>? not known: not scored, withheld, or given up · – no pattern found</li>
        <li>No pattern found is not a normal ECG report. Read every ECG yourself.</li>
        <li>The order stands still while your pointer or the keyboard is in the list.</li>
        <li>A grey page with a red bar is old: it shows what was true then.</li>
      </ul>
      <p class="buttons">
        <button
          class="primary"
          autofocus
          @click=${() => {
            close(null);
          }}
        >
          Close
        </button>
      </p>
    `,
  );
}
