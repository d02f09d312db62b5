/**
 * A receipt without the events when the viewer may not read all of them. The entry inside keeps their digest, so the
 * receipt proves as much as before.
 */
export function receiptFor(receipt: object, withEvents: boolean): object {
  if (withEvents) return receipt;
  const { events: _hidden, ...rest } = receipt as Readonly<Record<string, unknown>>;
  return rest;
}
