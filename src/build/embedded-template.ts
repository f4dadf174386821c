import { fileURLToPath } from 'node:url';
import { buildTemplate } from '../ledger/embedded/template.js';
import { migrateQueueSchema, QUEUE_SCHEMA } from '../queue/postgres-backend.js';

/** Run by the build, after the compiler: leaves `dist/embedded-template` for empty data folders. */
const folder = fileURLToPath(new URL('../embedded-template', import.meta.url));
await buildTemplate(folder, (pool) => migrateQueueSchema(pool(QUEUE_SCHEMA)));
