/** Two names of one setting; both at once would leave open which one counts. */
const OLD_NAMES = [
  { section: 'defaults', old: 'kill_on_loop', name: 'on_loop' },
  { section: 'loop_detection', old: 'progress_window', name: 'max_flat_steps' },
  { section: 'proxy', old: 'kill_on_loop', name: 'on_loop' },
] as const;

/** Each old name that is written beside its new one, and what to say of it. Reads the parsed, unchecked document. */
export function oldNameConflicts(document: object): [readonly string[], string][] {
  const sections = new Map<string, unknown>(Object.entries(document));
  const conflicts: [readonly string[], string][] = [];
  for (const { section, old, name } of OLD_NAMES) {
    const value = sections.get(section);
    if (typeof value !== 'object' || value === null) continue;
    if (Object.hasOwn(value, old) && Object.hasOwn(value, name)) {
      conflicts.push([[section, old], `is the old name of ${name}; keep one of the two`]);
    }
  }
  return conflicts;
}
