import { readFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Me, Row } from '../../src/board/web/contract.js';
import {
  sampleAlert,
  sampleFinding,
  sampleRow,
} from '../../src/board/web/worklist/row.fixtures.js';

const PAGE = 'dist/board/web';
const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html',
  js: 'text/javascript',
  css: 'text/css',
};
const ME: Me = {
  name: 'load',
  roles: ['clinician'],
  permissions: ['see', 'act'],
  csrf: 'word',
  evaluation: { everything: false, why: [] },
  idleMsMax: 0,
  authorities: [],
  product: { version: 'test' },
};

/**
 * A board's server without a department behind it: it tells rows faster than any hospital has
 * patients, which is what the page alone is measured with.
 */
export interface Department {
  readonly url: string;
  /** Some patient changes: a new ECG, another rank, an alert. */
  change(count: number): void;
  close(): Promise<void>;
}

export async function openDepartment(patients: number): Promise<Department> {
  const rows = new Map(Array.from({ length: patients }, (_, i) => [i, rowOf(i, 0)]));
  const streams = new Set<ServerResponse>();
  let told = 0;
  const server = createServer((request, response) => {
    const path = (request.url ?? '').split('?')[0] ?? '';
    const json = (body: unknown): void => {
      response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
    };
    if (path === '/board/api/me') json(ME);
    else if (path === '/board/api/worklist') {
      const at = new Date().toISOString();
      json({ at, lastEventId: String(told), rows: [...rows.values()], banner: [] });
    } else if (path === '/board/api/events') {
      response.setHeader('content-type', 'text/event-stream').flushHeaders();
      streams.add(response);
    } else {
      const file = path === '/board/' ? 'index.html' : path.replace('/board/', '');
      const type = TYPES[file.split('.').pop() ?? ''] ?? 'text/plain';
      response.setHeader('content-type', type).end(readFileSync(join(PAGE, file)));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/board/`,
    change(count) {
      for (let i = 0; i < count; i += 1) {
        told += 1;
        const which = (told * 7919) % patients;
        const before = rows.get(which);
        const row = rowOf(which, told);
        rows.set(which, row);
        const gone = before ? eventOf('gone', told, { ecgId: before.ecgId }) : '';
        for (const stream of streams) stream.write(gone + eventOf('row', told, row));
      }
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function eventOf(name: string, id: number, data: unknown): string {
  return `id: ${id}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** One of five kinds, so that ranks change as patients come and go. */
function rowOf(patient: number, told: number): Row {
  const kind = (patient + told) % 5;
  const isFound = kind < 2;
  return sampleRow({
    ecgId: `ecg-${patient}-${told}`,
    patient: { ...sampleRow().patient, key: `patient-${patient}`, name: `Patient ${patient}` },
    priority: kind,
    waitingSince: new Date(Date.now() - patient * 1000).toISOString(),
    findings: [sampleFinding({ positive: isFound, probability: isFound ? 0.9 : 0.02 })],
    agreement: isFound ? 'both' : 'neither',
    alert: kind === 0 ? sampleAlert({ id: `alert-${patient}-${told}`, urgency: 'urgent' }) : null,
  });
}
