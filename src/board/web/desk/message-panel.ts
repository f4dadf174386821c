import { html, nothing, type TemplateResult } from 'lit-html';
import { get, wordsOf } from '../api.js';
import { dayTime } from '../clock.js';
import type { MessageDetail, MessageRow } from '../contract-desk.js';
import { nowMs } from '../now.js';
import type { Screen } from '../screen.js';

export interface PanelActions {
  readonly close: () => void;
  readonly replay: () => void;
}

/** One message from all sides. Its raw bytes are shown when asked for, because each look is audited. */
export class MessagePanel {
  #detail: MessageDetail | null = null;
  #raw: string | null = null;
  #problem: string | null = null;

  constructor(
    private readonly screen: Screen,
    private readonly row: MessageRow,
    private readonly actions: PanelActions,
  ) {
    void this.reload();
  }

  get receiptId(): string {
    return this.row.receiptId;
  }

  async reload(): Promise<void> {
    await this.#try(async () => {
      this.#detail = await get<MessageDetail>(`messages/${this.receiptId}`);
    });
  }

  async #try(look: () => Promise<void>): Promise<void> {
    try {
      await look();
    } catch (error) {
      this.#problem = wordsOf(error);
    }
    this.screen.update();
  }

  render(): TemplateResult {
    const shown = this.#detail ?? this.row;
    return html`<aside class="panel" aria-label="Message">
      <p class="toolbar">
        <strong>${shown.messageId ?? 'without a control id'}</strong>
        ${this.screen.may('replay') ? html`<button @click=${this.actions.replay}>Replay</button>` : nothing}
        ${shown.ecgId === null || !this.screen.may('see') ? nothing : html`<a class="button" href="#/ecg/${shown.ecgId}">ECG</a>`}
        <button @click=${this.actions.close} aria-label="Close the message">×</button>
      </p>
      ${this.#problem === null ? nothing : html`<p role="alert">${this.#problem}</p>`}
      ${
        shown.failure === null
          ? nothing
          : html`<p class="why">
              <strong>✕ ${shown.failure.code}</strong><br />${shown.failure.text}${
                shown.failure.location
                  ? html`<br /><span class="small">at ${shown.failure.location}</span>`
                  : nothing
              }
            </p>`
      }
      ${this.#detail === null ? html`<p>Reading …</p>` : this.#sides(this.#detail)}
    </aside>`;
  }

  #sides({ decoded, answer, deliveries }: MessageDetail): TemplateResult {
    return html`
      <h2>Decoded</h2>
      ${decoded.length === 0 ? html`<p class="quiet">Nothing could be decoded.</p>` : html`<pre tabindex="0" aria-label="Decoded">${decoded.join('\n')}</pre>`}
      <h2>Answer sent</h2>
      ${answer === null ? html`<p class="quiet">None is kept.</p>` : html`<pre tabindex="0" aria-label="Answer sent">${linesOf(answer)}</pre>`}
      <h2>Deliveries</h2>
      ${deliveries.length === 0 ? html`<p class="quiet">None.</p>` : nothing}
      <ul>
        ${deliveries.map(
          ({ kind, destination, state, attempts, at, failure }) =>
            html`<li>
              ${kind} to ${destination}: ${state}, ${attempts}
              ${attempts === 1 ? 'attempt' : 'attempts'}, ${dayTime(at, nowMs())}
              ${failure === null ? nothing : html`<br /><span class="small">${failure.detail}</span>`}
            </li>`,
        )}
      </ul>
      ${this.#rawSide()}
    `;
  }

  #rawSide(): TemplateResult | typeof nothing {
    if (!this.screen.may('raw')) return nothing;
    if (this.#raw !== null) {
      return html`<h2>Raw</h2>
        <pre tabindex="0" aria-label="Raw message">${linesOf(this.#raw)}</pre>`;
    }
    return html`<p>
      <button
        @click=${() =>
          void this.#try(async () => {
            this.#raw = await get<string>(`messages/${this.receiptId}/raw`);
          })}
      >
        Show raw
      </button>
      <span class="small quiet">Holds patient data; that you looked is written down.</span>
    </p>`;
  }
}

/** HL7 ends its segments with a carriage return alone. */
function linesOf(text: unknown): string {
  const all = typeof text === 'string' ? text : JSON.stringify(text, null, 1);
  return all.replace(/\r\n?/g, '\n');
}
