/** At least so many times the peer's value. */
export const timesThePeer = (factor) => ({ kind: 'times', factor });

/** Less than a fixed value, in the metric's unit. */
export const below = (value) => ({ kind: 'below', value });

/** `ratio` to the peer, and whether the target is `reached`; null: cannot be said, or there is no target. */
export function verdictOf(target, { peer, hindsight }) {
  const ratio = peer === undefined ? null : hindsight.value / peer.value;
  if (target === undefined) return { ratio, reached: null };
  if (target.kind === 'below') return { ratio, reached: hindsight.value < target.value };
  return { ratio, reached: ratio === null ? null : ratio >= target.factor };
}

export const targetText = (target, unit) => {
  if (target === undefined) return '';
  return target.kind === 'below' ? `< ${target.value} ${unit}` : `>= ${target.factor}x`;
};
