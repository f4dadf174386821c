import { html, render, type TemplateResult } from 'lit-html';

/** Dialogs that answer: null where they were closed without one. */
export function ask(
  content: (close: (answer: string | null) => void) => TemplateResult,
): Promise<string | null> {
  return new Promise((resolve) => {
    const dialog = document.createElement('dialog');
    document.body.append(dialog);
    let answer: string | null = null;
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(answer);
    });
    const close = (given: string | null): void => {
      answer = given;
      dialog.close();
    };
    render(content(close), dialog);
    dialog.showModal();
  });
}

const NOTE_LENGTH_MAX = 500;

const HEADINGS = { escalate: 'Escalate', resolve: 'Resolve' } as const;

export function askReason(action: keyof typeof HEADINGS, person: string): Promise<string | null> {
  const heading = HEADINGS[action];
  return ask(
    (close) => html`
      <form
        aria-labelledby="ask-title"
        @submit=${(event: SubmitEvent) => {
          event.preventDefault();
          close(fieldOf(event, 'note'));
        }}
      >
        <h2 id="ask-title">${heading} the alert for ${person}</h2>
        <label>
          Note, kept with the alert (may be left empty)
          <textarea name="note" rows="3" maxlength=${NOTE_LENGTH_MAX} autofocus></textarea>
        </label>
        <p class="buttons">
          <button class="primary">${heading}</button>
          <button
            type="button"
            @click=${() => {
              close(null);
            }}
          >
            Cancel
          </button>
        </p>
      </form>
    `,
  );
}

export function fieldOf(event: SubmitEvent, name: string): string {
  const form = event.currentTarget;
  if (!(form instanceof HTMLFormElement)) return '';
  const value = new FormData(form).get(name);
  return typeof value === 'string' ? value.trim() : '';
}
