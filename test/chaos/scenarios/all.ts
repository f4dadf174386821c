import { databaseLoss } from './database-loss.js';
import { ehrTrouble } from './ehr-trouble.js';
import { kills } from './kills.js';
import type { Scenario } from './scenario.js';
import { postgresRestart, redisFlush, redisRestart } from './store-loss.js';
import { twoWorkers } from './two-workers.js';

export const SCENARIOS: readonly Scenario[] = [
  kills,
  databaseLoss,
  ehrTrouble,
  redisFlush,
  redisRestart,
  postgresRestart,
  twoWorkers,
];
