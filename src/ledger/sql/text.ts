/** What senders name themselves and their messages by; also what an index can hold. */
export const NAME_CHARACTERS_MAX = 200;
export const TEXT_CHARACTERS_MAX = 4_000;

/**
 * Text from outside as a column can hold it: PostgreSQL refuses the NUL character, and a name without
 * bound would not fit an index. Two ids that differ only behind the bound are told apart by content.
 */
export function boundedText(text: string, charactersMax: number): string {
  return text.slice(0, charactersMax).replaceAll('\0', '\uFFFD');
}
