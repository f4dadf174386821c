import { readFileSync } from 'node:fs';
import type { Config } from './config.js';
import type { Destination } from './delivery/destination.js';
import { createHl7Destination } from './delivery/hl7v2/destination.js';
import type { Receiver } from './delivery/hl7v2/head.js';
import { createWebhook } from './delivery/webhook.js';
import type { DeliveryKind } from './ledger/ledger.js';
import { createMllpClient } from './wire/mllp/client.js';

export interface Routes {
  readonly destinations: readonly Destination[];
  close(): void;
}

/** The destinations beside the EHR, as the site names them. */
export function openRoutes(config: Config): Routes {
  const closers: (() => void)[] = [];
  const receivers = Object.entries(config.hl7Destinations).map(([name, address]) => {
    const { protocol, hostname, port } = new URL(address);
    const client = createMllpClient({
      host: hostname.replace(/^\[|\]$/g, ''),
      port: Number(port),
      tls: protocol === 'mllps:' ? { caFile: config.hl7DestinationCaFile } : null,
      timeoutMs: config.hl7AnswerSecondsMax * 1000,
    });
    closers.push(() => {
      client.close();
    });
    return createHl7Destination({
      name,
      kinds: kindsOf(config.hl7DestinationKinds[name]),
      client,
      receiver: receiverOf(config.hl7ReceivingApplications[name]),
      withPicture: config.hl7Picture === 'on',
    });
  });
  return {
    destinations: [...receivers, ...webhooksOf(config)],
    close: () => {
      for (const close of closers) close();
    },
  };
}

function webhooksOf(config: Config): readonly Destination[] {
  const { webhookUrl, webhookSecretFile, webhookHosts } = config;
  if (webhookUrl === null || webhookSecretFile === null) return [];
  return [
    createWebhook({
      url: webhookUrl,
      secret: readFileSync(webhookSecretFile, 'utf8').trim(),
      hosts: webhookHosts,
      answerMsMax: config.hl7AnswerSecondsMax * 1000,
      now: () => Date.now(),
    }),
  ];
}

const PAGES: readonly DeliveryKind[] = ['alert', 'escalation', 'alert-update'];

/** Whatever is told is taken back by the same way. */
function kindsOf(kinds: string | undefined): readonly DeliveryKind[] {
  if (kinds === 'result') return ['result', 'retraction'];
  return kinds === 'alert' ? [...PAGES, 'retraction'] : ['result', ...PAGES, 'retraction'];
}

function receiverOf(written: string | undefined): Receiver | null {
  if (written === undefined) return null;
  const [application = '', facility = ''] = written.split('|');
  return { application, facility };
}
