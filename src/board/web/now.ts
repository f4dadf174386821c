/** The service's clock: a wall screen's own may be minutes off, and waiting times must not be. */
let aheadMs = 0;

export function setServerTime(iso: string): void {
  const at = Date.parse(iso);
  if (Number.isFinite(at)) aheadMs = at - Date.now();
}

export function nowMs(): number {
  return Date.now() + aheadMs;
}
