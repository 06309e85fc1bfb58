/** At least so many times the peer's value. */
export const timesThePeer = (factor) => ({ kind: 'times', factor });

/** Less than a fixed value, in the metric's unit. */
export const below = (value) => ({ kind: 'below', value });

/** At least a fixed value, in the metric's unit. */
export const atLeast = (value) => ({ kind: 'at_least', value });

/** `ratio` to the peer, and whether the target is `reached`; null: cannot be said, or there is no target. */
export function verdictOf(target, { peer, hindsight }) {
  const ratio = peer === undefined ? null : hindsight.value / peer.value;
  if (target === undefined) return { ratio, reached: null };
  switch (target.kind) {
    case 'below':
      return { ratio, reached: hindsight.value < target.value };
    case 'at_least':
      return { ratio, reached: hindsight.value >= target.value };
    case 'times':
      return { ratio, reached: ratio === null ? null : ratio >= target.factor };
  }
}

export const targetText = (target, unit) => {
  if (target === undefined) return '';
  switch (target.kind) {
    case 'below':
      return `< ${target.value} ${unit}`;
    case 'at_least':
      return `>= ${target.value} ${unit}`;
    case 'times':
      return `>= ${target.factor}x`;
  }
};
