#!/usr/bin/env node
// For the startup probe of a container: what it prints stands in the pod's events. Started means that
// the models are verified; the ledger and the queue may come later, a restart would not bring them.
const port = process.env.LEADWIRE_HTTP_PORT ?? '3000';
const WAIT_MS = 10000;
const WORDS_MAX = 500;

try {
  const answer = await fetch(`http://127.0.0.1:${port}/health/ready`, {
    signal: AbortSignal.timeout(WAIT_MS),
  });
  const { parts } = await answer.json();
  if (!parts.models.ok) {
    process.stdout.write(`models: ${parts.models.why}`.slice(0, WORDS_MAX));
    process.exitCode = 1;
  }
} catch {
  process.stdout.write('the service does not answer yet');
  process.exitCode = 1;
}
