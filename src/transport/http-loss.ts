import type { Loss } from './transport.js';
import type { UpstreamError } from './upstream-error.js';

/** What to do about a status that has a plain cause. */
const ADVICE: Readonly<Record<number, string>> = {
  401: `it wants a login: give fuze a token, as in --header 'Authorization: Bearer \${TOKEN}'`,
  403: `it forbids that: check the rights of the token in --header 'Authorization: Bearer \${TOKEN}'`,
  404: 'nothing is there: check the path of --url',
  405: 'it takes no POST there: check the path of --url',
  407: 'a proxy on the way wants a login',
  413: 'the message is too large for it',
  429: 'too many requests: wait before the next',
};

/** Statuses that leave open whether the request was carried out: all others below 500 turn it away. */
export function mayHaveRun(status: number): boolean {
  return status >= 500 || status === 408 || status < 400;
}

/** Words for people about an answer that is none. `said` is what the server wrote. */
export function statusLoss(where: string, status: number, said: string | undefined): Loss {
  const advice = ADVICE[status];
  const parts = [`the server at ${where} answered HTTP ${status}`];
  if (advice !== undefined) parts.push(advice);
  const quoted = said?.replace(/\s+/g, ' ').trim();
  if (quoted) parts.push(`it says: ${quoted.slice(0, 300)}`);
  return {
    reason: parts.join('; '),
    errorClass: `HTTP ${status}`,
    mayHaveRun: mayHaveRun(status),
    told: false,
  };
}

export function errorLoss({ message, mayHaveRun }: UpstreamError): Loss {
  const errorClass = mayHaveRun ? 'connection lost' : 'unreachable';
  return { reason: message, errorClass, mayHaveRun, told: false };
}

/** The way back broke after the request had arrived. */
export function brokenLoss(reason: string): Loss {
  return { reason, errorClass: 'connection lost', mayHaveRun: true, told: false };
}

/** fuze itself did not send it. */
export function unsentLoss(reason: string, errorClass: string): Loss {
  return { reason, errorClass, mayHaveRun: false, told: false };
}
