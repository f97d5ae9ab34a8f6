import { isObject } from '../jsonrpc/is-object.js';
import { type LiveProxy, PROTOCOL, type Question } from './protocol.js';

function questionIn(text: string): Question | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'not JSON';
  }
  if (!isObject(value)) return 'not an object';
  if (value.fuze !== PROTOCOL) return `this proxy speaks version ${PROTOCOL} of the protocol`;
  if (value.ask === 'status') return { ask: 'status' };
  if (value.ask === 'reset' && typeof value.run === 'string') {
    return { ask: 'reset', run: value.run };
  }
  return 'allowed are status, and reset with a run';
}

function answerTo(question: Question, proxy: LiveProxy): object {
  switch (question.ask) {
    case 'status':
      return { status: proxy.report() };
    case 'reset':
      return { lifted: proxy.lift(question.run) ?? null };
  }
}

function safeAnswer(question: Question, proxy: LiveProxy): object {
  try {
    return answerTo(question, proxy);
  } catch (error) {
    // A fault here must not end the session of a client that asked for nothing.
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

/** The answer to one line, as a line; never throws. */
export function answerLine(text: string, proxy: LiveProxy): string {
  const question = questionIn(text);
  const answer = typeof question === 'string' ? { problem: question } : safeAnswer(question, proxy);
  return `${JSON.stringify({ fuze: PROTOCOL, ...answer })}\n`;
}
