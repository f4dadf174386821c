import { html, nothing, type TemplateResult } from 'lit-html';
import { get, postFile, wordsOf } from './api.js';
import type { EcgView, Row } from './contract.js';
import { besideOf, isWhole, PATIENT_FORM, patientForm } from './photo-patient.js';
import type { Screen, View } from './screen.js';
import { sizeWords } from './desk/messages.js';
import { verdictOf } from './worklist/row.js';

interface Taken {
  readonly receiptId: string | null;
  readonly ecgId: string | null;
  readonly failure: {
    readonly code: string;
    readonly text?: string;
    readonly detail?: string;
  } | null;
}

type State = 'ready' | 'sending' | 'scoring' | 'done' | 'failed';

const LOOK_MS = 700;
const LOOKS_MAX = 60;

/** A paper ECG photographed by a phone, or a file, and its answer on the same page. */
export function createPhotoPage(screen: Screen): View {
  return new PhotoPage(screen);
}

class PhotoPage implements View {
  readonly title = 'Photo or file';
  #state: State = 'ready';
  #words = '';
  #taken: Taken | null = null;
  #row: Row | null = null;
  #readFrom: string | null = null;
  #picture: string | null = null;

  constructor(private readonly screen: Screen) {}

  close(): void {
    this.#forget();
  }

  render(): TemplateResult {
    return html`
      <h1 tabindex="-1">Photo or file of an ECG</h1>
      <p>
        Lay the paper flat, in even light, with all its edges in the picture. Or choose the file
        that the recorder wrote.
      </p>
      ${patientForm(this.screen.me.authorities)}
      <p class="toolbar">
        <label class="button primary">
          Take a photo
          <input
            class="visually-hidden"
            type="file"
            accept="image/*"
            capture="environment"
            @change=${this.#onChosen}
          />
        </label>
        <label class="button">
          Choose a file
          <input class="visually-hidden" type="file" name="file" @change=${this.#onChosen} />
        </label>
      </p>
      <div class="answer" role="status">${this.#answer()}</div>
      ${this.#picture === null ? nothing : html`<img class="taken" src=${this.#picture} alt="What was sent" />`}
    `;
  }

  #answer(): TemplateResult | typeof nothing {
    switch (this.#state) {
      case 'ready':
        return nothing;
      case 'sending':
      case 'scoring':
        return html`<p>${this.#words}</p>`;
      case 'failed':
        return html`<article class="card withheld">
          <h2>✕ Not read</h2>
          <p>${this.#words}</p>
          <p class="small quiet">
            ${(this.#taken?.receiptId ?? null) === null ? 'Nothing was kept.' : 'What you sent is kept and can be looked at again.'}
            Nothing is known about this ECG: read it yourself.
          </p>
        </article>`;
      case 'done':
        return html`<article
          class="card ${this.#row?.findings.some(({ positive }) => positive) ? 'positive' : ''}"
        >
          ${this.#row === null ? nothing : verdictOf(this.#row)}
          ${this.#readFrom === null ? nothing : html`<p class="small">${this.#readFrom}.</p>`}
          <p>
            <a class="button primary" href="#/ecg/${this.#taken?.ecgId ?? ''}">Open this ECG</a>
          </p>
        </article>`;
    }
  }

  readonly #onChosen = (event: Event): void => {
    const { target } = event;
    if (!(target instanceof HTMLInputElement)) return;
    const [file] = target.files ?? [];
    const form = document.querySelector<HTMLFormElement>(PATIENT_FORM);
    if (file && (!form || isWhole(form))) void this.#send(file, form);
    target.value = '';
  };

  async #send(file: File, form: HTMLFormElement | null): Promise<void> {
    this.#forget();
    this.#picture = file.type.startsWith('image/') ? URL.createObjectURL(file) : null;
    this.#set('sending', `Sending ${sizeWords(file.size)} …`);
    try {
      this.#taken = await postFile<Taken>(
        'ecgs',
        file,
        form ? besideOf(form) : new URLSearchParams(),
      );
      const { receiptId, ecgId, failure } = this.#taken;
      if (receiptId === null) {
        this.#set('failed', 'It cannot be taken just now: send it again in a moment.');
        return;
      }
      if (ecgId === null) {
        this.#set(
          'failed',
          failure?.text ?? failure?.detail ?? failure?.code ?? 'It could not be read.',
        );
        return;
      }
      // The next picture may be of somebody else.
      form?.reset();
      this.#set('scoring', 'Read. Being scored …');
      await this.#follow(ecgId);
    } catch (error) {
      this.#set('failed', wordsOf(error));
    }
  }

  async #follow(ecgId: string): Promise<void> {
    for (let look = 0; look < LOOKS_MAX; look += 1) {
      const { row, readFrom } = await get<EcgView>(`ecgs/${encodeURIComponent(ecgId)}`);
      this.#row = row;
      this.#readFrom = readFrom;
      if (row.state !== 'pending') {
        this.#set('done', '');
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
    this.#set('done', '');
  }

  #set(state: State, words: string): void {
    this.#state = state;
    this.#words = words;
    this.screen.update();
  }

  #forget(): void {
    if (this.#picture !== null) URL.revokeObjectURL(this.#picture);
    this.#picture = null;
    this.#taken = null;
    this.#row = null;
    this.#readFrom = null;
  }
}
