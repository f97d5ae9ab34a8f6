import type { Report, ToolFigures } from '../report.js';
import { brief, html, type Markup, NOTHING } from './markup.js';

const LONGEST = 120;

/** A tool's name, with its server where there are several. */
export function toolName({ servers }: Report, { tool, server }: ToolFigures): Markup {
  const prefix =
    servers.length > 1
      ? html`<span class="server"><bdi>${brief(server, LONGEST)}</bdi> / </span>`
      : NOTHING;
  return html`${prefix}<bdi class="tool">${brief(tool, LONGEST)}</bdi>`;
}
