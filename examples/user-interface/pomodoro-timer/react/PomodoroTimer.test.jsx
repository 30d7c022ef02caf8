import { act, cleanup, configure, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { PomodoroTimer } from "./PomodoroTimer.jsx";

configure({ reactStrictMode: true });

beforeEach(() => {
  vi.useFakeTimers({ now: new Date("2026-03-01T09:00:00Z") });
  document.title = "Page";
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

const clock = () => screen.getByRole("timer").textContent;
const phase = () => screen.getByRole("heading").textContent;
const status = () => screen.getByRole("status").textContent;
const completed = () => screen.getByText(/^Completed: /).textContent;
const shown = () => [phase(), clock(), completed(), status()];
const buttons = () => screen.getAllByRole("button").map((button) => button.textContent);
const press = (name) => fireEvent.click(screen.getByText(name, { selector: "button" }));

const TO_BREAK = "Work finished, time for a break";
const TO_WORK = "Break finished, back to work";

/** Lets this time pass, with a rendering after each step. */
function pass(ms, stepMs = 1000) {
  for (let left = ms; left > 0; left -= stepMs) {
    act(() => {
      vi.advanceTimersByTime(Math.min(left, stepMs));
    });
  }
}

/** Sets the clock forward (or back) without a timer firing, as a page that sleeps. */
function sleep(ms) {
  vi.setSystemTime(Date.now() + ms);
}

/** A minute of work and half a minute of break, begun. */
function showStarted() {
  const view = render(<PomodoroTimer workMinutes={1} breakMinutes={0.5} />);
  press("Start");
  return view;
}

// --- R1

test("R1: it waits with 25 minutes of work", () => {
  render(<PomodoroTimer />);
  expect(shown()).toEqual(["Work", "25:00", "Completed: 0", ""]);
  expect(buttons()).toEqual(["Start", "Skip"]);
  pass(10_000, 5000);
  expect(clock()).toBe("25:00");
});

test.each([
  [100, "100:00"],
  [9.5, "09:30"],
  [0.025, "00:02"],
])("R1: %s minutes of work are shown as %s", (workMinutes, text) => {
  render(<PomodoroTimer workMinutes={workMinutes} />);
  expect(clock()).toBe(text);
});

test("R1: it counts down second by second while it runs", () => {
  showStarted();
  expect(buttons()).toEqual(["Pause", "Skip"]);
  expect(clock()).toBe("01:00");
  pass(999);
  expect(clock()).toBe("01:00");
  pass(1);
  expect(clock()).toBe("00:59");
  pass(49_000);
  expect(clock()).toBe("00:10");
  pass(1000);
  expect(clock()).toBe("00:09");
});

// --- R2

test("R2: a pause stops the time, and not a millisecond is lost", () => {
  showStarted();
  for (let round = 0; round < 4; round += 1) {
    pass(400);
    press("Pause");
    expect(buttons()).toEqual(["Start", "Skip"]);
    pass(60_000, 30_000);
    press("Start");
  }
  expect(clock()).toBe("00:59");
  pass(399);
  expect(clock()).toBe("00:59");
  pass(1);
  expect(clock()).toBe("00:58");
});

test("R2: the time up to a pause counts also when no tick has come", () => {
  showStarted();
  sleep(20_000);
  press("Pause");
  expect(clock()).toBe("00:40");
});

// --- R3

test("R3: a break follows work and work follows a break, without a stop", () => {
  showStarted();
  pass(59_000);
  expect(shown()).toEqual(["Work", "00:01", "Completed: 0", ""]);
  pass(1000);
  expect(shown()).toEqual(["Break", "00:30", "Completed: 1", TO_BREAK]);
  expect(buttons()).toEqual(["Pause", "Skip"]);
  pass(29_000);
  expect(shown()).toEqual(["Break", "00:01", "Completed: 1", TO_BREAK]);
  pass(1000);
  expect(shown()).toEqual(["Work", "01:00", "Completed: 1", TO_WORK]);
  pass(1000);
  expect(shown()).toEqual(["Work", "00:59", "Completed: 1", TO_WORK]);
});

test("R3: a break lasts five minutes if nothing else is said", () => {
  render(<PomodoroTimer workMinutes={1} />);
  press("Start");
  pass(60_000);
  expect(shown()).toEqual(["Break", "05:00", "Completed: 1", TO_BREAK]);
});

test("R3: a length given anew counts from the next phase on", () => {
  const { rerender } = showStarted();
  pass(59_500, 500);
  rerender(<PomodoroTimer workMinutes={3} breakMinutes={2} />);
  expect(clock()).toBe("00:01");
  pass(500);
  expect(shown()).toEqual(["Break", "02:00", "Completed: 1", TO_BREAK]);
  press("Skip");
  expect(clock()).toBe("03:00");
});

// --- R4

test("R4: a late tick shows the time of the clock", () => {
  showStarted();
  sleep(40_000);
  pass(1000);
  expect(clock()).toBe("00:19");
});

test.each([
  ["into the break", 69_000, ["Break", "00:20", "Completed: 1", TO_BREAK]],
  ["to the very end of the break", 89_000, ["Work", "01:00", "Completed: 1", TO_WORK]],
  ["over several phases", 90_000 * 3 + 60_000 + 4000, ["Break", "00:25", "Completed: 4", TO_BREAK]],
])("R4: what a tick is late counts for what follows: %s", (_, ms, expected) => {
  showStarted();
  sleep(ms);
  pass(1000);
  expect(shown()).toEqual(expected);
});

test("R4: a phase that has ended before a pause or a skip has ended first", () => {
  showStarted();
  sleep(65_000);
  press("Pause");
  expect(shown()).toEqual(["Break", "00:25", "Completed: 1", TO_BREAK]);
  press("Start");
  sleep(25_000);
  press("Skip");
  expect(shown()).toEqual(["Break", "00:30", "Completed: 1", ""]);
});

test("R4: a clock that is set back takes no time and gives none", () => {
  showStarted();
  pass(10_000);
  sleep(-3_600_000);
  pass(1000);
  expect(clock()).toBe("00:50");
  pass(999);
  expect(clock()).toBe("00:50");
  pass(1);
  expect(clock()).toBe("00:49");
});

// --- R5

test("R5: a skip begins the next phase, which runs on", () => {
  showStarted();
  pass(10_500);
  press("Skip");
  expect(shown()).toEqual(["Break", "00:30", "Completed: 0", ""]);
  pass(999);
  expect(clock()).toBe("00:30");
  pass(1);
  expect(clock()).toBe("00:29");
  press("Skip");
  expect(shown()).toEqual(["Work", "01:00", "Completed: 0", ""]);
});

test("R5: a skip while it does not run starts nothing", () => {
  render(<PomodoroTimer />);
  press("Skip");
  expect(shown()).toEqual(["Break", "05:00", "Completed: 0", ""]);
  expect(buttons()).toEqual(["Start", "Skip"]);
  pass(5000);
  expect(clock()).toBe("05:00");
});

test("R5: a skip removes the message and keeps the count", () => {
  showStarted();
  pass(60_000);
  expect(status()).toBe(TO_BREAK);
  press("Pause");
  expect(status()).toBe(TO_BREAK);
  press("Skip");
  expect(shown()).toEqual(["Work", "01:00", "Completed: 1", ""]);
});

// --- R6

test("R6: the title of the page has the time and the phase", () => {
  showStarted();
  expect(document.title).toBe("01:00 Work");
  pass(1000);
  expect(document.title).toBe("00:59 Work");
  press("Pause");
  expect(document.title).toBe("00:59 Work");
  press("Skip");
  expect(document.title).toBe("00:30 Break");
});

test("R6: without the component the title is as before, and no timer is left", () => {
  const { unmount } = showStarted();
  pass(2000);
  expect(document.title).toBe("00:58 Work");
  expect(vi.getTimerCount()).toBe(1);
  unmount();
  expect(document.title).toBe("Page");
  expect(vi.getTimerCount()).toBe(0);
});

test("R6: a pause leaves no timer", () => {
  showStarted();
  expect(vi.getTimerCount()).toBe(1);
  press("Pause");
  expect(vi.getTimerCount()).toBe(0);
});
