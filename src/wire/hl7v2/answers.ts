import type { Failure, FailureCode } from '../../core/failure.js';

/** HL7 table 0357, with the codes that exist in every version from 2.3 to 2.8. */
export const ERROR_TEXTS = Object.freeze({
  100: 'Segment sequence error',
  101: 'Required field missing',
  102: 'Data type error',
  103: 'Table value not found',
  200: 'Unsupported message type',
  201: 'Unsupported event code',
  203: 'Unsupported version id',
  207: 'Application internal error',
});
export type ErrorCode = keyof typeof ERROR_TEXTS;

/** AA, AE and AR; in enhanced mode the same three are CA, CE and CR. */
export type Answer = 'accept' | 'error' | 'reject';
export type ContentFaultAnswer = 'AA' | 'AE' | 'AR';

/**
 * What a failure means to the sender. It sends again for ever after an error and never after a
 * rejection, so the answer depends on whether sending again can help.
 *
 * header: the message is not taken, and never will be. content: the message is kept, its ECG is at
 * fault; the site chooses the answer. nothing: no fault at all. store: it is not kept, send again.
 */
type Blame = 'header' | 'content' | 'nothing' | 'store';

const table = {
  'no-header': ['header', 101],
  'version-unsupported': ['header', 203],
  'charset-unsupported': ['header', 101],
  'message-type-not-taken': ['header', 200],
  'message-malformed': ['header', 100],
  'message-too-large': ['header', 102],
  'sender-not-allowed': ['header', 103],
  'no-ecg': ['nothing', 207],
  'encoding-unknown': ['content', 103],
  'encoding-broken': ['content', 102],
  'pointer-not-followed': ['content', 102],
  'lead-missing': ['content', 101],
  'lead-unknown': ['content', 103],
  'lead-doubled': ['content', 100],
  'sample-not-a-number': ['content', 102],
  'sample-out-of-range': ['content', 102],
  'sample-count-differs': ['content', 102],
  'sample-rate-invalid': ['content', 102],
  'duration-invalid': ['content', 102],
  'unit-unknown': ['content', 103],
  'patient-missing': ['content', 101],
  'age-invalid': ['content', 102],
  'time-invalid': ['content', 102],
} as const satisfies Partial<Record<FailureCode, readonly [Blame, ErrorCode]>>;

const OUR_OWN_FAULT = ['store', 207] as const;
const PICTURE_FAULT = ['content', 102] as const;

export interface Verdict {
  readonly answer: Answer;
  /** What the ERR segment says; null where nothing is at fault. */
  readonly error: { readonly code: ErrorCode; readonly severity: 'E' | 'W' } | null;
}

export function verdictOn(why: Failure | null, contentFault: ContentFaultAnswer): Verdict {
  if (why === null) return { answer: 'accept', error: null };
  const [blame, code] = isListed(why.code) ? table[why.code] : unlisted(why);
  switch (blame) {
    case 'nothing':
      return { answer: 'accept', error: null };
    case 'header':
      return { answer: 'reject', error: { code: eventOr(code, why), severity: 'E' } };
    case 'store':
      return { answer: 'error', error: { code, severity: 'E' } };
    case 'content':
      return {
        answer: CONTENT_FAULT[contentFault],
        error: { code, severity: contentFault === 'AA' ? 'W' : 'E' },
      };
  }
}

const CONTENT_FAULT = { AA: 'accept', AE: 'error', AR: 'reject' } as const;

/** No picture gets better by being sent again; one that found no turn does. */
function unlisted(why: Failure): readonly [Blame, ErrorCode] {
  const isOfPicture = /^(picture|pdf)-/.test(why.code) && why.class === 'permanent';
  return isOfPicture ? PICTURE_FAULT : OUR_OWN_FAULT;
}

function isListed(code: FailureCode): code is keyof typeof table {
  return code in table;
}

/** A message type that is taken with an event that is not has a code of its own. */
function eventOr(code: ErrorCode, why: Failure): ErrorCode {
  return code === 200 && why.location === 'MSH[1].9.2' ? 201 : code;
}
