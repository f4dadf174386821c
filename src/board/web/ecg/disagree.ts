import { html } from 'lit-html';
import { post, wordsOf } from '../api.js';
import { ask, fieldOf } from '../ask.js';
import type { Row } from '../contract.js';
import type { Screen } from '../screen.js';

const REASON_LENGTH_MAX = 1000;

/** A physician's own reading beside the network's, with its reason: it is kept as an outcome. */
export async function disagree(screen: Screen, row: Row): Promise<void> {
  const answer = await ask(
    (close) => html`
      <form
        aria-labelledby="disagree-title"
        @submit=${(event: SubmitEvent) => {
          event.preventDefault();
          const [findingId, says, reason] = ['finding', 'says', 'reason'].map((name) =>
            fieldOf(event, name),
          );
          close(JSON.stringify({ findingId, says, reason }));
        }}
      >
        <h2 id="disagree-title">I disagree</h2>
        <label>
          About
          <select name="finding">
            ${row.findings.map(
              ({ findingId, title, positive }) =>
                html`<option value=${findingId}>
                  ${title} (${positive ? 'found' : 'not found'})
                </option>`,
            )}
          </select>
        </label>
        <fieldset>
          <legend>In my reading it is</legend>
          <label class="check"
            ><input type="radio" name="says" value="present" required /> present</label
          >
          <label class="check"><input type="radio" name="says" value="absent" /> absent</label>
        </fieldset>
        <label>
          Because
          <textarea name="reason" rows="3" required maxlength=${REASON_LENGTH_MAX}></textarea>
        </label>
        <p class="small quiet">
          Kept with your name as feedback. It changes no result and no alert.
        </p>
        <p class="buttons">
          <button class="primary">Keep it</button>
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
  if (answer === null) return;
  try {
    await post(`ecgs/${row.ecgId}/disagree`, JSON.parse(answer));
    screen.say('Your reading is kept.');
  } catch (error) {
    screen.say(`Not kept. ${wordsOf(error)}`, 'error');
  }
}
