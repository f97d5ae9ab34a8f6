import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import type { Recorder } from './recorder.js';

export interface Transcript {
  readonly sent: unknown;
  readonly received: unknown;
}

interface Variable {
  /** Where it stands: a pattern over the path inside the message, such as `result.content.0.text`. */
  readonly at: RegExp;
  /** What differs; only this part of the text is replaced. */
  readonly what: RegExp;
  readonly by: string;
}

const clock = /\d{1,2}:\d{2}:\d{2}( [AP]M)?$/;
const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/;

/** All that two direct runs of one scenario may differ in. Whatever else differs fails the test. */
const variables: readonly Variable[] = [
  // server-everything stamps its dynamic resources with the time of day.
  { at: /(contents|content|messages)\.\d+\.(.+\.)?text$/, what: clock, by: '<time>' },
  { at: /\.blob$/, what: clock, by: '<time>' },
  // The id that it draws for the prerequisite of a URL elicitation.
  { at: /^error\.data\.elicitations\.\d+\.elicitationId$/, what: uuid, by: '<uuid>' },
  // Tasks are named at random and stamped.
  { at: /(taskId|\.text)$/, what: /(?<=^|taskId": "|Task created: )[0-9a-f]{32}/g, by: '<task>' },
  { at: /(createdAt|lastUpdatedAt)$/, what: /^\d{4}-\d\d-\d\dT[\d:.]+Z$/, by: '<time>' },
  // Times of the file, which each run makes anew.
  {
    at: /(structuredContent\.content|content\.0\.text)$/,
    what: /(?<=^(created|modified|accessed): ).+$/gm,
    by: '<time>',
  },
];

/** The simulated log message of server-everything has a random level, told twice; no other one is touched. */
function levelled(message: JSONRPCMessage): JSONRPCMessage {
  if (!('method' in message) || message.method !== 'notifications/message') return message;
  const data = String(message.params?.data);
  const level = String(message.params?.level);
  if (!/^\w+[- ]level[- ]message$/i.test(data) || !data.toLowerCase().startsWith(level))
    return message;
  return { ...message, params: { ...message.params, level: '<level>', data: '<level> message' } };
}

function decoded(path: string, value: string): string {
  return path.endsWith('.blob') ? Buffer.from(value, 'base64').toString('utf8') : value;
}

function clean(value: unknown, path: string, root: string): unknown {
  if (Array.isArray(value)) {
    return value.map((item, index) => clean(item, `${path}.${index}`, root));
  }
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [
        key,
        clean(item, path === '' ? key : `${path}.${key}`, root),
      ]),
    );
  }
  if (typeof value !== 'string') return value;
  const text = decoded(path, value);
  const rooted = text.replaceAll(root, '<workspace>');
  const cleaned = variables
    .filter(({ at }) => at.test(path))
    .reduce((current, { what, by }) => current.replace(what, by), rooted);
  return cleaned === text ? value : cleaned;
}

/** Both directions of a recording, without what differs from run to run; `root` is the run's temporary folder. */
export function transcript({ sent, received }: Recorder, root: string): Transcript {
  return {
    sent: sent.map((message) => clean(message, '', root)),
    received: received.map((message) => clean(levelled(message), '', root)),
  };
}
