import { parseArgs } from 'node:util';
import { startSandboxEhr } from './server.js';

/** The sandbox EHR as a process of its own: says where it is ready, stops at SIGTERM. */
const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    token: { type: 'string' },
    'no-transactions': { type: 'boolean', default: false },
  },
});
const ehr = await startSandboxEhr({
  port: Number(values.port),
  transactions: !values['no-transactions'],
  ...(values.token === undefined ? {} : { token: values.token }),
});
process.stdout.write(`ready ${ehr.url}\n`);
const stop = (): void => {
  void ehr.close();
};
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
