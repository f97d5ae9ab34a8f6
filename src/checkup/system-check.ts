import { liveProxies } from '../presence/live-proxies.js';
import { type Finding, reasonOf } from './finding.js';

/** As `engines` in package.json. */
const LEAST_NODE = [20, 20] as const;

/** Whether this Node is new enough. */
export function checkNode(version = process.versions.node): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [leastMajor, leastMinor] = LEAST_NODE;
  const isEnough = major > leastMajor || (major === leastMajor && minor >= leastMinor);
  const text = `${version}, ${process.execPath}`;
  if (isEnough) return { subject: 'Node', state: 'ok', text };
  const cure = `Install Node ${LEAST_NODE.join('.')} or later.`;
  return { subject: 'Node', state: 'broken', text: `${text} is too old`, cure };
}

/** How many proxies live, and whether all of them answer. */
export async function checkProxies(home: string): Promise<Finding> {
  const subject = 'live proxies';
  try {
    const { proxies, strangers } = await liveProxies(home);
    const silent = proxies.filter(({ report }) => report === undefined).length + strangers.length;
    const text = `${proxies.length + strangers.length} running`;
    if (silent === 0) return { subject, state: 'ok', text };
    const cure = 'See "fuze status"; restart the client of those that do not answer.';
    return { subject, state: 'warning', text: `${text}, ${silent} of them do not answer`, cure };
  } catch (error) {
    const text = `the registry cannot be read: ${reasonOf(error)}`;
    const cure = 'Make ~/.fuze/proxies readable for you: without it "fuze status" finds nothing.';
    return { subject, state: 'broken', text, cure };
  }
}
