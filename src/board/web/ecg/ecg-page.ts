import { html, nothing, type TemplateResult } from 'lit-html';
import { guard } from 'lit-html/directives/guard.js';
import { act, type Action } from '../acting.js';
import { get, wordsOf } from '../api.js';
import { dayTime } from '../clock.js';
import type { EcgView, Row } from '../contract.js';
import { nowMs } from '../now.js';
import type { Screen, View } from '../screen.js';
import { ageSexOf, personOf } from '../words.js';
import { alertView, buttonsFor, verdictOf } from '../worklist/row.js';
import { decodeBeat, decodeEcg, decodeEvidence } from './decode.js';
import { criteriaView, measurementsView, roadView } from './details.js';
import { disagree } from './disagree.js';
import { findingsView } from './findings.js';
import { medianView, type Earlier } from './median.js';
import { PaperView } from './paper.js';
import { previousView, type Chosen } from './previous.js';
import { timelineView } from './timeline.js';

const ACTIONS: Readonly<Record<string, Action>> = {
  a: 'acknowledge',
  e: 'escalate',
  r: 'resolve',
};
const NO_EVIDENCE = { spans: [], stLevels: [], medianBeat: null, lines: [] };

export function createEcgPage(screen: Screen, ecgId: string): View {
  return new EcgPage(screen, ecgId);
}

/** One ECG with all that is known about it. Loaded anew when its row says that it has changed. */
class EcgPage implements View {
  readonly title = 'ECG';
  #view: EcgView | null = null;
  #problem: string | null = null;
  #paper: PaperView | null = null;
  #earlier: { readonly view: EcgView; readonly paper: PaperView | null } | null = null;
  #chosen: Chosen = { ecgId: null, isOver: true, isBeside: false };
  readonly #unwatch: () => void;

  constructor(
    private readonly screen: Screen,
    private readonly ecgId: string,
  ) {
    this.#unwatch = screen.board.watch((change) => {
      if (change.kind !== 'row' || change.row.ecgId !== ecgId) return;
      if (
        change.row.assessmentId !== this.#view?.row.assessmentId ||
        change.row.state !== this.#view.row.state
      ) {
        void this.#load();
      }
    });
    void this.#load();
  }

  close(): void {
    this.#unwatch();
  }

  key(key: string): boolean {
    const row = this.#row();
    const action = ACTIONS[key];
    if (action && row) {
      void act(this.screen, row, action);
      return true;
    }
    return this.#paper?.zoomKey(key) ?? false;
  }

  render(): TemplateResult {
    const row = this.#row();
    if (this.#problem !== null) {
      return html`<h1 tabindex="-1">ECG</h1>
        <p role="alert">${this.#problem}</p>
        <p><a href="#">Back to the worklist</a></p>`;
    }
    if (row === null || this.#view === null)
      return html`<h1 tabindex="-1">ECG</h1>
        <p>Reading …</p>`;
    return html`${this.#head(row)} ${this.#body(this.#view, row)}`;
  }

  /** The list hears of changes first; the view knows the rest. */
  #row(): Row | null {
    return this.screen.board.rows.get(this.ecgId) ?? this.#view?.row ?? null;
  }

  async #load(): Promise<void> {
    try {
      const view = await get<EcgView>(`ecgs/${encodeURIComponent(this.ecgId)}`);
      this.#view = view;
      const ecg = decodeEcg(view);
      const update = this.screen.update;
      this.#paper = ecg && new PaperView(ecg, decodeEvidence(view), update, 'This ECG');
      const [latest] = view.previous;
      this.#chosen = { ...this.#chosen, ecgId: this.#chosen.ecgId ?? latest?.ecgId ?? null };
      this.screen.update();
      if (this.#earlier === null) await this.#loadEarlier();
    } catch (error) {
      this.#problem = wordsOf(error);
    }
    this.screen.update();
  }

  async #loadEarlier(): Promise<void> {
    const { ecgId } = this.#chosen;
    if (ecgId === null) return;
    const view = await get<EcgView>(`ecgs/${encodeURIComponent(ecgId)}`);
    const ecg = decodeEcg(view);
    const paper = ecg && new PaperView(ecg, NO_EVIDENCE, this.screen.update, 'Earlier ECG');
    this.#earlier = { view, paper };
  }

  #choose(next: Chosen): void {
    const isOther = next.ecgId !== this.#chosen.ecgId;
    this.#chosen = next;
    if (isOther) {
      void this.#loadEarlier().then(this.screen.update, (error: unknown) => {
        this.screen.say(wordsOf(error), 'error');
      });
    }
    this.screen.update();
  }

  #head(row: Row): TemplateResult {
    return html`<header class="ecg-head rank-${row.priority}">
      <p class="back"><a href="#">← Worklist</a></p>
      <div class="who">
        <h1 tabindex="-1">${personOf(row)}</h1>
        <p>
          ${ageSexOf(row)} · ${row.patient.identifier ?? 'no number'} ·
          ${row.place ?? 'place not known'}
        </p>
        <p class="quiet small">
          Recorded ${dayTime(row.acquiredAt, nowMs())} · waiting
          <time data-since=${row.waitingSince}></time>
          ${row.timeFlags.length === 0 ? nothing : html` · time in doubt: ${row.timeFlags.join(', ').replaceAll('-', ' ')}`}
        </p>
      </div>
      <div class="says">
        ${verdictOf(row)}
        ${row.evaluationOnly ? html`<p class="small tag">evaluation only</p>` : nothing}
      </div>
      <div class="alert-cell">
        ${row.alert === null ? html`<p class="quiet small">${row.held?.text ?? 'No alert.'}</p>` : alertView(row.alert)}
        ${buttonsFor(this.screen, row)}
        ${
          this.screen.may('act') && row.findings.length > 0
            ? html`<p class="acts">
                <button @click=${() => void disagree(this.screen, row)}>I disagree …</button>
              </p>`
            : nothing
        }
      </div>
    </header>`;
  }

  #body(view: EcgView, row: Row): TemplateResult {
    const isBeside = this.#chosen.isBeside && this.#earlier?.paper;
    return html`
      ${view.readFrom === null ? nothing : html`<p class="card">${view.readFrom}.</p>`}
      <div class=${isBeside ? 'papers two' : 'papers'}>
        <section aria-label="This ECG">
          ${this.#paper?.render(this.#links(row)) ?? html`<p>This ECG cannot be drawn.</p>`}
        </section>
        ${isBeside ? html`<section aria-label="Earlier ECG">${this.#earlier?.paper?.render(nothing)}</section>` : nothing}
      </div>
      <div class="ecg-grid">
        <section class="findings" aria-labelledby="h-findings">
          <h2 id="h-findings">Findings</h2>
          ${findingsView(view)}
        </section>
        <section class="medians" aria-labelledby="h-median">
          <h2 id="h-median">
            Median beats${view.beat === null ? '' : ` of ${view.beat.beatCount}`}
          </h2>
          ${this.#medians(view)}
          <h2>Measured</h2>
          ${measurementsView(view)}
        </section>
        <section aria-labelledby="h-criteria">
          <h2 id="h-criteria">Classic criteria</h2>
          ${criteriaView(row)}
        </section>
        <section class="wide" aria-labelledby="h-previous">
          <h2 id="h-previous">Compared with before</h2>
          ${previousView(view, this.#chosen, (next) => {
            this.#choose(next);
          })}
        </section>
        <section class="wide" aria-labelledby="h-time">
          <h2 id="h-time">Over time</h2>
          ${timelineView(view)}
        </section>
        <section class="wide" aria-labelledby="h-road">
          <h2 id="h-road">Where it came from and went to</h2>
          ${roadView(view)}
        </section>
      </div>
    `;
  }

  #links({ ecgId }: Row): TemplateResult {
    const layout = this.#paper?.layout ?? '3x4';
    return html`<span class="links">
      <button
        @click=${() => {
          print();
        }}
      >
        Print
      </button>
      <a class="button" href="api/ecgs/${ecgId}/page.png?layout=${layout}" download="ecg.png"
        >PNG</a
      >
    </span>`;
  }

  #medians(view: EcgView): TemplateResult {
    const { beat } = view;
    if (beat === null) return html`<p class="quiet">No beat could be measured.</p>`;
    return html`${guard([view, this.#chosen, this.#earlier], () =>
      medianView(decodeBeat(beat), beat.leads, this.#earlierBeat(view)),
    )}`;
  }

  #earlierBeat({ previous }: EcgView): Earlier | null {
    const beat = this.#earlier?.view.beat;
    const change = previous.find(({ ecgId }) => ecgId === this.#chosen.ecgId)?.change;
    if (!this.#chosen.isOver || !beat || !change) return null;
    return {
      beat: decodeBeat(beat),
      change: new Map(change.map(({ lead, stDeltaMillimetres }) => [lead, stDeltaMillimetres])),
    };
  }
}
