/**
 * The order of the sides in a round. Every second round reverses the order of the one before, so that a steady drift of the
 * machine touches all sides alike; every two rounds the first side changes, so that none is always first.
 *
 *   two sides    AB BA BA AB | AB BA BA AB ...   (as the blocks of a gate)
 *   three sides  ABC CBA  BCA ACB  CAB BAC ...   (all orders, once each)
 *
 * After twice as many rounds as sides, each side was equally often at each place.
 * @param round from 0.
 */
export function orderOfRound<Side>(sides: readonly Side[], round: number): Side[] {
  const shift = Math.floor(round / 2) % Math.max(1, sides.length);
  const rotated = [...sides.slice(shift), ...sides.slice(0, shift)];
  return round % 2 === 0 ? rotated : rotated.reverse();
}
