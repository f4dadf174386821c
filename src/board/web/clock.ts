/** Times as a department says them. */
const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** 4:07, 1 h 12, 2 d 3 h: as exact as it matters. */
export function spanWords(ms: number): string {
  const left = Math.max(0, ms);
  if (left < HOUR_MS) {
    const seconds = Math.floor((left % MINUTE_MS) / SECOND_MS);
    return `${Math.floor(left / MINUTE_MS)}:${String(seconds).padStart(2, '0')}`;
  }
  const hours = Math.floor(left / HOUR_MS);
  if (hours < 24)
    return `${hours} h ${String(Math.floor((left % HOUR_MS) / MINUTE_MS)).padStart(2, '0')}`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** The day only where it is not today's. */
export function dayTime(iso: string | null, nowMs: number): string {
  if (iso === null) return 'time not known';
  const at = new Date(iso);
  const isToday = at.toDateString() === new Date(nowMs).toDateString();
  const time = at.toTimeString().slice(0, 5);
  if (isToday) return time;
  const month = String(at.getMonth() + 1).padStart(2, '0');
  return `${at.getFullYear()}-${month}-${String(at.getDate()).padStart(2, '0')} ${time}`;
}

/**
 * Running clocks: elements that name an instant are told the time once a second, without anything
 * being rendered again. `data-since` counts up and `data-until` down.
 */
export function tick(root: ParentNode, nowMs: number): void {
  for (const element of root.querySelectorAll<HTMLElement>('[data-since],[data-until]')) {
    const { since, until } = element.dataset;
    const text =
      until === undefined
        ? spanWords(nowMs - Date.parse(since ?? ''))
        : untilWords(Date.parse(until) - nowMs);
    if (element.textContent !== text) element.textContent = text;
  }
}

function untilWords(ms: number): string {
  return ms >= 0 ? `in ${spanWords(ms)}` : `due ${spanWords(-ms)} ago`;
}
