/** A number as a file writes one in a single field; null for anything else. */
export function parseDecimal(text: string): number | null {
  const trimmed = text.trim();
  if (!/^[+-]?(\d{1,18}(\.\d{0,18})?|\.\d{1,18})([eE][+-]?\d{1,3})?$/.test(trimmed)) return null;
  const value = Number(trimmed);
  return Number.isFinite(value) ? value : null;
}

/**
 * The same where a computer set to another language wrote it: `4,88`. Three digits behind a comma
 * may be thousands (`2,500`), which nobody can tell, so that such a number is none.
 */
export function parseLocalDecimal(text: string): number | null {
  const comma = /^\s*([+-]?\d{1,9}),(\d{1,9})\s*$/.exec(text);
  if (!comma) return parseDecimal(text);
  const [, whole = '', fraction = ''] = comma;
  return fraction.length === 3 && Number(whole) !== 0 ? null : parseDecimal(`${whole}.${fraction}`);
}
