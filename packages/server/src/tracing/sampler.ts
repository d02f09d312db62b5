import { TraceFlags } from '@opentelemetry/api';
import type { Link } from '@opentelemetry/api';
import {
  ParentBasedSampler,
  SamplingDecision,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-base';
import type { Sampler } from '@opentelemetry/sdk-trace-base';

/**
 * Which traces are recorded: the given share, by their ids. A caller's wish to be recorded counts no more than that, for anybody may
 * call; its wish not to be does. A block is recorded when a submission in it is, whatever the share.
 */
export function nodeSampler(ratio: number): Sampler {
  const share = new TraceIdRatioBasedSampler(ratio);
  const byParent = new ParentBasedSampler({ root: share, remoteParentSampled: share });
  return {
    shouldSample(context, traceId, name, kind, attributes, links) {
      if (links.some(isRecorded)) return { decision: SamplingDecision.RECORD_AND_SAMPLED };
      return byParent.shouldSample(context, traceId, name, kind, attributes, links);
    },
    toString: () => `NodeSampler{${ratio}}`,
  };
}

function isRecorded({ context }: Link): boolean {
  return (context.traceFlags & TraceFlags.SAMPLED) !== 0;
}
