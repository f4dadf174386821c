import { post, wordsOf } from './api.js';
import { askReason } from './ask.js';
import type { Row, RowAlert } from './contract.js';
import type { Screen } from './screen.js';
import { isOpen, personOf } from './words.js';

export type Action = 'acknowledge' | 'escalate' | 'resolve';

const DONE: Readonly<Record<Action, string>> = {
  acknowledge: 'Acknowledged',
  escalate: 'Escalated',
  resolve: 'Resolved',
};

/** What can still be done about an alert by somebody who may act. */
export function actionsFor(alert: RowAlert | null): readonly Action[] {
  if (alert === null) return [];
  if (isOpen(alert)) {
    return alert.state === 'escalated'
      ? ['acknowledge', 'resolve']
      : ['acknowledge', 'escalate', 'resolve'];
  }
  return alert.state === 'acknowledged' ? ['escalate', 'resolve'] : [];
}

/** To acknowledge is one press. To escalate or resolve says why, which may be left empty. */
export async function act(screen: Screen, row: Row, action: Action): Promise<void> {
  const { alert } = row;
  if (!screen.may('act')) {
    screen.say('Your role may look and not act.', 'error');
    return;
  }
  if (alert === null || !actionsFor(alert).includes(action)) {
    screen.say(`There is no alert to ${action} for ${personOf(row)}.`);
    return;
  }
  const note = action === 'acknowledge' ? '' : await askReason(action, personOf(row));
  if (note === null) return;
  try {
    const changed = await post<RowAlert>(`alerts/${alert.id}/${action}`, { note });
    screen.board.change(row.ecgId, { alert: { ...alert, ...changed } });
    screen.say(`${DONE[action]}: ${personOf(row)}.`);
  } catch (error) {
    screen.say(`Not done. ${wordsOf(error)}`, 'error');
  }
}
