import { loadConfig, type Config } from './config.js';

// The ONNX runtime reports its use to its maker unless this stands before it is loaded, in the process
// and not in a thread, whose environment is a copy. Nothing of a hospital goes where it did not send it.
process.env['ORT_DISABLE_TELEMETRY'] = '1';

interface Command {
  readonly help: string;
  readonly run: (args: readonly string[]) => Promise<number>;
}

/** Loaded when asked for: `serve` never loads the sandbox, `--help` loads nothing. */
const COMMANDS: Readonly<Record<string, Command>> = {
  serve: {
    help: 'run the service; settings are LEADWIRE_* (docs/configuration.md)',
    run: async () => (await import('./commands/serve.js')).serve(configOrExit()),
  },
  demo: {
    help: 'run the service with a virtual emergency department and a sandbox EHR (demo --help)',
    run: async (args) => (await import('./commands/demo.js')).demo(args),
  },
  score: {
    help: 'FILE|FOLDER...  read, measure and score ECG files (score --help)',
    run: async (args) =>
      (await import('./commands/score/score.js')).score(args, configOrExit().modelsDir),
  },
  simulate: {
    help: '--count N --out DIR  make simulated ECGs with their truth (simulate --help)',
    run: async (args) => (await import('./commands/simulate.js')).simulate(args),
  },
  pictures: {
    help: '--arrays DIR --out FILE  what a network for pictures is shown of many ECGs',
    run: async (args) => (await import('./commands/picture-arrays.js')).pictureArrays(args),
  },
  send: {
    help: 'FILE... | --case CONDITION  send ECGs to a running service as a cart would (send --help)',
    run: async (args) => (await import('./commands/send.js')).send(args),
  },
  replay: {
    help: 'RECEIPT...  take stored messages through a running service again [--url U] [--token-file F]',
    run: async (args) => (await import('./commands/replay.js')).replay(args),
  },
  check: {
    help: 'send one test ECG through a running service and wait for its assessment (check --help)',
    run: async (args) => (await import('./commands/check.js')).check(args),
  },
  policy: {
    help: "check FILE | digests | sign FILE  a site's policy: what is shown and who is paged",
    run: async (args) => (await import('./commands/policy.js')).policy(args, configOrExit()),
  },
  outcomes: {
    help: 'export --out DIR  what was true in the end, with its ECGs and without names, for training',
    run: async (args) => (await import('./commands/outcomes.js')).outcomes(args, configOrExit()),
  },
  models: {
    help: 'verify     check every model: hashes, tensors, golden vector',
    run: async (args) => (await import('./commands/models.js')).models(args, configOrExit()),
  },
};

function configOrExit(): Config {
  const loaded = loadConfig(process.env);
  if (loaded.ok) return loaded.config;
  process.stderr.write(
    `The configuration cannot be used:\n${loaded.problems.map((line) => `  ${line}\n`).join('')}`,
  );
  process.exit(1);
}

function usage(): string {
  const lines = Object.entries(COMMANDS).map(([name, { help }]) => `  ${name.padEnd(8)} ${help}`);
  return `leadwire COMMAND\n\n${lines.join('\n')}\n\nNo cleared medical device: for evaluation.\n`;
}

const [name = '', ...args] = process.argv.slice(2);
const command = COMMANDS[name];
if (!command) {
  const asked = ['', 'help', '--help', '-h'].includes(name);
  (asked ? process.stdout : process.stderr).write(
    asked ? usage() : `There is no command ${name}.\n\n${usage()}`,
  );
  process.exitCode = asked ? 0 : 1;
} else {
  process.exitCode = await command.run(args);
}
