import { parseArgs } from 'node:util';
import { startSandboxEhr } from './server.js';
import { VALIDATIONS } from './validate.js';

/** The sandbox EHR as a process of its own: says where it is ready, stops at SIGTERM. */
const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    token: { type: 'string' },
    'no-transactions': { type: 'boolean', default: false },
    'referential-integrity': { type: 'boolean', default: false },
    validation: { type: 'string', default: 'rules' },
    'inbox-port': { type: 'string' },
  },
});
const validation = VALIDATIONS.find((one) => one === values.validation);
if (!validation) throw new RangeError(`--validation is one of ${VALIDATIONS.join(', ')}`);
const inboxPort = values['inbox-port'];
const ehr = await startSandboxEhr({
  port: Number(values.port),
  transactions: !values['no-transactions'],
  referentialIntegrity: values['referential-integrity'],
  validation,
  ...(values.token === undefined ? {} : { token: values.token }),
  ...(inboxPort === undefined ? {} : { inboxPort: Number(inboxPort) }),
});
process.stdout.write(`ready ${ehr.url}\n`);
if (ehr.inbox) process.stdout.write(`inbox 127.0.0.1:${ehr.inbox.port}\n`);
const stop = (): void => {
  void ehr.close();
};
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
