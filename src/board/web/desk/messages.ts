import { html, nothing, type TemplateResult } from 'lit-html';
import { get, post, wordsOf } from '../api.js';
import { dayTime } from '../clock.js';
import type { MessageRow, Messages } from '../contract-desk.js';
import { nowMs } from '../now.js';
import type { Screen } from '../screen.js';
import type { Tab } from './desk.js';
import { MessagePanel } from './message-panel.js';

const FIELDS = [
  ['patient', 'Patient id', 'text'],
  ['order', 'Order', 'text'],
  ['controlId', 'Control id', 'text'],
  ['sender', 'Sender', 'text'],
  ['from', 'From', 'datetime-local'],
  ['to', 'To', 'datetime-local'],
] as const;
const OUTCOMES = [
  ['', 'any'],
  ['ecg', 'an ECG'],
  ['repeat', 'a repeat'],
  ['at-fault', 'at fault'],
  ['refused', 'refused'],
  ['not-ours', 'not an ECG'],
  ['notice', 'a notice'],
  ['to-fetch', 'to be fetched'],
] as const;
const LIMIT = 50;
const REPLAYS_MAX = 100;

export function createMessages(screen: Screen): Tab {
  return new MessagesTab(screen);
}

/** Every message that came, what became of it, and the way to have it tried again. */
class MessagesTab implements Tab {
  #rows: readonly MessageRow[] = [];
  #next: string | null = null;
  #query = new URLSearchParams();
  #isLoading = true;
  readonly #chosen = new Set<string>();
  #panel: MessagePanel | null = null;

  constructor(private readonly screen: Screen) {
    void this.#load(null);
  }

  render(): TemplateResult {
    return html`
      <form class="filter" role="search" aria-label="Messages" @submit=${this.#onSearch}>
        ${FIELDS.map(
          ([name, title, type]) =>
            html`<label>${title} <input name=${name} type=${type} autocomplete="off" /></label>`,
        )}
        <label>
          Outcome
          <select name="outcome">
            ${OUTCOMES.map(([value, title]) => html`<option value=${value}>${title}</option>`)}
          </select>
        </label>
        <button class="primary">Search</button>
      </form>
      <div class="desk ${this.#panel === null ? '' : 'with-panel'}">
        <div>
          <p class="toolbar">
            <span role="status"
              >${this.#isLoading ? 'Reading …' : `${this.#rows.length} shown`}</span
            >
            ${
              this.screen.may('replay')
                ? html`<button
                    ?disabled=${this.#chosen.size === 0}
                    @click=${() => void this.#replay([...this.#chosen])}
                  >
                    Replay ${this.#chosen.size === 0 ? 'chosen' : this.#chosen.size}
                  </button>`
                : nothing
            }
          </p>
          ${this.#table()}
          ${
            this.#next === null
              ? nothing
              : html`<p><button @click=${() => void this.#load(this.#next)}>Show more</button></p>`
          }
        </div>
        ${this.#panel?.render() ?? nothing}
      </div>
    `;
  }

  #table(): TemplateResult {
    return html`<div class="table-scroll" tabindex="0" role="region" aria-label="Messages">
      <table class="messages">
        <thead>
          <tr>
            ${this.screen.may('replay') ? html`<td></td>` : nothing}
            <th>Received</th>
            <th>Door</th>
            <th>Sender</th>
            <th>Control id</th>
            <th>Outcome</th>
            <th>Took</th>
            <th>Size</th>
          </tr>
        </thead>
        <tbody>
          ${this.#rows.map((row) => this.#line(row))}
        </tbody>
      </table>
    </div>`;
  }

  #line(row: MessageRow): TemplateResult {
    const isOpen = this.#panel?.receiptId === row.receiptId;
    return html`<tr
      class="${row.failure === null ? '' : 'failed'} ${isOpen ? 'open' : ''}"
      data-receipt=${row.receiptId}
    >
      ${
        this.screen.may('replay')
          ? html`<td>
              <input
                type="checkbox"
                aria-label="Choose the message of ${dayTime(row.receivedAt, nowMs())}"
                .checked=${this.#chosen.has(row.receiptId)}
                @change=${() => {
                  this.#toggle(row.receiptId);
                }}
              />
            </td>`
          : nothing
      }
      <td>
        <button
          class="link"
          @click=${() => {
            this.#open(row);
          }}
        >
          ${dayTime(row.receivedAt, nowMs())}
        </button>
      </td>
      <td>${row.door}</td>
      <td>${row.sender ?? '–'}</td>
      <td>${row.messageId ?? '–'}</td>
      <td>
        ${row.failure === null ? '' : '✕ '}${row.outcome}${row.failure === null ? nothing : html`<br /><span class="small">${row.failure.text}</span>`}
        ${row.repeatOf === null ? nothing : html`<br /><span class="small">again</span>`}
        ${row.sameIdOtherContent ? html`<br /><span class="small">! same id, other content</span>` : nothing}
      </td>
      <td class="figure">${row.latencyMs === null ? '–' : `${Math.round(row.latencyMs)} ms`}</td>
      <td class="figure">${sizeWords(row.byteLength)}</td>
    </tr>`;
  }

  #open(row: MessageRow): void {
    this.#panel = new MessagePanel(this.screen, row, {
      close: () => {
        this.#panel = null;
        this.screen.update();
      },
      replay: () => void this.#replay([row.receiptId]),
    });
    this.screen.update();
  }

  #toggle(receiptId: string): void {
    if (!this.#chosen.delete(receiptId) && this.#chosen.size < REPLAYS_MAX)
      this.#chosen.add(receiptId);
    this.screen.update();
  }

  readonly #onSearch = (event: SubmitEvent): void => {
    event.preventDefault();
    if (!(event.currentTarget instanceof HTMLFormElement)) return;
    this.#query = new URLSearchParams();
    for (const [name, value] of new FormData(event.currentTarget)) {
      if (typeof value !== 'string' || value.trim() === '') continue;
      const isTime = name === 'from' || name === 'to';
      this.#query.set(name, isTime ? new Date(value).toISOString() : value.trim());
    }
    void this.#load(null);
  };

  async #load(after: string | null): Promise<void> {
    this.#isLoading = true;
    const query = new URLSearchParams(this.#query);
    query.set('limit', String(LIMIT));
    if (after !== null) query.set('after', after);
    try {
      const { rows, next } = await get<Messages>(`messages?${query.toString()}`);
      this.#rows = after === null ? rows : [...this.#rows, ...rows];
      this.#next = next;
    } catch (error) {
      this.screen.say(wordsOf(error), 'error');
    }
    this.#isLoading = false;
    this.screen.update();
  }

  async #replay(receiptIds: readonly string[]): Promise<void> {
    try {
      const done = await post<readonly { receiptId: string; outcome: string }[]>(
        'messages/replay',
        {
          receiptIds,
        },
      );
      const said = done.map(({ outcome }) => outcome).join(', ');
      this.screen.say(`Replayed ${done.length}: ${said}.`);
      this.#chosen.clear();
      await this.#load(null);
      await this.#panel?.reload();
    } catch (error) {
      this.screen.say(`Not replayed. ${wordsOf(error)}`, 'error');
    }
  }
}

export function sizeWords(bytes: number): string {
  return bytes < 1024 ? `${bytes} B` : `${(bytes / 1024).toFixed(bytes < 10_240 ? 1 : 0)} KiB`;
}
