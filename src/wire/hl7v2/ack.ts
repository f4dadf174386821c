import type { Failure } from '../../core/failure.js';
import { ERROR_TEXTS, verdictOn, type Answer, type ContentFaultAnswer } from './answers.js';
import { bytesOf, Header } from './header.js';
import { escapeText } from './text.js';

export interface AckInput {
  /** Of the message to be answered; null where it has none that can be read. */
  readonly header: Header | null;
  /** Why the message, or the ECG in it, is at fault; null when nothing is. */
  readonly failure: Failure | null;
  readonly contentFaultAnswer: ContentFaultAnswer;
  /** MSH-10 of the answer. */
  readonly controlId: string;
  readonly nowMs: number;
}

const OUR_NAME = 'LEADWIRE';
const DETAIL_CHARS_MAX = 200;
const NO_HEADER = new Header(['|', '^~\\&']);

/**
 * The answer to a message, or null where its sender asked for none. Header fields are echoed byte
 * for byte, so the answer is in the sender's character set whatever that is; our own words are
 * ASCII.
 */
export function buildAck(input: AckInput): Uint8Array | null {
  const header = input.header ?? NO_HEADER;
  const { answer, error } = verdictOn(input.failure, input.contentFaultAnswer);
  const code = codeOf(header, answer);
  if (code === null) return null;
  const write = new Writer(header);
  const detail = input.failure && error ? plain(input.failure.detail) : '';
  const lines = [msh(write, header, input), msa(write, header, code, detail, error?.code)];
  if (input.failure && error) lines.push(err(write, header, input.failure, error));
  return bytesOf(lines.map((line) => `${line}\r`).join(''));
}

const ORIGINAL = { accept: 'AA', error: 'AE', reject: 'AR' } as const;
const COMMIT = { accept: 'CA', error: 'CE', reject: 'CR' } as const;

/**
 * Original mode (MSH-15 and MSH-16 empty) always answers. In enhanced mode MSH-15 asks for a commit
 * answer and MSH-16 for an application answer; a message gets one answer, the commit one where both
 * are asked for, because it is given on the same commit and a second one would confuse senders.
 */
function codeOf(header: Header, answer: Answer): string | null {
  const commit = header.component(15, 1).toUpperCase();
  const application = header.component(16, 1).toUpperCase();
  if (commit === '' && application === '') return ORIGINAL[answer];
  if (wanted(commit, answer)) return COMMIT[answer];
  return wanted(application, answer) ? ORIGINAL[answer] : null;
}

function wanted(condition: string, answer: Answer): boolean {
  switch (condition) {
    case 'AL':
      return true;
    case 'SU':
      return answer === 'accept';
    case 'ER':
      return answer !== 'accept';
    default:
      return false;
  }
}

function msh(write: Writer, header: Header, input: AckInput): string {
  const event = header.component(9, 2);
  const type = event === '' ? 'ACK' : write.components('ACK', event, 'ACK');
  const fields = [
    header.field(5) || OUR_NAME,
    header.field(6),
    header.field(3),
    header.field(4),
    hl7Time(input.nowMs),
    '',
    type,
    write.text(input.controlId),
    header.field(11) || 'P',
    header.field(12) || '2.5',
  ];
  const start = `MSH${header.signs}`;
  const charset = header.field(18);
  const rest = charset === '' ? [] : ['', '', '', '', '', charset];
  return write.fields(start, ...fields, ...rest);
}

/** MSA-3 and MSA-6 carried the text and the code before 2.5, and are withdrawn later. */
function msa(
  write: Writer,
  header: Header,
  code: string,
  detail: string,
  error: keyof typeof ERROR_TEXTS | undefined,
): string {
  if (error === undefined || hasModernErrors(header)) {
    return write.fields('MSA', code, header.field(10));
  }
  const condition = write.components(`${error}`, ERROR_TEXTS[error], 'HL70357');
  return write.fields('MSA', code, header.field(10), write.text(detail), '', '', condition);
}

function err(
  write: Writer,
  header: Header,
  why: Failure,
  error: { readonly code: keyof typeof ERROR_TEXTS; readonly severity: 'E' | 'W' },
): string {
  const [segment, sequence, field, component] = placeOf(why.location);
  const meaning = [`${error.code}`, ERROR_TEXTS[error.code], 'HL70357'] as const;
  if (!hasModernErrors(header)) {
    const code = write.subcomponents(...meaning);
    return write.fields('ERR', write.components(segment, sequence, field, code));
  }
  return write.fields(
    'ERR',
    '',
    write.components(segment, sequence, field, component === '' ? '' : '1', component),
    write.components(...meaning),
    error.severity,
    write.components(why.code, '', 'L'),
    '',
    '',
    write.text(plain(why.detail)),
  );
}

/** From 2.5 on ERR has a field for each thing; before, one field held them all. */
function hasModernErrors(header: Header): boolean {
  const [major = '2', minor = '5'] = header.version.split('.');
  return Number(major) > 2 || !(Number(minor) < 5);
}

/** `OBX[7].5.1` as segment, sequence, field and component. */
function placeOf(location: string | null): [string, string, string, string] {
  const match = /^([A-Z][A-Z0-9]{2})\[(\d+)\](?:\.(\d+))?(?:\.(\d+))?$/.exec(location ?? '');
  if (!match) return ['', '', '', ''];
  return [match[1] ?? '', match[2] ?? '', match[3] ?? '', match[4] ?? ''];
}

function plain(detail: string): string {
  return detail.replace(/[^\x20-\x7e]/g, '?').slice(0, DETAIL_CHARS_MAX);
}

/** `20260131115900.000+0000` */
export function hl7Time(ms: number): string {
  const digits = new Date(ms).toISOString().replace(/[-:TZ]/g, '');
  return `${digits}+0000`;
}

/** Joins fields with the delimiters of the message that is answered. */
class Writer {
  readonly #signs: string;
  constructor(header: Header) {
    this.#signs = header.signs;
  }

  text(text: string): string {
    return escapeText(text, this.#signs);
  }

  fields(id: string, ...fields: readonly string[]): string {
    return trimmed([id, ...fields], this.#signs.charAt(0) || '|');
  }

  components(...parts: readonly string[]): string {
    return trimmed(parts, this.#signs.charAt(1) || '^');
  }

  subcomponents(...parts: readonly string[]): string {
    return trimmed(parts, this.#signs.charAt(4) || '&');
  }
}

function trimmed(parts: readonly string[], separator: string): string {
  let count = parts.length;
  while (count > 0 && parts[count - 1] === '') count -= 1;
  return parts.slice(0, count).join(separator);
}
