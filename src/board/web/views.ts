import { createDesk } from './desk/desk.js';
import { createEcgPage } from './ecg/ecg-page.js';
import { createModelsPage } from './models/models-page.js';
import { createPhotoPage } from './photo.js';
import type { Screen, View } from './screen.js';
import { createWorklist } from './worklist/worklist.js';

/** Which page an address names; whoever may not see it gets the worklist. */
export function viewFor(hash: string, screen: Screen): View {
  const [, page = '', id = ''] = hash.split('/');
  if (page === 'ecg' && id !== '') return createEcgPage(screen, decodeURIComponent(id));
  if (page === 'photo' && screen.may('act')) return createPhotoPage(screen);
  if (page === 'messages' && screen.may('messages')) return createDesk(screen, id);
  if (page === 'models' && screen.may('see')) return createModelsPage(screen);
  return screen.may('see') ? createWorklist(screen) : createDesk(screen, '');
}
