import { html, nothing, type TemplateResult } from 'lit-html';
import type { Refusal } from './api.js';

/** Nothing of a patient is on these pages. */
export function loginPage({ message, loginUrl }: Refusal): TemplateResult {
  return html`<main class="door">
    <h1>Leadwire</h1>
    <p>${message}</p>
    ${
      loginUrl === null
        ? nothing
        : html`<p><a class="button primary" href=${loginUrl}>Log in</a></p>`
    }
  </main>`;
}

export function troublePage(words: string): TemplateResult {
  return html`<main class="door">
    <h1>Leadwire</h1>
    <p role="alert">${words}</p>
    <p class="quiet">Trying again. Until then nothing is known here about any patient.</p>
  </main>`;
}

export function endedPage(why: string): TemplateResult {
  return html`<main class="door">
    <h1>Leadwire</h1>
    <p>${why}</p>
    <p><a class="button primary" href="./">Log in again</a></p>
  </main>`;
}
