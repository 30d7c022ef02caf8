import { useEffect, useEffectEvent, useReducer } from "react";

const MINUTE_MS = 60_000;
const PHASES = {
  work: { name: "Work", next: "break", finished: "Work finished, time for a break" },
  break: { name: "Break", next: "work", finished: "Break finished, back to work" },
};

/** A timer of work and breaks in turns; its times are differences of the clock, never counts of ticks. */
export function PomodoroTimer({ workMinutes = 25, breakMinutes = 5 }) {
  const durations = { work: workMinutes * MINUTE_MS, break: breakMinutes * MINUTE_MS };
  const [state, dispatch] = useReducer(reduce, durations, initialState);
  const { phase, leftMs, asOf, completed, message } = state;
  const isRunning = asOf !== null;
  const clock = formatClock(leftMs);
  const send = (type) => dispatch({ type, now: Date.now(), durations });
  const tick = useEffectEvent(() => send("tick"));

  useDocumentTitle(`${clock} ${PHASES[phase].name}`);

  useEffect(() => {
    if (!isRunning) return undefined;
    // Just when the next second is full, so that the clock shown changes in time.
    const timer = setTimeout(() => tick(), leftMs % 1000 || 1000);
    return () => clearTimeout(timer);
  }, [state]);

  return (
    <section aria-label="Pomodoro">
      <h2>{PHASES[phase].name}</h2>
      <p role="timer">{clock}</p>
      <p>{`Completed: ${completed}`}</p>
      <button type="button" onClick={() => send(isRunning ? "pause" : "start")}>
        {isRunning ? "Pause" : "Start"}
      </button>
      <button type="button" onClick={() => send("skip")}>
        Skip
      </button>
      <p role="status">{message}</p>
    </section>
  );
}

/** `leftMs` of the phase were left at the time `asOf`, which is null while the timer is not running. */
function initialState(durations) {
  return { phase: "work", leftMs: durations.work, asOf: null, completed: 0, message: "" };
}

function reduce(state, { type, now, durations }) {
  const current = elapse(state, now, durations);
  switch (type) {
    case "start":
      return { ...current, asOf: now };
    case "pause":
      return { ...current, asOf: null };
    case "skip": {
      const phase = PHASES[current.phase].next;
      return { ...current, phase, leftMs: durations[phase], message: "" };
    }
    default:
      return current;
  }
}

/** The state at the time `now`, after as many ends of phases as lie before it. */
function elapse(state, now, durations) {
  if (state.asOf === null) return state;
  let { phase, leftMs, completed, message } = state;
  leftMs -= Math.max(0, now - state.asOf);
  while (leftMs <= 0) {
    if (phase === "work") completed += 1;
    message = PHASES[phase].finished;
    phase = PHASES[phase].next;
    leftMs += durations[phase];
  }
  return { phase, leftMs, asOf: now, completed, message };
}

function formatClock(ms) {
  const seconds = Math.ceil(ms / 1000);
  return [Math.floor(seconds / 60), seconds % 60].map((part) => String(part).padStart(2, "0")).join(":");
}

/** Sets the title of the page, and sets back what it was before when the component is removed. */
function useDocumentTitle(title) {
  useEffect(() => {
    const before = document.title;
    return () => {
      document.title = before;
    };
  }, []);

  useEffect(() => {
    document.title = title;
  }, [title]);
}
