/** A change to a JSON value: the three operations of RFC 6902 that vectors use. */
export interface JsonChange {
  readonly op: 'add' | 'remove' | 'replace';
  /** RFC 6901 pointer. */
  readonly path: string;
  readonly value?: unknown;
}

/** The value with the changes made; the original stays as it was. Throws on a pointer to nothing. */
export function applyChanges(value: unknown, changes: readonly JsonChange[]): unknown {
  let changed: unknown = structuredClone(value);
  for (const change of changes) changed = applyChange(changed, change);
  return changed;
}

function applyChange(value: unknown, change: JsonChange): unknown {
  const steps = change.path.split('/').slice(1);
  const last = steps.pop();
  if (last === undefined) return change.value;
  let parent = value;
  for (const step of steps) parent = child(parent, unescapeStep(step));
  const name = unescapeStep(last);
  if (Array.isArray(parent)) {
    const items = parent as unknown[];
    const at = name === '-' ? items.length : Number(name);
    if (change.op === 'add') items.splice(at, 0, change.value);
    else if (change.op === 'remove') items.splice(at, 1);
    else items[at] = change.value;
    return value;
  }
  if (typeof parent !== 'object' || parent === null) throw new Error(`nothing at ${change.path}`);
  const fields = parent as Record<string, unknown>;
  if (change.op !== 'add' && !Object.hasOwn(fields, name)) throw new Error(`no ${change.path}`);
  if (change.op === 'remove') Reflect.deleteProperty(fields, name);
  else fields[name] = change.value;
  return value;
}

function child(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) {
    throw new Error(`no ${name}`);
  }
  return (value as Record<string, unknown>)[name];
}

function unescapeStep(step: string): string {
  return step.replaceAll('~1', '/').replaceAll('~0', '~');
}
