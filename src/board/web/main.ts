import { render } from 'lit-html';
import { fetchMe, Refusal, whenLoginNeeded, wordsOf } from './api.js';
import { App } from './app.js';
import { loginPage, troublePage } from './login.js';
import { applyTheme, theme } from './preferences.js';

const root = document.getElementById('app');
const RETRY_MS = 3000;

async function start(place: HTMLElement): Promise<void> {
  try {
    const me = await fetchMe();
    place.replaceChildren();
    const app = new App(place, me);
    whenLoginNeeded((refusal) => {
      app.end();
      render(loginPage(refusal), place);
    });
    app.start();
  } catch (error) {
    place.replaceChildren();
    if (error instanceof Refusal && error.status === 401) {
      render(loginPage(error), place);
      return;
    }
    render(troublePage(wordsOf(error)), place);
    setTimeout(() => void start(place), RETRY_MS);
  }
}

applyTheme(theme());
if (root) void start(root);
