/**
 * Writes small ONNX networks by hand, so that specs can hold a network whose every number is known
 * or whose fault is chosen, and still have the real runtime load and run it.
 */
export interface TinyNetwork {
  readonly leads: number;
  readonly samples: number;
  /** The input is a picture [n, 1, leads, samples]. */
  readonly isPicture?: boolean;
  readonly inputName?: string;
  readonly outputName?: string;
  readonly elementType?: 'float32' | 'float64';
  /** One logit a class: `mean of the whole input * weight + bias`. */
  readonly weights: readonly number[];
  readonly biases: readonly number[];
  /** Looks up a table of this length by the mean: beyond it the runtime fails in earnest. */
  readonly failsFromMean?: number;
  /** A second input [n, 2] that the network takes and adds with weight zero. */
  readonly demographicsName?: string;
  /** A second output [n, 1]: how far the mean of the input lies from nought. */
  readonly distanceName?: string;
  /** A further output [n, leads, samples]: the input without its sign. */
  readonly attentionName?: string;
  /** The batch axis of the waveform, open unless it is said. */
  readonly batch?: number;
}

const FLOAT = 1;
const INT64 = 7;
const DOUBLE = 11;
const IR_VERSION = 8;
const OPSET = 13;

export function tinyNetwork(spec: TinyNetwork): Uint8Array {
  const { leads, samples, weights, biases, inputName = 'ecg', outputName = 'out' } = spec;
  const classes = weights.length;
  const type = spec.elementType === 'float64' ? DOUBLE : FLOAT;
  const sides = spec.isPicture ? [1, leads, samples] : [leads, samples];
  const inputs = [valueOf(inputName, type, [spec.batch ?? 'n', ...sides])];
  if (spec.demographicsName !== undefined) {
    inputs.push(valueOf(spec.demographicsName, FLOAT, ['n', 2]));
  }
  const graph = message([
    ...nodesOf(spec, inputName, outputName).map((node) => bytesField(1, node)),
    textField(2, 'tiny'),
    bytesField(5, floats('weights', [1, classes], weights)),
    bytesField(5, floats('biases', [classes], biases)),
    bytesField(5, floats('zeros', [spec.failsFromMean ?? 1], [])),
    bytesField(5, floats('nothing', [2, classes], [])),
    bytesField(5, integers('axis', [1])),
    ...inputs.map((input) => bytesField(11, input)),
    bytesField(12, valueOf(outputName, FLOAT, ['n', classes])),
    ...besideOutputs(spec).map((output) => bytesField(12, output)),
  ]);
  const opset = message([numberField(2, OPSET)]);
  return Uint8Array.from([
    ...numberField(1, IR_VERSION),
    ...bytesField(7, graph),
    ...bytesField(8, opset),
  ]);
}

function besideOutputs({ distanceName, attentionName, leads, samples }: TinyNetwork): number[][] {
  return [
    ...(distanceName === undefined ? [] : [valueOf(distanceName, FLOAT, ['n', 1])]),
    ...(attentionName === undefined ? [] : [valueOf(attentionName, FLOAT, ['n', leads, samples])]),
  ];
}

function nodesOf(spec: TinyNetwork, input: string, output: string): number[][] {
  const nodes = [
    node('Cast', [input], 'cast', [intAttribute('to', FLOAT)]),
    spec.isPicture
      ? node('Squeeze', ['cast', 'axis'], 'waves', [])
      : node('Identity', ['cast'], 'waves', []),
    node('ReduceMean', ['waves'], 'mean', [
      intsAttribute('axes', [1, 2]),
      intAttribute('keepdims', 0),
    ]),
    node('Unsqueeze', ['mean', 'axis'], 'column', []),
    node('MatMul', ['column', 'weights'], 'scaled', []),
    node('Add', ['scaled', 'biases'], 'logits', []),
  ];
  if (spec.distanceName !== undefined) nodes.push(node('Abs', ['column'], spec.distanceName, []));
  if (spec.attentionName !== undefined) nodes.push(node('Abs', ['waves'], spec.attentionName, []));
  let last = 'logits';
  if (spec.failsFromMean !== undefined) {
    nodes.push(node('Cast', ['mean'], 'place', [intAttribute('to', INT64)]));
    nodes.push(node('Gather', ['zeros', 'place'], 'looked', []));
    nodes.push(node('Unsqueeze', ['looked', 'axis'], 'lookedColumn', []));
    nodes.push(node('Add', [last, 'lookedColumn'], 'withLookup', []));
    last = 'withLookup';
  }
  if (spec.demographicsName !== undefined) {
    nodes.push(node('MatMul', [spec.demographicsName, 'nothing'], 'person', []));
    nodes.push(node('Add', [last, 'person'], 'withPerson', []));
    last = 'withPerson';
  }
  nodes.push(node('Identity', [last], output, []));
  return nodes;
}

function node(type: string, inputs: string[], output: string, attributes: number[][]): number[] {
  return message([
    ...inputs.map((name) => textField(1, name)),
    textField(2, output),
    textField(4, type),
    ...attributes.map((attribute) => bytesField(5, attribute)),
  ]);
}

function intAttribute(name: string, value: number): number[] {
  return message([textField(1, name), numberField(3, value), numberField(20, 2)]);
}

function intsAttribute(name: string, values: number[]): number[] {
  return message([textField(1, name), ...values.map((v) => numberField(8, v)), numberField(20, 7)]);
}

/** An empty list of values stands for zeros. */
function floats(name: string, dims: number[], values: readonly number[]): number[] {
  const count = dims.reduce((product, length) => product * length, 1);
  const data = Float32Array.from({ length: count }, (_, i) => values[i] ?? 0);
  return message([
    ...dims.map((length) => numberField(1, length)),
    numberField(2, FLOAT),
    textField(8, name),
    bytesField(9, [...new Uint8Array(data.buffer)]),
  ]);
}

function integers(name: string, values: number[]): number[] {
  const data = BigInt64Array.from(values, BigInt);
  return message([
    numberField(1, values.length),
    numberField(2, INT64),
    textField(8, name),
    bytesField(9, [...new Uint8Array(data.buffer)]),
  ]);
}

function valueOf(name: string, type: number, dims: (string | number)[]): number[] {
  const shape = message(
    dims.map((length) =>
      bytesField(1, typeof length === 'string' ? textField(2, length) : numberField(1, length)),
    ),
  );
  const tensor = message([numberField(1, type), bytesField(2, shape)]);
  return message([textField(1, name), bytesField(2, bytesField(1, tensor))]);
}

function message(fields: readonly number[][]): number[] {
  return fields.flat();
}

function numberField(field: number, value: number): number[] {
  return [...varint(field * 8), ...varint(value)];
}

function bytesField(field: number, bytes: readonly number[]): number[] {
  return [...varint(field * 8 + 2), ...varint(bytes.length), ...bytes];
}

function textField(field: number, text: string): number[] {
  return bytesField(field, [...Buffer.from(text, 'utf8')]);
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  return [...bytes, rest];
}
