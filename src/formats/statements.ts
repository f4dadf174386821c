import { boundedText } from './identity.js';

const STATEMENTS_MAX = 50;
const STATEMENT_CHARS_MAX = 500;

/** What a recorder says in words, in its order, without empty lines and without end. */
export function boundedStatements(texts: readonly string[]): readonly string[] {
  return Object.freeze(
    texts
      .map((text) => boundedText(text.replace(/\s+/g, ' '), STATEMENT_CHARS_MAX))
      .filter((text) => text !== '')
      .slice(0, STATEMENTS_MAX),
  );
}
