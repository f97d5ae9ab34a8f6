import type { AnswerHead } from './answer-head.js';

/** Redirects that keep method and body (RFC 9110, 15.4), as servers send to add a slash at the end of a path. */
const KEEPING = [307, 308];
/** Those that clients may turn into a GET: followed only where it is one. */
const LOOSE = [301, 302, 303];

/** Where an answer sends a request to; undefined if nowhere. `from` is the URL that was asked. */
export function redirectOf(answer: AnswerHead, method: string, from: URL): URL | undefined {
  const { status } = answer;
  const location = answer.header('location');
  const follows = KEEPING.includes(status) || (method === 'GET' && LOOSE.includes(status));
  if (!follows || location === undefined || !URL.canParse(location, from.href)) return undefined;
  return new URL(location, from);
}
