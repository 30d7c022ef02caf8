/** @typedef {{ start: number, end: number }} Interval from `start` up to, not including, `end` */

/**
 * The maximal stretches of a window that are not taken and last long enough.
 *
 * @param {Interval} window
 * @param {Interval[]} taken overlapping the window but not each other, ordered by start
 * @param {number} minSeconds
 * @returns {Interval[]}
 */
export function freeIntervals(window, taken, minSeconds) {
  const starts = [window.start, ...taken.map((interval) => interval.end)];
  const ends = [...taken.map((interval) => interval.start), window.end];
  return starts
    .map((start, index) => ({ start, end: ends[index] }))
    .filter(({ start, end }) => end - start >= minSeconds);
}
