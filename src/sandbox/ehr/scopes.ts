/** SMART v2: create, read, update, delete, search. */
export type Action = 'c' | 'r' | 'u' | 'd' | 's';

/** What a token lets its bearer do. */
export interface Scope {
  /** A resource type, or `*`. */
  readonly type: string;
  readonly actions: string;
}

const V2 = /^system\/(\*|[A-Z][A-Za-z]+)\.(c?r?u?d?s?)$/;
const V1 = /^system\/(\*|[A-Z][A-Za-z]+)\.(read|write|\*)$/;
const V1_ACTIONS: Readonly<Record<string, string>> = { read: 'rs', write: 'cud', '*': 'cruds' };

/** Null for what is no scope of a back end. */
export function parseScope(text: string): Scope | null {
  const [, type, actions] = V2.exec(text) ?? [];
  if (type !== undefined && actions) return { type, actions };
  const [, old, words] = V1.exec(text) ?? [];
  return old !== undefined && words !== undefined
    ? { type: old, actions: V1_ACTIONS[words] ?? '' }
    : null;
}

export function permits(scopes: readonly Scope[], type: string, action: Action): boolean {
  return scopes.some(
    (scope) => (scope.type === '*' || scope.type === type) && scope.actions.includes(action),
  );
}

/** Whether all that one scope lets do is let do by what a client is registered for. */
export function within(asked: Scope, registered: readonly Scope[]): boolean {
  return asked.actions
    .split('')
    .every((action) =>
      registered.some(
        (scope) =>
          (scope.type === '*' || scope.type === asked.type) && scope.actions.includes(action),
      ),
    );
}
