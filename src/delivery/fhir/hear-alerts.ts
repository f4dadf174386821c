import { failureOf } from '../../core/failure.js';
import type { Log } from '../../core/log.js';
import type { AlertRecord, Alerts } from '../../ledger/alerts.js';
import type { WorkQueue } from '../../queue/queue.js';
import type { FhirClient } from '../../wire/fhir/client.js';
import { searchToken } from '../../wire/fhir/reference.js';
import { asList, asRecord, asText } from '../../wire/fhir/resource.js';
import { pageNumbers } from './alert-state.js';
import { actOf, communicationWord, wordsIn, type EhrWord } from './ehr-words.js';
import type { AlertType } from './form.js';
import { referenceOf, type Found } from './lookup.js';

export interface AlertEarOptions {
  /** Of the destination that the pages went to. */
  readonly name: string;
  readonly type: AlertType;
  readonly client: Pick<FhirClient, 'search'>;
  readonly alerts: Pick<Alerts, 'open' | 'act'>;
  readonly queue: Pick<WorkQueue, 'enqueue'>;
  readonly log: Log;
  readonly now: () => number;
}

/** Open alerts asked about in one round: the most urgent first. */
export const ASKED_ALERTS_MAX = 200;
/** What somebody does about an alert a day later is no answer to it any more. */
export const ASKED_MS_MAX = 24 * 3_600_000;
/** Alerts in one search: their numbers must stay within what servers take as one parameter. */
export const ALERTS_A_SEARCH = 10;
const ANSWERS_MAX = '100';

interface Standing {
  readonly alert: AlertRecord;
  readonly one: Found;
}

/**
 * Hears what people at the EHR did about our alerts. It looks at what stands there and not at what was
 * told of it, so that neither a lost notification nor a restart loses an acknowledgement; and it asks
 * for nothing while no alert is open.
 */
export class AlertEar {
  /** Some servers have no Communications, or cannot find them by what they answer. */
  #asksCommunications: boolean;

  constructor(private readonly options: AlertEarOptions) {
    this.#asksCommunications = options.type === 'CommunicationRequest';
  }

  /** How many words moved an alert. */
  async listen(): Promise<number> {
    const { alerts, now } = this.options;
    const open = await alerts.open(ASKED_ALERTS_MAX);
    const asked = open.filter(({ raisedAtMs }) => now() - raisedAtMs < ASKED_MS_MAX);
    let count = 0;
    for (let from = 0; from < asked.length; from += ALERTS_A_SEARCH) {
      const standing = await this.#standingFor(asked.slice(from, from + ALERTS_A_SEARCH));
      const answers = await this.#communicationsOn(standing);
      for (const { alert, one } of standing) {
        count += await this.#heard(alert, wordsIn(this.options.type, one, alert));
      }
      for (const { alert, one } of answers) {
        const word = communicationWord(one, alert);
        if (word) count += await this.#heard(alert, [word]);
      }
    }
    return count;
  }

  async #standingFor(alerts: readonly AlertRecord[]): Promise<readonly Standing[]> {
    const { client, type, name } = this.options;
    const byNumber = new Map(
      alerts.flatMap((alert) =>
        pageNumbers(alert, name).map(
          ({ system, value }) => [searchToken(system, value), alert] as const,
        ),
      ),
    );
    const { resources } = await client.search(type, {
      identifier: [...byNumber.keys()].join(','),
      _count: ANSWERS_MAX,
    });
    return resources.flatMap((one) => {
      if (one.resourceType !== type) return [];
      const alert = tokensOf(one)
        .map((token) => byNumber.get(token))
        .find(Boolean);
      return alert ? [{ alert, one }] : [];
    });
  }

  async #communicationsOn(standing: readonly Standing[]): Promise<readonly Standing[]> {
    const { client, log } = this.options;
    if (!this.#asksCommunications || standing.length === 0) return [];
    const byReference = new Map(standing.map(({ alert, one }) => [referenceOf(one), alert]));
    try {
      const { resources } = await client.search('Communication', {
        'based-on': [...byReference.keys()].join(','),
        _count: ANSWERS_MAX,
      });
      return resources.flatMap((one) => {
        const alert = basesOf(one)
          .map((base) => byReference.get(base))
          .find(Boolean);
        return one.resourceType === 'Communication' && alert ? [{ alert, one }] : [];
      });
    } catch (error) {
      const { class: kind, code, detail } = failureOf(error);
      if (kind !== 'permanent') throw error;
      this.#asksCommunications = false;
      log('communicationsUntold', { code, detail });
      return [];
    }
  }

  async #heard({ id }: AlertRecord, words: readonly EhrWord[]): Promise<number> {
    const { alerts, queue, log, now } = this.options;
    let count = 0;
    for (const word of words) {
      const acted = await alerts.act(id, actOf(word, now()));
      if (!acted?.changed) continue;
      count += 1;
      log('alertAnswered', { id, assessmentId: acted.alert.assessmentId, kind: word.action });
      for (const deliveryId of acted.deliveryIds) {
        // It is committed and due: what the queue does not hear, the sweep finds.
        await queue.enqueue('deliver', deliveryId).catch(() => undefined);
      }
    }
    return count;
  }
}

function tokensOf(one: Found): readonly string[] {
  return asList(one.identifier).flatMap((written) => {
    const identifier = asRecord(written);
    const value = asText(identifier?.['value']);
    return value === null ? [] : [searchToken(asText(identifier?.['system']) ?? '', value)];
  });
}

/** As `Type/id`, however the server writes its own references. */
function basesOf(one: Found): readonly string[] {
  return asList(asRecord(one)?.['basedOn']).flatMap((written) => {
    const reference = asText(asRecord(written)?.['reference']) ?? '';
    return /(?:^|\/)(CommunicationRequest\/[A-Za-z0-9.-]{1,64})/.exec(reference)?.[1] ?? [];
  });
}
