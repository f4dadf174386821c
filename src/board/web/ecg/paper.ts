import { html, nothing, svg, type TemplateResult } from 'lit-html';
import type { Ecg } from '../../../core/ecg/ecg.js';
import { drawEcg } from '../../../core/image/draw-ecg.js';
import type { Evidence } from '../../../core/image/evidence.js';
import {
  GAINS,
  LAYOUT_NAMES,
  PAPER,
  SPEEDS,
  type Gain,
  type LayoutName,
  type Speed,
} from '../../../core/image/paper.js';
import { toSvg, UNITS_PER_MM } from '../../../drawing/svg.js';
import { preference, prefer } from '../preferences.js';
import { caliperWords, moveCaliper, readCaliper, type Caliper } from './caliper.js';

const ZOOMS = [1, 1.5, 2, 3, 4];
const TRUE_SIZE = `${PAPER.gridWidthMm}mm`;
/** Nearer than this, press and release are one click, and the second click is the other end. */
const CLICK_MM_MAX = 1;
const LEAD_NAME_LENGTH_MAX = 3;

/**
 * The ECG on its paper: the page that core draws for the chart, cut to its grid, with calipers over
 * it. Its own millimetres are the unit of everything that is measured on it.
 */
export class PaperView {
  layout: LayoutName = LAYOUT_NAMES.find((name) => name === preference('layout')) ?? '3x4';
  #gain: Gain = 10;
  #speed: Speed = 25;
  #zoom: number | 'true' = 1;
  #showsEvidence = true;
  #caliper: Caliper | null = null;
  #isMeasuring = false;
  #isArmed = false;
  #drawn: { readonly key: string; readonly nodes: readonly Node[] } | null = null;

  constructor(
    private readonly ecg: Ecg,
    private readonly evidence: Evidence,
    private readonly update: () => void,
    private readonly label: string,
  ) {}

  render(links: TemplateResult | typeof nothing): TemplateResult {
    const width = this.#zoom === 'true' ? TRUE_SIZE : `${this.#zoom * 100}%`;
    return html`
      ${this.#toolbar(links)}
      <div class="paper-scroll" tabindex="0" role="region" aria-label="${this.label}, paper">
        <svg
          class="paper ${this.#isMeasuring ? 'measuring' : ''}"
          width=${width}
          viewBox="${PAPER.gridLeftMm} ${PAPER.gridTopMm} ${PAPER.gridWidthMm} ${PAPER.gridHeightMm}"
          tabindex="0"
          role="group"
          aria-label="${this.label}. ${this.layout}, ${this.#speed} mm/s, ${this.#gain} mm/mV. Arrow keys move a caliper."
          @pointerdown=${this.#onDown}
          @pointermove=${this.#onMove}
          @pointerup=${this.#onUp}
          @keydown=${this.#onKey}
        >
          <g
            transform="scale(${1 / UNITS_PER_MM})"
            fill="none"
            font-family="Helvetica, Arial, sans-serif"
            stroke-linecap="round"
            stroke-linejoin="round"
          >
            ${this.#picture()}
          </g>
          ${this.#caliperMarks()}
        </svg>
      </div>
    `;
  }

  zoomKey(key: string): boolean {
    if (key === '0') this.#zoom = 1;
    else if (key === '+' || key === '=') this.#zoom = this.#next(1);
    else if (key === '-') this.#zoom = this.#next(-1);
    else return false;
    this.update();
    return true;
  }

  #next(by: number): number {
    const at = this.#zoom === 'true' ? 0 : ZOOMS.indexOf(this.#zoom);
    return ZOOMS[Math.max(0, Math.min(ZOOMS.length - 1, at + by))] ?? 1;
  }

  #picture(): readonly Node[] {
    const key = [this.layout, this.#gain, this.#speed, this.#showsEvidence].join();
    if (this.#drawn?.key === key) return this.#drawn.nodes;
    const page = drawEcg(this.ecg, {
      layout: this.layout,
      gainMmPerMillivolt: this.#gain,
      speedMmPerSecond: this.#speed,
      evidence: this.#showsEvidence ? this.evidence : null,
    });
    const parsed = new DOMParser().parseFromString(toSvg(page), 'image/svg+xml');
    // Squeezed to the width of a plotter's letters, a lone I looks like a tick on a screen.
    for (const text of parsed.querySelectorAll('text')) {
      if (text.textContent.length <= LEAD_NAME_LENGTH_MAX) text.removeAttribute('textLength');
    }
    const nodes = [...document.importNode(parsed.documentElement, true).childNodes];
    this.#drawn = { key, nodes };
    return nodes;
  }

  #toolbar(links: TemplateResult | typeof nothing): TemplateResult {
    return html`<div class="toolbar" role="group" aria-label="Paper">
      ${this.#choice('Leads', LAYOUT_NAMES, this.layout, (name) => {
        this.layout = name;
        prefer('layout', name);
      })}
      ${this.#choice('mm/s', SPEEDS, this.#speed, (speed) => (this.#speed = speed))}
      ${this.#choice('mm/mV', GAINS, this.#gain, (gain) => (this.#gain = gain))}
      <span class="choice">
        ${this.#press('−', 'Smaller', () => (this.#zoom = this.#next(-1)))}
        ${this.#press('+', 'Larger', () => (this.#zoom = this.#next(1)))}
        ${this.#press('Fit', 'Whole width', () => (this.#zoom = 1), this.#zoom === 1)}
        ${this.#press('1:1', 'True size', () => (this.#zoom = 'true'), this.#zoom === 'true')}
      </span>
      ${this.#press('Evidence', 'Show what weighed most', () => (this.#showsEvidence = !this.#showsEvidence), this.#showsEvidence)}
      ${this.#press('Calipers', 'Measure by touch', () => (this.#isMeasuring = !this.#isMeasuring), this.#isMeasuring)}
      <output aria-live="polite">${this.#reading()}</output>
      ${links}
    </div>`;
  }

  #choice<T extends string | number>(
    title: string,
    values: readonly T[],
    chosen: T,
    choose: (value: T) => void,
  ): TemplateResult {
    return html`<span class="choice" role="group" aria-label=${title}>
      <span class="small quiet">${title}</span>
      ${values.map((value) =>
        this.#press(
          String(value),
          `${title} ${value}`,
          () => {
            choose(value);
          },
          value === chosen,
        ),
      )}
    </span>`;
  }

  #press(text: string, title: string, act: () => void, isOn?: boolean): TemplateResult {
    return html`<button
      title=${title}
      aria-label=${title === text ? nothing : `${text}: ${title}`}
      aria-pressed=${isOn === undefined ? nothing : String(isOn)}
      @click=${() => {
        act();
        this.update();
      }}
    >
      ${text}
    </button>`;
  }

  #reading(): string {
    if (this.#caliper === null) return 'Drag on the paper to measure';
    const scale = { speedMmPerSecond: this.#speed, gainMmPerMillivolt: this.#gain };
    return caliperWords(readCaliper(this.#caliper, scale));
  }

  #caliperMarks(): TemplateResult | typeof nothing {
    if (this.#caliper === null) return nothing;
    const { fromX, fromY, toX, toY } = this.#caliper;
    const [top, bottom] = [PAPER.gridTopMm, PAPER.gridTopMm + PAPER.gridHeightMm];
    const [x, y] = [Math.min(fromX, toX), Math.min(fromY, toY)];
    return svg`<g class="caliper">
      <rect x=${x} y=${y} width=${Math.abs(toX - fromX)} height=${Math.abs(toY - fromY)} />
      <path d="M${fromX} ${top}V${bottom}M${toX} ${top}V${bottom}" />
      <path d="M${fromX} ${fromY}H${toX}M${fromX} ${toY}H${toX}" />
      <text x=${Math.max(fromX, toX) + 1} y=${y - 1.5}>${this.#reading()}</text>
    </g>`;
  }

  #at(event: PointerEvent): { readonly x: number; readonly y: number } {
    const paper = event.currentTarget as SVGSVGElement;
    const box = paper.getBoundingClientRect();
    return {
      x: PAPER.gridLeftMm + ((event.clientX - box.left) / box.width) * PAPER.gridWidthMm,
      y: PAPER.gridTopMm + ((event.clientY - box.top) / box.height) * PAPER.gridHeightMm,
    };
  }

  readonly #onDown = (event: PointerEvent): void => {
    if (event.button !== 0 || (event.pointerType === 'touch' && !this.#isMeasuring)) return;
    const { x, y } = this.#at(event);
    (event.currentTarget as SVGSVGElement).setPointerCapture(event.pointerId);
    this.#caliper =
      this.#isArmed && this.#caliper
        ? { ...this.#caliper, toX: x, toY: y }
        : { fromX: x, fromY: y, toX: x, toY: y };
    this.update();
  };

  readonly #onMove = (event: PointerEvent): void => {
    const isDragging = (event.currentTarget as SVGSVGElement).hasPointerCapture(event.pointerId);
    if (this.#caliper === null || (!isDragging && !this.#isArmed)) return;
    const { x, y } = this.#at(event);
    this.#caliper = { ...this.#caliper, toX: x, toY: y };
    this.update();
  };

  readonly #onUp = (event: PointerEvent): void => {
    if (this.#caliper === null) return;
    const { x, y } = this.#at(event);
    const { fromX, fromY } = this.#caliper;
    const isClick = Math.hypot(x - fromX, y - fromY) < CLICK_MM_MAX;
    if (isClick && this.#isArmed) this.#caliper = null;
    this.#isArmed = isClick && !this.#isArmed;
    this.update();
  };

  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Escape' && this.#caliper !== null) this.#caliper = null;
    else {
      const middle = { x: PAPER.gridLeftMm + 60, y: PAPER.gridTopMm + PAPER.gridHeightMm / 2 };
      const fresh = { fromX: middle.x, fromY: middle.y, toX: middle.x + 10, toY: middle.y };
      const moved = moveCaliper(this.#caliper ?? fresh, event.key, event.shiftKey);
      if (moved === null) return;
      this.#caliper = moved;
    }
    event.preventDefault();
    event.stopPropagation();
    this.update();
  };
}
