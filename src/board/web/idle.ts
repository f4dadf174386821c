import { get } from './api.js';

const WARN_MS = 60_000;
const LOOK_MS = 1000;
const PING_MS_MIN = 60_000;
const SIGNS = ['pointerdown', 'keydown', 'wheel', 'touchstart'] as const;

/**
 * A screen that nobody touches is closed, and says so a minute before. While somebody works on it the
 * service is told now and then, because reading alone asks it nothing. 0 ms is "never".
 */
export function watchIdle(idleMsMax: number, tell: (msLeft: number | null) => void): () => void {
  if (!(idleMsMax > 0)) return () => undefined;
  let touchedAt = Date.now();
  let pingedAt = touchedAt;
  let isWarned = false;
  const touch = (): void => {
    touchedAt = Date.now();
    if (isWarned) tell(null);
    isWarned = false;
    if (touchedAt - pingedAt < PING_MS_MIN) return;
    pingedAt = touchedAt;
    void get('me').catch(() => undefined);
  };
  for (const sign of SIGNS) document.addEventListener(sign, touch, { passive: true });
  const timer = setInterval(() => {
    const left = idleMsMax - (Date.now() - touchedAt);
    if (left > WARN_MS) return;
    isWarned = true;
    tell(left);
  }, LOOK_MS);
  return () => {
    clearInterval(timer);
    for (const sign of SIGNS) document.removeEventListener(sign, touch);
  };
}
