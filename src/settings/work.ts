import { z } from 'zod';
import { count, optional, packaged, path, secret, setting, url, type Setting } from './kinds.js';

/** The process itself: its role, its stores, its models, its pace. */
export const WORK = {
  role: setting(
    z.enum(['all', 'gateway', 'worker']),
    'all',
    'What this process does: the doors, the scoring and delivery, or both.',
  ),
  dataDir: setting(path, '.leadwire', 'Folder of the embedded ledger: journal and database.'),
  databaseUrl: secret(
    url('postgres', 'postgresql'),
    'PostgreSQL for the ledger. Unset: embedded, one process only.',
  ),
  queueUrl: secret(
    url('redis', 'rediss', 'redis-sentinel', 'redis-cluster', 'postgres', 'postgresql'),
    'Where jobs wait. Unset: beside the ledger (embedded, or in its PostgreSQL).',
  ),
  modelsDir: setting(path, packaged('models'), 'Folder of the models.', 'the models shipped'),
  policyFile: optional(path, "The site's policy (JSON). Unset: evaluation, nobody is paged."),
  policyKeysFile: optional(
    path,
    'Public keys (JWKS) that may sign the policy. Set: a policy without a valid signature beside it (FILE.jws) is not approved.',
  ),
  scoreThreads: setting(count(0, 64), 0, 'Scoring threads. 0: as many as the CPU limit allows.'),
  scoreSecondsMax: setting(count(1, 600), 30, 'Longest time one ECG may take in a scoring thread.'),
  deliverConcurrency: setting(count(1, 64), 4, 'Deliveries under way at a time.'),
  leaseSeconds: setting(count(2, 600), 60, 'How long a delivery belongs to one worker.'),
  retrySecondsFirst: setting(count(1, 3_600), 1, 'Wait before the second attempt.'),
  retrySecondsMax: setting(count(1, 86_400), 300, 'Longest wait between attempts.'),
  retryAttemptsMax: setting(
    count(1, 100_000),
    1_000,
    'Attempts before work is parked for a person. At the default waits: about two and a half days.',
  ),
  sweepSeconds: setting(count(1, 3_600), 10, 'How often lost jobs are looked for in the ledger.'),
  retentionDays: setting(count(1, 36_500), 365, 'Receipts and ECGs older than this are purged.'),
  drainSecondsMax: setting(count(1, 600), 25, 'Longest time a stop may take before it is forced.'),
  logLevel: setting(
    z.enum(['debug', 'info', 'warn', 'error', 'silent']),
    'info',
    'Least level written.',
  ),
} as const satisfies Record<string, Setting<never> | Setting<unknown>>;
