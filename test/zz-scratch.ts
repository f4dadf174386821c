import { readFileSync } from 'node:fs';
import { SIERRA } from '../src/formats/sierra/decode.js';
import { checkLimbLeads } from '../src/core/ecg/einthoven.js';
for (const f of ['sierra-1.03.xml', 'sierra-1.04.xml']) {
  const b = new Uint8Array(readFileSync('/work/shared/samples/philips-sierra/' + f));
  console.log(SIERRA.recognises(b));
  const r = SIERRA.decode(b, {});
  if (!r.ok) {
    console.log(r.failure);
    continue;
  }
  const { ecg, ...rest } = r.value;
  console.dir(
    {
      ...rest,
      ecg: {
        ...ecg,
        leads: ecg.leads.map((l) =>
          [l.name, l.origin, l.from, l.to, ...l.samples.slice(0, 5)].join(),
        ),
      },
    },
    { depth: 5 },
  );
  console.log(checkLimbLeads(ecg).map((c) => c.errorMicrovolts));
  let best = 1e9;
  for (let k = 0; k < 60; k++) {
    const t0 = process.cpuUsage();
    SIERRA.decode(b, {});
    const d = process.cpuUsage(t0);
    best = Math.min(best, (d.user + d.system) / 1000);
  }
  console.log('ms', best);
}
