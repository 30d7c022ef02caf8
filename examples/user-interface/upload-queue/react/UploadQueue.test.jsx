import { act, cleanup, configure, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test } from "vitest";

import { UploadQueue } from "./UploadQueue.jsx";

// Effects run twice, as in development.
configure({ reactStrictMode: true });

afterEach(cleanup);

function file(name, size = 100, { type = "image/png", lastModified = 7 } = {}) {
  return new File(["x".repeat(size)], name, { type, lastModified });
}

/** Runs a step and everything that follows from it in the same turn of the event loop. */
async function settle(step) {
  await act(async () => {
    step();
    await new Promise((resolve) => setTimeout(resolve));
  });
}

function show(props) {
  const uploads = [];
  const upload = (each, { signal, onProgress }) =>
    new Promise((resolve, reject) => {
      uploads.push({
        file: each,
        name: each.name,
        signal,
        report: (bytes) => settle(() => onProgress(bytes)),
        succeed: () => settle(resolve),
        fail: (message) => settle(() => reject(new Error(message))),
      });
    });
  const view = render(<UploadQueue label="Uploads" upload={upload} {...props} />);
  // What is chosen may be of any type in the browsers, too.
  const user = userEvent.setup({ delay: null, applyAccept: false });
  const input = screen.getByLabelText("Add files");
  return { ...view, user, uploads, input, choose: (...files) => user.upload(input, files) };
}

const items = () => within(screen.getByLabelText("Uploads")).queryAllByRole("listitem");
const rows = () => items().map((item) => [...item.querySelectorAll("span")].map((each) => each.textContent).join(" | "));
const stateOf = (name) => rows().find((row) => row.startsWith(`${name} | `)).split(" | ")[1];
const button = (name) => screen.getByText(name, { selector: "button" });
const buttons = () => screen.queryAllByRole("button").map((each) => each.textContent);
const press = ({ user }, name) => user.click(button(name));
const status = () => screen.getByRole("status").textContent;
const overall = () => screen.queryByRole("progressbar", { name: "Overall progress" })?.value;
const started = ({ uploads }) => uploads.map(({ name }) => name);
const refusals = () =>
  screen.queryAllByRole("alert").flatMap((alert) => within(alert).getAllByRole("listitem").map((each) => each.textContent));

/** Chooses files of 100 bytes with these names. */
const chooseNamed = (view, ...names) => view.choose(...names.map((name) => file(name)));

test("R1: the files chosen are listed and uploaded two at a time, in order", async () => {
  const view = show();
  expect(screen.getByRole("list", { name: "Uploads" })).toBeTruthy();
  expect(view.input.multiple).toBe(true);
  await chooseNamed(view, "b", "a", "c", "d");
  expect(rows()).toEqual(["b | Uploading 0%", "a | Uploading 0%", "c | Waiting", "d | Waiting"]);
  expect(buttons()).toEqual(["Cancel b", "Cancel a", "Cancel c", "Cancel d"]);
  expect(started(view)).toEqual(["b", "a"]);
  expect(view.uploads[0].signal.aborted).toBe(false);

  await view.uploads[1].succeed();
  expect(rows()).toEqual(["b | Uploading 0%", "a | Uploaded", "c | Uploading 0%", "d | Waiting"]);
  expect(buttons()).toEqual(["Cancel b", "Cancel c", "Cancel d"]);
  await view.uploads[0].fail("offline");
  expect(started(view)).toEqual(["b", "a", "c", "d"]);
});

test("R1: as many are uploaded at a time as is configured, also over several choices", async () => {
  const view = show({ maxParallel: 3 });
  await chooseNamed(view, "a");
  await chooseNamed(view, "b", "c", "d");
  expect(started(view)).toEqual(["a", "b", "c"]);
  await view.uploads[2].succeed();
  expect(started(view)).toEqual(["a", "b", "c", "d"]);
});

test("R1: the very file that was chosen is uploaded", async () => {
  const view = show();
  const chosen = file("a");
  await view.choose(chosen);
  expect(view.uploads[0].file).toBe(chosen);
  expect(view.input.value).toBe("");
  expect(view.input.files).toHaveLength(0);
});

const TEXT = { type: "text/plain" };

test.each([
  ["any type without a list", {}, file("a.txt", 1, TEXT), null],
  ["the type", { accept: ["text/plain"] }, file("a", 1, TEXT), null],
  ["one of several", { accept: ["image/png", "text/plain"] }, file("a", 1, TEXT), null],
  ["the kind of type", { accept: ["text/*"] }, file("a", 1, TEXT), null],
  ["the end of the name", { accept: [".txt"] }, file("a.TXT", 1, { type: "" }), null],
  ["the end of the name in another case", { accept: [".Txt"] }, file("a.txt", 1, { type: "" }), null],
  ["another type", { accept: ["text/html"] }, file("a.txt", 1, TEXT), "type not allowed"],
  ["a longer type", { accept: ["text/plain"] }, file("a", 1, { type: "text/plain2" }), "type not allowed"],
  ["another kind", { accept: ["text/*"] }, file("a", 1, { type: "texts/plain" }), "type not allowed"],
  ["another end", { accept: [".txt"] }, file("a.txt.exe", 1), "type not allowed"],
  ["a name that only has the letters", { accept: [".txt"] }, file("txt", 1), "type not allowed"],
  ["the greatest size", { maxBytes: 1000 }, file("a", 1000), null],
  ["one byte more", { maxBytes: 1000 }, file("a", 1001), "larger than 1000 bytes"],
  ["one byte", {}, file("a", 1), null],
  ["no bytes", {}, file("a", 0), "empty"],
  ["type before emptiness", { accept: ["text/*"] }, file("a", 0), "type not allowed"],
  ["emptiness before size", { maxBytes: -1 }, file("a", 0), "empty"],
])("R2: %s", async (_, props, chosen, reason) => {
  const view = show(props);
  await view.choose(chosen);
  expect(refusals()).toEqual(reason === null ? [] : [`${chosen.name}: ${reason}`]);
  expect(view.uploads).toHaveLength(reason === null ? 1 : 0);
  expect(items()).toHaveLength(view.uploads.length);
});

test("R2: the input names the types", () => {
  expect(show({ accept: ["image/*", ".pdf"] }).input.accept).toBe("image/*,.pdf");
});

test("R2: those accepted are uploaded, and the next choice replaces the refusals", async () => {
  const view = show({ maxBytes: 200 });
  await view.choose(file("big", 201), file("a"), file("none", 0));
  expect(refusals()).toEqual(["big: larger than 200 bytes", "none: empty"]);
  expect(started(view)).toEqual(["a"]);
  await view.choose(file("bigger", 999));
  expect(refusals()).toEqual(["bigger: larger than 200 bytes"]);
  await view.choose(file("b"));
  expect(screen.queryByRole("alert")).toBe(null);
});

test("R3: a file that is there is refused, whatever its state", async () => {
  const view = show();
  await chooseNamed(view, "done", "failed", "canceled", "running", "waiting", "more");
  await press(view, "Cancel canceled");
  await view.uploads[0].succeed();
  await view.uploads[1].fail("offline");
  await chooseNamed(view, "done", "failed", "canceled", "running", "more");
  expect(refusals()).toEqual(["done", "failed", "canceled", "running", "more"].map((name) => `${name}: already added`));
  expect(items()).toHaveLength(6);
});

test("R3: size and size limit come first, and the same file twice in a choice is refused once", async () => {
  const view = show({ maxBytes: 500 });
  await view.choose(file("a"), file("a"), file("b", 501), file("b", 501));
  expect(refusals()).toEqual(["a: already added", "b: larger than 500 bytes", "b: larger than 500 bytes"]);
  expect(started(view)).toEqual(["a"]);
});

test("R3: name, size and time together make a file the same", async () => {
  const view = show();
  await view.choose(file("a"), file("A"), file("a", 101), file("a", 100, { lastModified: 8 }));
  expect(refusals()).toEqual([]);
  expect(items()).toHaveLength(4);
});

test("R4: the share of the bytes sent is shown, rounded down", async () => {
  const view = show();
  await view.choose(file("a", 300), file("b", 50));
  const states = [];
  for (const bytes of [2, 3, 299, 300]) {
    await view.uploads[0].report(bytes);
    states.push(stateOf("a"));
  }
  expect(states).toEqual(["Uploading 0%", "Uploading 1%", "Uploading 99%", "Uploading 100%"]);
  expect(stateOf("b")).toBe("Uploading 0%");
});

test("R4: a smaller report is ignored and a greater one than the size is the size", async () => {
  const view = show();
  await chooseNamed(view, "a");
  await view.uploads[0].report(60);
  await view.uploads[0].report(40);
  expect([stateOf("a"), overall()]).toEqual(["Uploading 60%", 60]);
  await view.uploads[0].report(170);
  expect([stateOf("a"), overall()]).toEqual(["Uploading 100%", 100]);
});

test("R4: a report after the end changes nothing", async () => {
  const view = show();
  await chooseNamed(view, "a", "b");
  await view.uploads[0].fail("offline");
  await view.uploads[0].report(70);
  expect(stateOf("a")).toBe("Failed: offline");
  await press(view, "Retry a");
  await view.uploads[1].report(10);
  expect([stateOf("a"), overall()]).toEqual(["Uploading 0%", 5]);
});

test("R4: the list item takes the focus of a button that goes", async () => {
  const view = show();
  await chooseNamed(view, "a", "b");
  act(() => button("Cancel b").focus());
  act(() => button("Cancel a").focus());
  await view.uploads[1].succeed();
  expect(document.activeElement).toBe(button("Cancel a"));
  await view.uploads[0].report(50);
  expect(document.activeElement).toBe(button("Cancel a"));
  await view.uploads[0].succeed();
  expect(document.activeElement).toBe(items()[0]);
  expect(items()[0].tabIndex).toBe(-1);
});

test("R5: without files there is no progress and nothing to say", async () => {
  const view = show();
  expect([overall(), status()]).toEqual([undefined, ""]);
  await view.choose(file("a", 0));
  expect([overall(), status()]).toEqual([undefined, ""]);
});

test("R5: the overall progress is by bytes, and read out in steps of ten", async () => {
  const view = show({ maxParallel: 1 });
  await view.choose(file("a", 300), file("b", 700));
  expect([overall(), status()]).toEqual([0, "Uploading: 0%"]);
  await view.uploads[0].report(299);
  expect([overall(), status()]).toEqual([29, "Uploading: 20%"]);
  await view.uploads[0].succeed();
  expect([overall(), status()]).toEqual([30, "Uploading: 30%"]);
  await view.uploads[1].report(699);
  expect([overall(), status()]).toEqual([99, "Uploading: 90%"]);
  await view.uploads[1].succeed();
  expect([overall(), status()]).toEqual([100, "2 uploaded"]);
  expect(screen.getByRole("progressbar").max).toBe(100);
});

test("R5: failed and canceled files do not count, and are told at the end", async () => {
  const view = show({ maxParallel: 3 });
  await chooseNamed(view, "a", "b", "c", "d");
  await view.uploads[0].report(50);
  expect(overall()).toBe(12);
  await view.uploads[1].fail("offline");
  expect(overall()).toBe(16);
  await press(view, "Cancel c");
  expect([overall(), status()]).toEqual([25, "Uploading: 20%"]);
  await view.uploads[0].succeed();
  await view.uploads[3].succeed();
  expect([overall(), status()]).toEqual([100, "2 uploaded, 1 failed, 1 canceled"]);
});

test("R5: if no file counts there is no progress", async () => {
  const view = show();
  await chooseNamed(view, "a");
  expect(overall()).toBe(0);
  await press(view, "Cancel a");
  expect([overall(), status()]).toEqual([undefined, "1 canceled"]);
});

test("R6: a waiting file that is canceled is not started", async () => {
  const view = show({ maxParallel: 1 });
  await chooseNamed(view, "a", "b", "c");
  await press(view, "Cancel b");
  expect(rows()).toEqual(["a | Uploading 0%", "b | Canceled", "c | Waiting"]);
  expect(buttons()).toEqual(["Cancel a", "Retry b", "Cancel c"]);
  await view.uploads[0].succeed();
  expect(started(view)).toEqual(["a", "c"]);
  expect(stateOf("b")).toBe("Canceled");
});

test("R6: canceling an upload aborts it and starts the next at once", async () => {
  const view = show({ maxParallel: 1 });
  await chooseNamed(view, "a", "b", "c");
  await press(view, "Cancel a");
  expect(view.uploads[0].signal.aborted).toBe(true);
  expect(started(view)).toEqual(["a", "b"]);
  expect(view.uploads[1].signal.aborted).toBe(false);
  expect(rows()).toEqual(["a | Canceled", "b | Uploading 0%", "c | Waiting"]);
});

test.each(["succeed", "fail"])("R6: what a canceled upload does later changes nothing: %s", async (end) => {
  const view = show({ maxParallel: 1 });
  await chooseNamed(view, "a", "b", "c");
  await press(view, "Cancel a");
  await view.uploads[0].report(80);
  await view.uploads[0][end]("late");
  expect(rows()).toEqual(["a | Canceled", "b | Uploading 0%", "c | Waiting"]);
  expect(started(view)).toEqual(["a", "b"]);
});

test.each(["succeed", "fail"])("R6: nor when the file has been retried: %s", async (end) => {
  const view = show();
  await chooseNamed(view, "a");
  await press(view, "Cancel a");
  await press(view, "Retry a");
  expect(view.uploads).toHaveLength(2);
  await view.uploads[0].report(80);
  await view.uploads[0][end]("late");
  expect(stateOf("a")).toBe("Uploading 0%");
  await view.uploads[1].report(30);
  expect(stateOf("a")).toBe("Uploading 30%");
});

test("R6: the button that cancels is the one that retries", async () => {
  const view = show();
  await chooseNamed(view, "a");
  const element = button("Cancel a");
  await press(view, "Cancel a");
  expect(button("Retry a")).toBe(element);
  expect(document.activeElement).toBe(element);
});

test("R7: only the file whose upload is rejected fails", async () => {
  const view = show();
  await chooseNamed(view, "a", "b");
  await view.uploads[0].fail("disk full");
  expect(rows()).toEqual(["a | Failed: disk full", "b | Uploading 0%"]);
  expect(buttons()).toEqual(["Retry a", "Cancel b"]);
  await view.uploads[1].succeed();
  expect(status()).toBe("1 uploaded, 1 failed");
});

test.each(["disk full", undefined])("R7: an upload that is rejected with %j, which is no error, fails alone", async (reason) => {
  const view = show({ upload: async (each) => each.name === "a" && Promise.reject(reason) });
  await chooseNamed(view, "a", "b");
  await screen.findByText("1 uploaded, 1 failed");
  expect(rows()).toEqual([`a | Failed: ${reason}`, "b | Uploaded"]);
});

test("R7: an upload that throws at once fails, and the others go on", async () => {
  const names = [];
  const upload = async (each) => names.push(each.name);
  const view = show({
    maxParallel: 1,
    upload(each) {
      if (each.name === "a") throw new Error("no network");
      return upload(each);
    },
  });
  await chooseNamed(view, "a", "b");
  await settle(() => {});
  expect(rows()).toEqual(["a | Failed: no network", "b | Uploaded"]);
  expect(names).toEqual(["b"]);
});

test("R7: a retried file waits behind the others, keeps its place, and starts from 0", async () => {
  const view = show({ maxParallel: 1 });
  await chooseNamed(view, "a", "b", "c");
  await view.uploads[0].report(90);
  await view.uploads[0].fail("offline");
  await press(view, "Retry a");
  expect(rows()).toEqual(["a | Waiting", "b | Uploading 0%", "c | Waiting"]);
  expect([overall(), buttons()]).toEqual([0, ["Cancel a", "Cancel b", "Cancel c"]]);
  await view.uploads[1].succeed();
  await view.uploads[2].succeed();
  expect(started(view)).toEqual(["a", "b", "c", "a"]);
  expect(stateOf("a")).toBe("Uploading 0%");
  await view.uploads[3].succeed();
  expect([stateOf("a"), status()]).toEqual(["Uploaded", "3 uploaded"]);
});

test("R7: a canceled file is retried as a failed one", async () => {
  const view = show();
  await chooseNamed(view, "a");
  await view.uploads[0].report(90);
  await press(view, "Cancel a");
  await press(view, "Retry a");
  expect(started(view)).toEqual(["a", "a"]);
  expect(view.uploads[1].signal.aborted).toBe(false);
  expect([stateOf("a"), overall()]).toEqual(["Uploading 0%", 0]);
});

test("R8: removing the component aborts all uploads and starts no further one", async () => {
  const view = show();
  await chooseNamed(view, "a", "b", "c", "d");
  view.unmount();
  expect(view.uploads.map(({ signal }) => signal.aborted)).toEqual([true, true]);
  await view.uploads[0].succeed();
  await view.uploads[1].fail("aborted");
  expect(started(view)).toEqual(["a", "b"]);
});
