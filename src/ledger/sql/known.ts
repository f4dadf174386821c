import { sql, type Kysely, type RawBuilder } from 'kysely';
import type { AcceptanceEntry, Repeated, WrittenEcg, WrittenVerdict } from './acceptance.js';
import {
  diagnosedBy,
  formersOf,
  isNewer,
  survivingKey,
  withdrawnBy,
  type Former,
} from './formers.js';
import { withdrawalOf } from './notices.js';
import { nearEcgs, type Around, type Near } from './place-ecg.js';
import { keyOf } from './same-ecg.js';
import type { ReceiptRow, Tables } from './tables.js';

type Prior = Pick<ReceiptRow, 'id' | 'content_sha256' | 'answer' | 'ecg_id'>;

/** What stands already that this arrival may be the same as. */
export interface Known {
  /** Receipts of the sender's same message id, oldest first. */
  readonly prior: readonly Prior[];
  /** ECGs that may be this one. */
  readonly near: readonly Near[];
  /** ECGs that this may be a later word about. */
  readonly formers: readonly Former[];
  /** Its patient's key after every merge. */
  readonly key: string | null;
  readonly withdrawn: { readonly version: string | null } | null;
}

export const NOTHING_KNOWN: Known = {
  prior: [],
  near: [],
  formers: [],
  key: null,
  withdrawn: null,
};

export async function findKnown(db: Kysely<Tables>, entry: AcceptanceEntry): Promise<Known> {
  const { verdict, arrival, kind, receiptId } = entry;
  const prior =
    kind === 'fetched' || arrival.messageId === null
      ? sql`null`
      : sql`(select json_agg(json_build_object('id', id, 'content_sha256', content_sha256,
          'answer', answer, 'ecg_id', ecg_id) order by id)
        from receipts where sender = ${arrival.sender} and message_id = ${arrival.messageId}
          and repeat_of is null and id <> ${receiptId})`;
  const { rows } = await sql<Found>`
    select ${prior} as prior, ${sql.join(askedAbout(verdict))}`.execute(db);
  const [found] = rows;
  return {
    prior: found?.prior ?? [],
    near: found?.near ?? [],
    formers: found?.formers ?? [],
    key: found?.key ?? null,
    withdrawn: found?.withdrawn ?? null,
  };
}

type Found = { readonly [K in keyof Known]: Known[K] | null };

function askedAbout(verdict: WrittenVerdict): RawBuilder<unknown>[] {
  if (verdict.outcome === 'ecg') {
    const { ecg } = verdict;
    const key = keyOf(ecg);
    return [
      sql`${nearEcgs(ecg)} as near`,
      sql`${formersOf(ecg)} as formers`,
      sql`${key === null ? sql`null` : survivingKey(key)} as key`,
      sql`${withdrawalOf(ecg.about.sourceReference)} as withdrawn`,
    ];
  }
  const notice = verdict.outcome === 'notice' ? verdict.notice : null;
  const formers =
    notice?.kind === 'withdrawal'
      ? withdrawnBy(notice)
      : notice?.kind === 'diagnosis'
        ? diagnosedBy(notice)
        : sql`null`;
  return [sql`${formers} as formers`];
}

/** The earlier message with the same id and content, if there is one. */
export function repeatIn({ prior }: Known, entry: AcceptanceEntry): Repeated | null {
  const same = prior.find((row) => row.content_sha256 === entry.contentSha256);
  return same ? { receiptId: same.id, ecgId: same.ecg_id, answer: same.answer } : null;
}

/** What an ECG is seen beside. */
export function aroundOf(known: Known, { about }: WrittenEcg): Around {
  const { near, formers, key, withdrawn } = known;
  const isNewerThanThat = isNewer(about.sourceVersion ?? null, withdrawn?.version ?? null);
  return { near, formers, key, isWithdrawn: withdrawn !== null && !isNewerThanThat };
}
