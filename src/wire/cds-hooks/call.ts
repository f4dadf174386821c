import { z } from 'zod';
import { ok, refuse, type Result } from '../../core/failure.js';

/** The CDS Hooks 2.0 call, as far as it concerns us. Everything else in it is not looked at. */
export interface CdsCall {
  readonly hook: string;
  readonly hookInstance: string;
  /** The FHIR server's own id of the patient whose chart is open. */
  readonly patientId: string;
  readonly encounterId: string | null;
  readonly fhirServer: string | null;
  /** Per key of our templates what the client found; null where it looked and found nothing. */
  readonly prefetch: Readonly<Record<string, unknown>>;
}

export interface CdsFeedback {
  /** The card's own id. */
  readonly card: string;
  readonly outcome: 'accepted' | 'overridden';
  /** A code of our override reasons, or one of the client's own. */
  readonly reasonCode: string | null;
  readonly comment: string | null;
  readonly at: string | null;
}

const ID = z.string().regex(/^[A-Za-z0-9.-]{1,64}$/);
const SHORT_CHARS_MAX = 200;
const COMMENT_CHARS_MAX = 2_000;
export const FEEDBACK_ENTRIES_MAX = 50;

const callSchema = z.object({
  hook: z.string().min(1).max(SHORT_CHARS_MAX),
  hookInstance: z.string().min(1).max(SHORT_CHARS_MAX),
  fhirServer: z.string().max(SHORT_CHARS_MAX).nullish(),
  context: z.object({ patientId: ID, encounterId: ID.nullish() }),
  prefetch: z.record(z.string(), z.unknown()).nullish(),
});

const feedbackSchema = z.object({
  feedback: z
    .array(
      z.object({
        card: z.string().min(1).max(SHORT_CHARS_MAX),
        outcome: z.enum(['accepted', 'overridden']),
        overrideReason: z
          .object({
            reason: z.object({ code: z.string().max(SHORT_CHARS_MAX) }).nullish(),
            userComment: z.string().nullish(),
          })
          .nullish(),
        outcomeTimestamp: z.iso.datetime({ offset: true }).nullish(),
      }),
    )
    .min(1)
    .max(FEEDBACK_ENTRIES_MAX),
});

export function decodeCdsCall(bytes: Uint8Array): Result<CdsCall> {
  const read = decoded(bytes, callSchema);
  if (!read.ok) return read;
  const { hook, hookInstance, context, fhirServer, prefetch } = read.value;
  return ok({
    hook,
    hookInstance,
    patientId: context.patientId,
    encounterId: context.encounterId ?? null,
    fhirServer: fhirServer?.replace(/\/+$/, '') ?? null,
    prefetch: prefetch ?? {},
  });
}

export function decodeCdsFeedback(bytes: Uint8Array): Result<readonly CdsFeedback[]> {
  const read = decoded(bytes, feedbackSchema);
  if (!read.ok) return read;
  return ok(
    read.value.feedback.map(({ card, outcome, overrideReason, outcomeTimestamp }) => ({
      card,
      outcome,
      reasonCode: overrideReason?.reason?.code ?? null,
      comment: overrideReason?.userComment?.slice(0, COMMENT_CHARS_MAX) ?? null,
      at: outcomeTimestamp ?? null,
    })),
  );
}

/** The path of what is wrong is told, never the value: it may be a patient's. */
function decoded<T>(bytes: Uint8Array, schema: z.ZodType<T>): Result<T> {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return refuse('encoding-broken', 'the body is not JSON in UTF-8');
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return ok(parsed.data);
  const [issue] = parsed.error.issues;
  const location = issue?.path.map(String).join('.') ?? '';
  return refuse('request-invalid', 'the call is not as CDS Hooks 2.0 describes it', { location });
}
