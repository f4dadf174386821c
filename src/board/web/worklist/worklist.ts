import { html, nothing, type TemplateResult } from 'lit-html';
import { guard } from 'lit-html/directives/guard.js';
import { repeat } from 'lit-html/directives/repeat.js';
import { act, type Action } from '../acting.js';
import type { Row } from '../contract.js';
import type { Screen, View } from '../screen.js';
import { isOpen } from '../words.js';
import { arrange } from './order.js';
import { rowView } from './row.js';

/** More rows than a person scrolls through stand behind a button, and cost nothing until then. */
const ROWS_FIRST = 60;
const ROWS_WALL = 12;
const HELD_AFTER_POINTER_MS = 1500;

const ACTIONS: Readonly<Record<string, Action>> = {
  a: 'acknowledge',
  e: 'escalate',
  r: 'resolve',
};

export function createWorklist(screen: Screen): View {
  return new WorklistView(screen);
}

class WorklistView implements View {
  readonly title = 'Worklist';
  /** The order that a reader is looking at, while they do. */
  #held: readonly string[] | null = null;
  readonly #last = new Map<string, Row>();
  #isPointerIn = false;
  #shown = ROWS_FIRST;
  #letGo: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly screen: Screen) {
    if (screen.isWall) this.#shown = ROWS_WALL;
  }

  close(): void {
    clearTimeout(this.#letGo);
  }

  render(): TemplateResult {
    const { rows } = this.screen.board;
    if (this.#held === null) this.#forgetGone();
    const { order, waiting } = arrange(rows, this.#held);
    const shown = order.slice(0, this.#shown);
    return html`
      <div class="list-head">
        <h1 tabindex="-1">Worklist</h1>
        <p class="quiet">${this.#summary()}</p>
        ${
          waiting.length === 0
            ? nothing
            : html`<button class="pill" @click=${this.#release}>
                ${waiting.length} new – show
              </button>`
        }
        ${this.#held === null ? nothing : html`<p class="quiet small">Order held while you read</p>`}
      </div>
      ${rows.size === 0 ? this.#empty() : nothing}
      <ol
        class="rows"
        aria-label="Patients, most urgent first"
        @pointerenter=${this.#onPointerIn}
        @pointerleave=${this.#onPointerOut}
        @focusin=${this.#hold}
        @focusout=${this.#onFocusOut}
      >
        ${repeat(
          shown,
          (id) => id,
          (id) => this.#row(id),
        )}
      </ol>
      ${
        order.length > shown.length && !this.screen.isWall
          ? html`<p>
              <button @click=${this.#showAll}>
                Show ${order.length - shown.length} more, less urgent
              </button>
            </p>`
          : nothing
      }
      ${
        order.length > shown.length && this.screen.isWall
          ? html`<p class="quiet">and ${order.length - shown.length} more, less urgent</p>`
          : nothing
      }
    `;
  }

  key(key: string): boolean {
    if (key === 'j' || key === 'ArrowDown') return this.#step(1);
    if (key === 'k' || key === 'ArrowUp') return this.#step(-1);
    if (key === 'Escape') {
      if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
      this.#release();
      return true;
    }
    const action = ACTIONS[key];
    const row = this.screen.board.rows.get(focusedId() ?? '');
    if (!action || !row) return false;
    void act(this.screen, row, action);
    return true;
  }

  #row(id: string): unknown {
    const row = this.screen.board.rows.get(id);
    const known = row ?? this.#last.get(id);
    if (!known) return nothing;
    if (row) this.#last.set(id, row);
    return guard([known, row === undefined], () => rowView(this.screen, known, row === undefined));
  }

  #summary(): string {
    const rows = [...this.screen.board.rows.values()];
    const open = rows.filter(({ alert }) => isOpen(alert)).length;
    const unknown = rows.filter(({ priority }) => priority === 3).length;
    const parts = [`${rows.length} ${rows.length === 1 ? 'ECG' : 'ECGs'}`];
    parts.push(`${open} open ${open === 1 ? 'alert' : 'alerts'}`, `${unknown} not assessed`);
    return parts.join(' · ');
  }

  #empty(): TemplateResult {
    const isLive = this.screen.board.connection.state === 'live';
    return html`<p class="empty">
      ${isLive ? 'No ECG has come in yet. This says nothing about any patient.' : 'Nothing is known yet.'}
    </p>`;
  }

  #step(by: number): boolean {
    const links = [...document.querySelectorAll<HTMLAnchorElement>('.rows .who a')];
    const at = links.findIndex((link) => link === document.activeElement);
    const next = links[Math.max(0, Math.min(links.length - 1, at + by))];
    next?.focus();
    next?.closest('li')?.scrollIntoView({ block: 'nearest' });
    return true;
  }

  readonly #hold = (): void => {
    clearTimeout(this.#letGo);
    if (this.#held !== null || this.screen.isWall) return;
    this.#held = arrange(this.screen.board.rows, null).order;
    this.screen.update();
  };

  readonly #release = (): void => {
    this.#held = null;
    this.screen.update();
  };

  #forgetGone(): void {
    for (const id of this.#last.keys()) if (!this.screen.board.rows.has(id)) this.#last.delete(id);
  }

  readonly #onPointerIn = (event: PointerEvent): void => {
    // A finger leaves no pointer behind: a touched list would be held for good.
    if (event.pointerType === 'touch') return;
    this.#isPointerIn = true;
    this.#hold();
  };

  readonly #onPointerOut = (): void => {
    this.#isPointerIn = false;
    this.#releaseSoon();
  };

  readonly #onFocusOut = (): void => {
    this.#releaseSoon();
  };

  #releaseSoon(): void {
    clearTimeout(this.#letGo);
    this.#letGo = setTimeout(() => {
      if (!this.#isPointerIn && focusedId() === null) this.#release();
    }, HELD_AFTER_POINTER_MS);
  }

  readonly #showAll = (): void => {
    this.#shown = Number.POSITIVE_INFINITY;
    this.screen.update();
  };
}

function focusedId(): string | null {
  const row = document.activeElement?.closest<HTMLElement>('.rows [data-ecg]');
  return row?.dataset['ecg'] ?? null;
}
