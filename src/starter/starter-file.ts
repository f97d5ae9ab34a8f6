import { printable } from '../config/printable.js';
import { formatKey } from '../config/problems.js';
import type { ServerFacts, ToolFacts } from '../probe/probe-server.js';
import { proposeFor } from './tool-proposal.js';

const LINE = 100;
const COMMENT_COLUMN = 33;

/** The general part: what most people set, each with its default. */
const GENERAL = `[proxy]
# max_cost_per_run = 10.00       # US dollars; a run that reaches it gets no further call
# max_iterations = 250           # calls in one run
# timeout = "30s"                # for one call
# on_loop = "skip"               # refuse what goes round; or "kill": end the run, or "warn"
# shadow = true                  # decide and record, but let everything through
# trace = true                   # write the trace: fuze report, fuze verify, fuze simulate read it
`;

const EXAMPLE = `# A section for each tool that needs limits of its own, under the name that the server gives it:
# [proxy.tools.refund]
# estimated_cost = 0.05          # US dollars charged per call
# side_effect = true             # at most once per identical arguments, also across a crash
# dedupe = "24h"                 # and across runs, for a day
# max_calls_per_run = 3
# timeout = "2m"
`;

function head(about: string): string {
  return `# Limits of fuze, ${about}.
# A line that begins with # is a proposal: take the # away to make it count.
# docs/configuration.md explains every key; "fuze doctor" shows what is in force.

`;
}

/** As one comment line, whatever the server wrote. */
function commentOf(text: string): string {
  const line = printable(text.split(/\r?\n/)[0] ?? '').trim();
  return line.length > LINE ? `${line.slice(0, LINE - 1)}…` : line;
}

function section(tool: ToolFacts): string | undefined {
  const keys = proposeFor(tool);
  if (keys.length === 0) return undefined;
  const about = tool.description === undefined ? '' : `# ${commentOf(tool.description)}\n`;
  const lines = keys.map(({ key, value, why, isGuess }) => {
    const line = `${isGuess ? '# ' : ''}${key} = ${value}`;
    return `${line.padEnd(COMMENT_COLUMN - 1)} # ${why}`;
  });
  return `${about}[${formatKey(['proxy', 'tools', tool.name])}]\n${lines.join('\n')}\n`;
}

/** A commented `fuze.toml` for whoever has named no server. */
export function emptyStarter(): string {
  return `${head('written by fuze init')}${GENERAL}\n${EXAMPLE}`;
}

/** A `fuze.toml` for a server with what its tools suggest. */
export function starterFor({ name, version, tools }: ServerFacts): string {
  const server = commentOf([name ?? 'the server', version ?? ''].join(' '));
  const sections = tools.map((tool) => ({ tool, text: section(tool) }));
  const plain = sections.filter(({ text }) => text === undefined).map(({ tool }) => tool.name);
  const written = sections.map(({ text }) => text).filter((text) => text !== undefined);
  const rest =
    plain.length === 0
      ? ''
      : `\n# The general limits are made for: ${commentOf(plain.join(', '))}\n`;
  const count = `${tools.length} ${tools.length === 1 ? 'tool' : 'tools'}`;
  return [
    head(`written by fuze init for ${server}, which has ${count}`),
    GENERAL,
    '\n',
    written.join('\n'),
    rest,
  ].join('');
}
