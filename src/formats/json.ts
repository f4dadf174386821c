/** A JSON value of which nothing is known yet. Every reading step may find nothing. */
export type Json = unknown;

export function member(value: Json, name: string): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.hasOwn(value, name) ? (value as Record<string, Json>)[name] : undefined;
}

/** A member of a member of a member. */
export function at(value: Json, ...path: readonly (string | number)[]): Json {
  return path.reduce<Json>(
    (found, step) => (typeof step === 'number' ? items(found)[step] : member(found, step)),
    value,
  );
}

export function items(value: Json): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}

/** The text itself, or an empty one where there is none. */
export function text(value: Json): string {
  return typeof value === 'string' ? value : '';
}

export function finite(value: Json): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
