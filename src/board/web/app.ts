import { html, nothing, render, type TemplateResult } from 'lit-html';
import { Announcements, personKey, sound, tellsOf, wakeSound } from './worklist/alarm.js';
import { post } from './api.js';
import { Board } from './board.js';
import { tick } from './clock.js';
import type { Me, Row } from './contract.js';
import { helpDialog } from './help.js';
import { watchIdle } from './idle.js';
import { endedPage } from './login.js';
import { nowMs } from './now.js';
import { preference } from './preferences.js';
import type { Screen, View } from './screen.js';
import { shell, type Notice } from './shell.js';
import { viewFor } from './views.js';

const UPDATE_MS_MIN = 100;
const TICK_MS = 1000;
const NOTICE_MS = 6000;
const ALARMS_SHOWN_MAX = 3;

/** The page as a whole: one board, one view, and the frame around them. */
export class App {
  readonly #board = new Board();
  readonly #screen: Screen;
  readonly #announcements = new Announcements();
  #view: View | null = null;
  #hash = '';
  #notice: Notice | null = null;
  #noticeTimer: ReturnType<typeof setTimeout> | undefined;
  #alarms: readonly Row[] = [];
  #idleMsLeft: number | null = null;
  #updateTimer: ReturnType<typeof setTimeout> | null = null;
  #updatedAt = 0;
  readonly #stops: (() => void)[] = [];

  constructor(
    private readonly root: HTMLElement,
    private readonly me: Me,
  ) {
    this.#screen = {
      board: this.#board,
      me,
      may: (permission) => me.permissions.includes(permission),
      update: () => {
        this.#draw();
      },
      say: (text, kind = 'done') => {
        this.#say({ text, kind });
      },
      go: (hash) => {
        location.hash = hash;
      },
      isWall: new URLSearchParams(location.search).has('wall'),
    };
  }

  start(): void {
    document.documentElement.classList.toggle('wall', this.#screen.isWall);
    this.#stops.push(
      this.#board.watch((change) => {
        if (change.kind === 'row') this.#take(change.row, change.isFirst);
        this.#drawSoon();
      }),
      listen(window, 'hashchange', () => {
        this.#route();
      }),
      listen(document, 'keydown', (event) => {
        this.#key(event as KeyboardEvent);
      }),
      listen(document, 'pointerdown', wakeSound),
      repeatEvery(TICK_MS, () => {
        tick(document, nowMs());
        if (this.#board.connection.state === 'lost') this.#draw();
      }),
      watchIdle(this.me.idleMsMax, (left) => {
        this.#idle(left);
      }),
    );
    if (this.#screen.may('see')) this.#board.start();
    this.#route();
  }

  end(): void {
    this.#board.stop();
    clearTimeout(this.#noticeTimer);
    if (this.#updateTimer !== null) clearTimeout(this.#updateTimer);
    for (const stop of this.#stops) stop();
    this.#view?.close?.();
    this.#view = null;
    document.querySelectorAll('dialog').forEach((dialog) => {
      dialog.close();
    });
    render(nothing, this.root);
  }

  async #logout(why: string): Promise<void> {
    await post('logout', {}).catch(() => undefined);
    this.end();
    render(endedPage(why), this.root);
  }

  #route(): void {
    this.#hash = location.hash;
    this.#view?.close?.();
    this.#view = viewFor(this.#hash, this.#screen);
    document.title = `${this.#view.title} – Leadwire`;
    this.#draw();
    document.querySelector<HTMLElement>('main h1')?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }

  #take(row: Row, isFirst: boolean): void {
    const isNews = this.#announcements.take(row);
    this.#alarms = this.#alarms
      .map((alarm) => (tellsOf(row, alarm) ? row : alarm))
      .filter(({ alert }) => alert !== null && !['acknowledged', 'resolved'].includes(alert.state));
    if (!isNews || isFirst) return;
    const others = this.#alarms.filter((alarm) => personKey(alarm) !== personKey(row));
    this.#alarms = [row, ...others].slice(0, ALARMS_SHOWN_MAX);
    if (preference('sound') !== 'off') sound();
  }

  #idle(msLeft: number | null): void {
    this.#idleMsLeft = msLeft;
    if (msLeft !== null && msLeft <= 0)
      void this.#logout('You were logged out: nothing was touched for a while.');
    else this.#draw();
  }

  #say(notice: Notice | null): void {
    clearTimeout(this.#noticeTimer);
    this.#notice = notice;
    this.#draw();
    if (notice?.kind === 'done') {
      this.#noticeTimer = setTimeout(() => {
        this.#say(null);
      }, NOTICE_MS);
    }
  }

  #key(event: KeyboardEvent): void {
    wakeSound();
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (document.querySelector('dialog[open]')) return;
    const isSingle = event.key.length === 1;
    if (isSingle && preference('shortcuts') === 'off') return;
    if (this.#view?.key?.(event.key)) event.preventDefault();
    else if (event.key === '?') void helpDialog();
    else if (event.key === 'Escape' && this.#hash !== '') this.#screen.go('');
  }

  #drawSoon(): void {
    if (this.#updateTimer !== null) return;
    const waitMs = Math.max(0, UPDATE_MS_MIN - (performance.now() - this.#updatedAt));
    this.#updateTimer = setTimeout(() => {
      this.#draw();
    }, waitMs);
  }

  #draw(): void {
    if (this.#updateTimer !== null) clearTimeout(this.#updateTimer);
    this.#updateTimer = null;
    this.#updatedAt = performance.now();
    if (this.#view === null) return;
    render(this.#page(this.#view), this.root);
    tick(this.root, nowMs());
  }

  #page(view: View): TemplateResult {
    return html`${shell(this.#screen, {
      hash: this.#hash,
      content: view.render(),
      notice: this.#notice,
      alarms: this.#alarms,
      idleMsLeft: this.#idleMsLeft,
      closeNotice: () => {
        this.#say(null);
      },
      closeAlarm: (ecgId) => {
        this.#alarms = this.#alarms.filter((row) => row.ecgId !== ecgId);
        this.#draw();
      },
      logout: () => void this.#logout('You are logged out.'),
    })}`;
  }
}

function listen(target: EventTarget, name: string, act: (event: Event) => void): () => void {
  target.addEventListener(name, act);
  return () => {
    target.removeEventListener(name, act);
  };
}

function repeatEvery(ms: number, act: () => void): () => void {
  const timer = setInterval(act, ms);
  return () => {
    clearInterval(timer);
  };
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input, textarea, select');
}
