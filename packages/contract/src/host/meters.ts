import {
  EVENTS_BYTES_MAX,
  EVENTS_MAX,
  GENESIS_METERS_FACTOR,
  HOST_BYTES_MAX,
  HOST_CHECKS_MAX,
  MIGRATION_METERS_FACTOR,
  READS_MAX,
  WRITE_BYTES_MAX,
  WRITES_MAX,
} from '../limits.ts';

/** What one scope may use. */
export interface Meters {
  readonly reads: number;
  readonly writes: number;
  readonly writeBytes: number;
  readonly hostChecks: number;
  readonly hostBytes: number;
  readonly events: number;
  readonly eventsBytes: number;
}

export const CALL_METERS: Meters = {
  reads: READS_MAX,
  writes: WRITES_MAX,
  writeBytes: WRITE_BYTES_MAX,
  hostChecks: HOST_CHECKS_MAX,
  hostBytes: HOST_BYTES_MAX,
  events: EVENTS_MAX,
  eventsBytes: EVENTS_BYTES_MAX,
};

export const MIGRATION_METERS: Meters = times(MIGRATION_METERS_FACTOR);
export const GENESIS_METERS: Meters = times(GENESIS_METERS_FACTOR);

function times(factor: number): Meters {
  return {
    reads: CALL_METERS.reads * factor,
    writes: CALL_METERS.writes * factor,
    writeBytes: CALL_METERS.writeBytes * factor,
    hostChecks: CALL_METERS.hostChecks * factor,
    hostBytes: CALL_METERS.hostBytes * factor,
    events: CALL_METERS.events * factor,
    eventsBytes: CALL_METERS.eventsBytes * factor,
  };
}
