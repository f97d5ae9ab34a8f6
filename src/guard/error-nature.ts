/**
 * What an error is about:
 * - `outage`: something is out of order, and may work again later: 429, 5xx, a lost connection, a timeout.
 * - `denied`: the caller may not, whatever it asks for.
 * - `missing`: what was asked for is not there, which tells nothing of anything else.
 */
export type ErrorNature = 'outage' | 'denied' | 'missing' | 'other';

const MAX_TEXT = 2_000;

const OUTAGE =
  /\b(?:http|status|code|error code)\W{0,3}(?:429|5[0-2]\d)\b|\berror (?:429|50[0234])\b|\b(?:429|50[0234])\W{1,3}(?:too many|internal|bad gateway|service|gateway|server)|\b(?:ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN|ENOTFOUND|EPIPE|socket hang up|connection (?:was )?(?:refused|reset|closed|lost|timed out)|timed out|time(?:d )?out (?:after|of|while|waiting|exceeded|expired|error)|timeout[: ]+\d+|(?:request|read|connect|connection|gateway|operation|query|network) timeout|timeout ?error|rate[ -]limit(?:ed| exceeded| reached|ing)?|too many requests|(?:service|temporarily) unavailable|bad gateway|internal server error|overloaded)\b/i;

const DENIED =
  /\b(?:(?:access|permission)[ _](?:is |was )?denied|(?:not|un)[ -]?authori[sz]ed|operation not permitted|forbidden|EACCES|EPERM|insufficient (?:permissions?|privileges?|scopes?|rights)|(?:http|status|code|error)\W{0,3}40[13])\b/i;

const MISSING =
  /\b(?<!(?:method|tool|command|module|function) )(?:not found|no such|does(?:n't| not) exist|do(?:n't| not) exist|ENOENT|NoSuchKey|(?:cannot|can't|could not|couldn't|unable to) (?:find|locate)|(?:http|status|code|error)\W{0,3}40[4]|no \w+ (?:found|with|matching|matches|named|called))\b/i;

/** What an error with this text is about; its first 2,000 characters tell. */
export function natureOf(text: string): ErrorNature {
  const start = text.slice(0, MAX_TEXT);
  if (OUTAGE.test(start)) return 'outage';
  if (DENIED.test(start)) return 'denied';
  return MISSING.test(start) ? 'missing' : 'other';
}
