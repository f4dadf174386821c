import { html, nothing, type TemplateResult } from 'lit-html';
import { spanWords } from './clock.js';
import type { Banner, Row } from './contract.js';
import { helpDialog } from './help.js';
import { nowMs } from './now.js';
import { nextTheme, preference, prefer, theme } from './preferences.js';
import type { Screen } from './screen.js';
import { personOf, positives } from './words.js';
import { canSound, wakeSound } from './worklist/alarm.js';

export interface Notice {
  readonly text: string;
  readonly kind: 'done' | 'error';
}

export interface Frame {
  readonly hash: string;
  readonly content: TemplateResult;
  readonly notice: Notice | null;
  readonly alarms: readonly Row[];
  readonly idleMsLeft: number | null;
  readonly closeNotice: () => void;
  readonly closeAlarm: (ecgId: string) => void;
  readonly logout: () => void;
}

/** The frame around every page: where one is, whether it is live, and what must not be missed. */
export function shell(screen: Screen, frame: Frame): TemplateResult {
  const isLost = screen.may('see') && screen.board.connection.state === 'lost';
  return html`
    <a class="skip" href="#main" @click=${skip}>Skip to the content</a>
    <header class="top">
      <a class="mark" href="#" aria-label="Leadwire, worklist">
        <svg viewBox="0 0 36 16" aria-hidden="true">
          <path d="M0 9h9l2-3 2 3h2l1 3 3-11 3 14 2-6h2c2 0 2-4 4-4s2 4 4 4h2" />
        </svg>
        Leadwire
      </a>
      ${screen.isWall ? nothing : navigation(screen, frame.hash)}
      <div class="tools">${liveness(screen)} ${tools(screen, frame)}</div>
    </header>
    ${lostBar(screen)}
    <div role="alert" class="alarms">${frame.alarms.map((row) => alarm(row, frame))}</div>
    <div role="status">
      ${screen.board.banners.filter((banner) => !isSaidBelow(banner, screen)).map(bannerView)}
      ${evaluationLine(screen)}
    </div>
    ${idleBar(frame.idleMsLeft)}
    <main id="main" class=${isLost ? 'lost' : ''}>${frame.content}</main>
    <div class="notices" role="status">
      ${
        frame.notice === null
          ? nothing
          : html`<p class="notice ${frame.notice.kind}">
              ${frame.notice.text}
              <button @click=${frame.closeNotice} aria-label="Close the message">×</button>
            </p>`
      }
    </div>
  `;
}

function skip(event: Event): void {
  event.preventDefault();
  document.querySelector<HTMLElement>('main h1')?.focus();
}

const PAGES = [
  ['', 'Worklist', 'see'],
  ['#/photo', 'Photo or file', 'act'],
  ['#/messages', 'Messages', 'messages'],
  ['#/models', 'Models', 'see'],
] as const;

function navigation(screen: Screen, hash: string): TemplateResult {
  return html`<nav aria-label="Pages">
    ${PAGES.filter(([, , permission]) => screen.may(permission)).map(([target, title]) => {
      const isHere = target === '' ? hash === '' || hash === '#' : hash.startsWith(target);
      return html`<a href=${target === '' ? '#' : target} aria-current=${isHere ? 'page' : nothing}
        >${title}</a
      >`;
    })}
  </nav>`;
}

function liveness(screen: Screen): TemplateResult | typeof nothing {
  if (!screen.may('see')) return nothing;
  const { state } = screen.board.connection;
  const [sign, words] = {
    live: ['●', 'Live'],
    starting: ['○', 'Starting'],
    lost: ['✕', 'Not live'],
  }[state];
  return html`<span class="liveness ${state}"
    ><span aria-hidden="true">${sign}</span> ${words}</span
  >`;
}

/** In the words that stand on the button: a voice must be able to press what an eye reads. */
function soundState(isMuted: boolean): string {
  if (isMuted) return 'off';
  return canSound() ? 'on' : 'on after a touch';
}

function tools(screen: Screen, frame: Frame): TemplateResult {
  const isMuted = preference('sound') === 'off';
  const chosen = theme();
  return html`
    <button
      aria-pressed=${isMuted ? 'false' : 'true'}
      aria-label="Sound ${soundState(isMuted)}: new critical alerts"
      @click=${() => {
        wakeSound();
        prefer('sound', isMuted ? 'on' : 'off');
        screen.update();
      }}
    >
      <span aria-hidden="true">${isMuted ? '♪×' : '♪'}</span>
      <span class="long">Sound ${soundState(isMuted)}</span>
    </button>
    <button
      aria-label="${chosen} light or dark"
      @click=${() => {
        nextTheme();
        screen.update();
      }}
    >
      <span aria-hidden="true">◐</span>
      <span class="long"
        >${chosen === 'auto' ? 'Auto' : chosen === 'light' ? 'Light' : 'Dark'}</span
      >
    </button>
    ${
      screen.isWall
        ? nothing
        : html`<button @click=${() => void helpDialog()} aria-label="? Help and keys">?</button>
            <span class="me" title=${screen.me.roles.join(', ')}>${screen.me.name}</span>
            <button @click=${frame.logout}>Log out</button>`
    }
  `;
}

function lostBar({ board, may }: Screen): TemplateResult | typeof nothing {
  const { state, heardMs } = board.connection;
  if (state !== 'lost' || !may('see')) return nothing;
  const age =
    heardMs === null
      ? 'Nothing was heard yet.'
      : `Last heard ${spanWords(nowMs() - heardMs)} ago, at ${new Date(heardMs).toTimeString().slice(0, 8)}.`;
  return html`<div class="lost-bar">
    <strong role="alert">Connection lost: this page is old.</strong> ${age} Newer ECGs and alerts
    are not shown. It is no all-clear.
  </div>`;
}

function alarm(row: Row, { closeAlarm }: Frame): TemplateResult {
  const [finding] = positives(row);
  return html`<p class="alarm">
    <span aria-hidden="true">▲</span>
    <strong>New critical alert:</strong>
    <a href="#/ecg/${row.ecgId}">${personOf(row)}, ${row.place ?? 'place not known'}</a>
    ${finding?.title ?? ''}
    <button
      aria-label="Close this banner"
      @click=${() => {
        closeAlarm(row.ecgId);
      }}
    >
      ×
    </button>
  </p>`;
}

/** That everything is for evaluation stands in a line of its own, on every page. */
function isSaidBelow({ id }: Banner, { me }: Screen): boolean {
  return id === 'evaluation' && me.evaluation.everything;
}

function bannerView({ level, text, since }: Banner): TemplateResult {
  return html`<p class="banner ${level}">
    <span aria-hidden="true">${level === 'critical' ? '■' : '!'}</span>
    <strong>${level === 'critical' ? 'Critical' : 'Warning'}:</strong> ${text}
    ${since === null ? nothing : html`<span class="small">for <time data-since=${since}></time></span>`}
  </p>`;
}

function evaluationLine({ me }: Screen): TemplateResult | typeof nothing {
  if (!me.evaluation.everything) return nothing;
  return html`<p class="evaluation">
    <strong>For evaluation only. Not a cleared medical device.</strong>
    ${me.evaluation.why.join(' ')}
  </p>`;
}

function idleBar(msLeft: number | null): TemplateResult | typeof nothing {
  if (msLeft === null) return nothing;
  return html`<p class="banner warning" role="alert">
    Nothing was touched for a while: this screen closes in ${Math.ceil(msLeft / 1000)} s.
    <button>Stay logged in</button>
  </p>`;
}
