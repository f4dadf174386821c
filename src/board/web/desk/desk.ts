import { html, type TemplateResult } from 'lit-html';
import type { Screen, View } from '../screen.js';
import { createDeadLetters } from './dead-letters.js';
import { createDestinations } from './destinations.js';
import { createMessages } from './messages.js';

/** One page of the interface analyst's desk; each loads what it shows when it is opened. */
export interface Tab {
  render(): TemplateResult;
  key?(key: string): boolean;
}

const TABS = [
  ['', 'Messages', createMessages],
  ['dead-letters', 'Dead letters', createDeadLetters],
  ['destinations', 'Destinations', createDestinations],
] as const;

export function createDesk(screen: Screen, name: string): View {
  const [, title, create] = TABS.find(([key]) => key === name) ?? TABS[0];
  const tab = create(screen);
  return {
    title,
    render: () => html`
      <h1 tabindex="-1">${title}</h1>
      <nav class="tabs" aria-label="Desk">
        ${TABS.map(
          ([key, text]) =>
            html`<a
              href="#/messages${key === '' ? '' : `/${key}`}"
              aria-current=${text === title ? 'page' : 'false'}
              >${text}</a
            >`,
        )}
      </nav>
      ${tab.render()}
    `,
  };
}
